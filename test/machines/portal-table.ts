import type { PortalEvent, PortalFailure, PortalTimes } from '../../machines/portal.ts';
import type { Oracle, Table, Way } from './oracle.ts';

export type PortalState = 'idle' | 'online.connecting' | 'online.proving' | 'online.listening' | 'online.probing' | 'waiting';

/** All that can happen to the portal machine. */
export type PortalHappening =
  | PortalEvent
  /** The time has come that the state waits for ({@link waits}). */
  | { readonly type: 'TIME UP' }
  /** Half of what is left of that time passes. */
  | { readonly type: 'A MOMENT' }
  /** The socket threw: the platform refuses to open it, say. */
  | { readonly type: 'SOCKET_THREW' };

export const URLS = ['https://a.example', 'https://b.example', 'https://c.example'] as const;

export const TIMES: PortalTimes = { connectDeadline: 500, proofDeadline: 300, livenessInterval: 2_000, livenessDeadline: 700, backoffBase: 100, backoffMost: 350 };

/** By the number of rounds that failed before: twice as long each time, until `backoffMost`. */
const BACKOFFS = [100, 200, 350];

/** What the machine has to remember, and what is to be seen of its sockets. */
export interface PortalModel {
  readonly state: PortalState | 'dead';
  /** The portal that is connected, or tried next. */
  readonly current: string;
  /** The portals tried in this round. */
  readonly round: readonly string[];
  readonly rounds: number;
  readonly failures: Readonly<Record<string, { readonly count: number; readonly last: PortalFailure }>>;
  readonly latency: Readonly<Record<string, number>>;
  /** Every socket that was ever opened, by its portal. */
  readonly opened: readonly string[];
  /** How many proofs of life were asked for. */
  readonly proofs: number;
  /** What is left of the time that the state waits for. */
  readonly left: number | undefined;
}

type Condition = 'one is untried' | 'known';

/** A loss: the next portal at once if one is untried in this round, or else a time of rest. */
const next = (blame: Effect): readonly Way<PortalState, Condition, Effect>[] => [
  { when: 'one is untried', to: 'online.connecting', does: [blame, 'the next one is current', 'it is tried'] },
  { to: 'waiting', does: [blame, 'the next one is current'] },
];

const switching: readonly Way<PortalState, Condition, Effect>[] = [{ when: 'known', to: 'online.connecting', does: ['the named one is current', 'all is forgiven', 'it is tried'] }];
const measuring: readonly Way<PortalState, Condition, Effect>[] = [{ when: 'known', does: ['its latency is averaged'] }];

const portalTable: Table<PortalState, PortalHappening['type'], Condition, Effect> = {
  idle: {
    WANTED: [{ to: 'online.connecting', does: ['a round begins', 'it is tried'] }],
    UNWANTED: 'ignored',
    SOCKET_OPENED: 'ignored',
    HEARD: 'ignored',
    SOCKET_CLOSED: 'ignored',
    SOCKET_THREW: 'cannot be',
    'TIME UP': 'cannot be',
    'A MOMENT': 'ignored',
    RETRY_NOW: 'ignored',
    SWITCH_TO: [{ when: 'known', does: ['the named one is current', 'all is forgiven'] }],
    MEASURED: measuring,
  },
  'online.connecting': {
    WANTED: 'ignored',
    UNWANTED: [{ to: 'idle' }],
    SOCKET_OPENED: [{ to: 'online.proving', does: ['a proof is asked for'] }],
    HEARD: 'ignored',
    SOCKET_CLOSED: next('it closed'),
    SOCKET_THREW: next('it did not open'),
    'TIME UP': next('it did not open'),
    'A MOMENT': [{ does: ['the wait goes on'] }],
    RETRY_NOW: 'ignored',
    SWITCH_TO: switching,
    MEASURED: measuring,
  },
  'online.proving': {
    WANTED: 'ignored',
    UNWANTED: [{ to: 'idle' }],
    SOCKET_OPENED: 'ignored',
    // Not yet trusted: a portal that accepts, says a word and drops is to be met by a back-off.
    HEARD: [{ to: 'online.listening' }],
    SOCKET_CLOSED: next('it closed'),
    SOCKET_THREW: next('it did not open'),
    'TIME UP': next('it said nothing'),
    'A MOMENT': [{ does: ['the wait goes on'] }],
    RETRY_NOW: 'ignored',
    SWITCH_TO: switching,
    MEASURED: measuring,
  },
  'online.listening': {
    WANTED: 'ignored',
    UNWANTED: [{ to: 'idle' }],
    SOCKET_OPENED: 'ignored',
    HEARD: 'ignored',
    SOCKET_CLOSED: next('it closed'),
    SOCKET_THREW: next('it did not open'),
    'TIME UP': [{ to: 'online.probing', does: ['a proof is asked for'] }],
    'A MOMENT': [{ does: ['the wait goes on'] }],
    RETRY_NOW: 'ignored',
    SWITCH_TO: switching,
    MEASURED: measuring,
  },
  'online.probing': {
    WANTED: 'ignored',
    UNWANTED: [{ to: 'idle' }],
    SOCKET_OPENED: 'ignored',
    HEARD: [{ to: 'online.listening', does: ['it is trusted', 'all is forgiven'] }],
    SOCKET_CLOSED: next('it closed'),
    SOCKET_THREW: next('it did not open'),
    'TIME UP': next('it fell silent'),
    'A MOMENT': [{ does: ['the wait goes on'] }],
    RETRY_NOW: 'ignored',
    SWITCH_TO: switching,
    MEASURED: measuring,
  },
  waiting: {
    WANTED: 'ignored',
    UNWANTED: [{ to: 'idle' }],
    SOCKET_OPENED: 'ignored',
    HEARD: 'ignored',
    SOCKET_CLOSED: 'ignored',
    SOCKET_THREW: 'cannot be',
    'TIME UP': [{ to: 'online.connecting', does: ['a round failed', 'a round begins', 'it is tried'] }],
    'A MOMENT': [{ does: ['the wait goes on'] }],
    RETRY_NOW: [{ to: 'online.connecting', does: ['all is forgiven', 'it is tried'] }],
    SWITCH_TO: switching,
    MEASURED: measuring,
  },
};

/** How long each state waits before its time is up. */
const waits: Readonly<Record<PortalState, (model: PortalModel) => number | undefined>> = {
  idle: () => undefined,
  'online.connecting': () => TIMES.connectDeadline,
  'online.proving': () => TIMES.proofDeadline,
  'online.listening': () => TIMES.livenessInterval,
  'online.probing': () => TIMES.livenessDeadline,
  waiting: ({ rounds }) => BACKOFFS[rounds] ?? TIMES.backoffMost,
};

const urlOf = (event: PortalHappening): string => ('url' in event ? event.url : '');
const isKnown = (url: string): boolean => URLS.some((each) => each === url);
const blame = (model: PortalModel, last: PortalFailure): PortalModel => ({
  ...model,
  failures: { ...model.failures, [model.current]: { count: (model.failures[model.current]?.count ?? 0) + 1, last } },
});

const effects = {
  'a round begins': (model: PortalModel): PortalModel => ({ ...model, round: [] }),
  'a round failed': (model: PortalModel): PortalModel => ({ ...model, rounds: model.rounds + 1 }),
  'all is forgiven': (model: PortalModel): PortalModel => ({ ...model, round: [], rounds: 0 }),
  'it is tried': (model: PortalModel): PortalModel => ({ ...model, round: [...model.round, model.current], opened: [...model.opened, model.current] }),
  'the next one is current': (model: PortalModel): PortalModel => ({ ...model, current: { [URLS[0]]: URLS[1], [URLS[1]]: URLS[2] }[model.current] ?? URLS[0] }),
  'the named one is current': (model: PortalModel, event: PortalHappening): PortalModel => ({ ...model, current: urlOf(event) }),
  'a proof is asked for': (model: PortalModel): PortalModel => ({ ...model, proofs: model.proofs + 1 }),
  'the wait goes on': (model: PortalModel): PortalModel => ({ ...model, left: model.left && model.left - Math.floor(model.left / 2) }),
  'it closed': (model: PortalModel): PortalModel => blame(model, 'closed'),
  'it did not open': (model: PortalModel): PortalModel => blame(model, 'did not open'),
  'it said nothing': (model: PortalModel): PortalModel => blame(model, 'said nothing'),
  'it fell silent': (model: PortalModel): PortalModel => blame(model, 'fell silent'),
  'it is trusted': (model: PortalModel): PortalModel => {
    const { [model.current]: known, ...others } = model.failures;
    return known === undefined ? model : { ...model, failures: { ...others, [model.current]: { ...known, count: 0 } } };
  },
  'its latency is averaged': (model: PortalModel, event: PortalHappening): PortalModel => {
    if (event.type !== 'MEASURED') return model;
    const before = model.latency[event.url];
    return { ...model, latency: { ...model.latency, [event.url]: before === undefined ? event.milliseconds : 0.8 * before + 0.2 * event.milliseconds } };
  },
};
type Effect = keyof typeof effects;

export const portalOracle: Oracle<PortalModel, PortalHappening, PortalState, Condition, Effect> = {
  table: portalTable,
  conditions: {
    // Of the portals other than the one just lost, or of all if it was trusted since it was tried.
    'one is untried': ({ round }) => URLS.some((url) => !round.includes(url)),
    known: (_model, event) => isKnown(urlOf(event)),
  },
  effects,
  stateOf: ({ state }) => state,
  enter: (model, state) => ({ ...model, state, left: state === 'dead' ? undefined : waits[state](model) }),
};

export const beginPortal = (): PortalModel => ({ state: 'idle', current: URLS[0], round: [], rounds: 0, failures: {}, latency: {}, opened: [], proofs: 0, left: undefined });
