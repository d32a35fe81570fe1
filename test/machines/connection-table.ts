import type { ConnectionNews, ConnectionTimes, SocketCommand } from '../../machines/connection.ts';
import type { Oracle, Table, Way } from '../../src/testing/model/index.ts';

export type ConnectionState = 'open.connecting' | 'open.proving' | 'open.fresh' | 'open.testing' | 'open.listening' | 'open.probing' | 'open.retiring' | 'lost';

/** All that can happen to one connection. */
export type ConnectionHappening =
  | { readonly type: 'SOCKET_OPENED' | 'HEARD' | 'SOCKET_CLOSED' | 'SOCKET_GIVEN_UP' | 'FOLLOW' | 'PROVE' | 'RETIRE' }
  /** The platform refuses the socket, or breaks it. */
  | { readonly type: 'SOCKET THREW' }
  /** `suspicion` passed. */
  | { readonly type: 'SUSPICION' }
  /** The time passed that the state waits for before it is left ({@link DEADLINES}). */
  | { readonly type: 'TIME UP' };

/** No two alike, so that a test can tell them apart. */
export const TIMES: ConnectionTimes = { connectDeadline: 500, proofDeadline: 300, suspicion: 100, livenessInterval: 2_000, livenessDeadline: 700, handover: 400 };

const DEADLINES: Readonly<Record<ConnectionState, number | undefined>> = {
  'open.connecting': 500,
  'open.proving': 300,
  'open.fresh': 2_000,
  'open.testing': 700,
  'open.listening': 2_000,
  'open.probing': 700,
  'open.retiring': 400,
  lost: undefined,
};
/** Where it lets itself be waited for, others may be tried beside it. */
const SUSPICIOUS: ReadonlySet<string> = new Set<ConnectionState>(['open.connecting', 'open.proving', 'open.testing', 'open.probing']);

/** What is to be seen of a connection. */
export interface ConnectionModel {
  readonly state: ConnectionState | 'dead';
  /** Whether the suspicion of this state is still to come. */
  readonly isPatient: boolean;
  /** What the socket was told. */
  readonly commands: readonly SocketCommand['type'][];
  /** What the portal machine was told, in a few words. */
  readonly news: readonly string[];
}

export const NUMBER = 7;
export const inWords = (news: ConnectionNews): string => `${news.type} ${news.connection}${news.type === 'LOST' ? `: ${news.failure}` : ''}`;

type Ways = readonly Way<ConnectionState, Condition, Effect>[];
type Condition = 'the suspicion is to come';

const closed: Ways = [{ to: 'lost', does: ['LOST: closed'] }];
const givenUp: Ways = [{ to: 'lost', does: ['LOST: given up'] }];
const threw: Ways = [{ to: 'lost', does: ['LOST: did not open'] }];
const suspicion: Ways = [{ when: 'the suspicion is to come', does: ['SLOW'] }];

const connectionTable: Table<ConnectionState, ConnectionHappening['type'], Condition, Effect> = {
  'open.connecting': {
    SOCKET_OPENED: [{ to: 'open.proving', does: ['a proof is asked for'] }],
    HEARD: 'ignored',
    SOCKET_CLOSED: closed,
    SOCKET_GIVEN_UP: givenUp,
    'SOCKET THREW': threw,
    SUSPICION: suspicion,
    'TIME UP': [{ to: 'lost', does: ['LOST: did not open'] }],
    PROVE: 'ignored',
    FOLLOW: 'ignored',
    RETIRE: 'ignored',
  },
  'open.proving': {
    SOCKET_OPENED: 'ignored',
    HEARD: [{ to: 'open.fresh', does: ['PROVEN'] }],
    SOCKET_CLOSED: closed,
    SOCKET_GIVEN_UP: givenUp,
    'SOCKET THREW': threw,
    SUSPICION: suspicion,
    'TIME UP': [{ to: 'lost', does: ['LOST: said nothing'] }],
    PROVE: 'ignored',
    FOLLOW: 'ignored',
    RETIRE: 'ignored',
  },
  'open.fresh': {
    SOCKET_OPENED: 'ignored',
    HEARD: 'ignored',
    SOCKET_CLOSED: closed,
    SOCKET_GIVEN_UP: givenUp,
    'SOCKET THREW': threw,
    SUSPICION: 'cannot be',
    'TIME UP': [{ to: 'open.probing', does: ['a proof is asked for'] }],
    PROVE: [{ to: 'open.testing', does: ['a proof is asked for'] }],
    FOLLOW: [{ does: ['it subscribes'] }],
    RETIRE: [{ to: 'open.retiring' }],
  },
  'open.testing': {
    SOCKET_OPENED: 'ignored',
    HEARD: [{ to: 'open.fresh', does: ['ANSWERED'] }],
    SOCKET_CLOSED: closed,
    SOCKET_GIVEN_UP: givenUp,
    'SOCKET THREW': threw,
    SUSPICION: suspicion,
    'TIME UP': [{ to: 'lost', does: ['LOST: fell silent'] }],
    PROVE: 'ignored',
    FOLLOW: [{ does: ['it subscribes'] }],
    RETIRE: [{ to: 'open.retiring' }],
  },
  'open.listening': {
    SOCKET_OPENED: 'ignored',
    HEARD: 'ignored',
    SOCKET_CLOSED: closed,
    SOCKET_GIVEN_UP: givenUp,
    'SOCKET THREW': threw,
    SUSPICION: 'cannot be',
    'TIME UP': [{ to: 'open.probing', does: ['a proof is asked for'] }],
    PROVE: [{ to: 'open.probing', does: ['a proof is asked for'] }],
    FOLLOW: [{ does: ['it subscribes'] }],
    RETIRE: [{ to: 'open.retiring' }],
  },
  'open.probing': {
    SOCKET_OPENED: 'ignored',
    HEARD: [{ to: 'open.listening', does: ['TRUSTED'] }],
    SOCKET_CLOSED: closed,
    SOCKET_GIVEN_UP: givenUp,
    'SOCKET THREW': threw,
    SUSPICION: suspicion,
    'TIME UP': [{ to: 'lost', does: ['LOST: fell silent'] }],
    PROVE: 'ignored',
    FOLLOW: [{ does: ['it subscribes'] }],
    RETIRE: [{ to: 'open.retiring' }],
  },
  'open.retiring': {
    SOCKET_OPENED: 'ignored',
    HEARD: 'ignored',
    SOCKET_CLOSED: closed,
    SOCKET_GIVEN_UP: givenUp,
    'SOCKET THREW': threw,
    SUSPICION: 'cannot be',
    'TIME UP': [{ to: 'lost', does: ['RETIRED'] }],
    PROVE: 'ignored',
    FOLLOW: 'ignored',
    RETIRE: 'ignored',
  },
  lost: {
    SOCKET_OPENED: 'ignored',
    HEARD: 'ignored',
    SOCKET_CLOSED: 'ignored',
    SOCKET_GIVEN_UP: 'ignored',
    'SOCKET THREW': 'cannot be',
    SUSPICION: 'cannot be',
    'TIME UP': 'cannot be',
    PROVE: 'ignored',
    FOLLOW: 'ignored',
    RETIRE: 'ignored',
  },
};

const told = (text: string) => (model: ConnectionModel): ConnectionModel => ({ ...model, news: [...model.news, text.replace(/^\w+/, `$& ${NUMBER}`)] });
const effects = {
  'a proof is asked for': (model: ConnectionModel): ConnectionModel => ({ ...model, commands: [...model.commands, 'PROVE'] }),
  'it subscribes': (model: ConnectionModel): ConnectionModel => ({ ...model, commands: [...model.commands, 'FOLLOW'] }),
  SLOW: (model: ConnectionModel): ConnectionModel => told('SLOW')({ ...model, isPatient: false }),
  PROVEN: told('PROVEN'),
  ANSWERED: told('ANSWERED'),
  TRUSTED: told('TRUSTED'),
  RETIRED: told('RETIRED'),
  'LOST: closed': told('LOST: closed'),
  'LOST: given up': told('LOST: given up'),
  'LOST: did not open': told('LOST: did not open'),
  'LOST: said nothing': told('LOST: said nothing'),
  'LOST: fell silent': told('LOST: fell silent'),
};
type Effect = keyof typeof effects;

export const connectionOracle: Oracle<ConnectionModel, ConnectionHappening, ConnectionState, Condition, Effect> = {
  table: connectionTable,
  conditions: { 'the suspicion is to come': ({ isPatient }) => isPatient },
  effects,
  stateOf: ({ state }) => state,
  enter: (model, state) => ({ ...model, state, isPatient: SUSPICIOUS.has(state) }),
};

export const beginConnection = (): ConnectionModel => ({ state: 'open.connecting', isPatient: true, commands: [], news: [] });

/** How long each timer of the state was set for. */
export function waitsOf({ state, isPatient }: ConnectionModel): readonly number[] {
  const deadline = state === 'dead' ? undefined : DEADLINES[state];
  return [...(isPatient ? [TIMES.suspicion] : []), ...(deadline === undefined ? [] : [deadline])];
}

/** The time that would be up in a state. */
export const deadlineOf = (state: string): number | undefined => (DEADLINES as Readonly<Record<string, number | undefined>>)[state];
