import type { ConnectionFailure } from '../../machines/connection.ts';
import type { ConnectionRecord, Offence, PortalRecord, PortalTimes } from '../../machines/portal.ts';
import { TIMES as CONNECTION_TIMES } from './connection-table.ts';
import { isCandidate, isLive, livePortal, nextToCheck, portalsInOrder, wouldTakeOver } from './portal-order.ts';
import { follow, type Oracle, type Table, type Way } from '../../src/testing/model/index.ts';

export type PortalState = 'idle' | 'seeking' | 'live.settled' | 'live.relieving' | 'live.switching' | 'waiting.tired' | 'waiting.rested' | 'waiting.hurrying';

/** All that can happen to the portal machine. What happens to a connection names it by its age: 0 is the newest there ever was. */
export type PortalHappening =
  | { readonly type: 'WANTED' | 'UNWANTED' | 'RETRY_NOW' | 'ONLINE' | 'OFFLINE' | 'WOKE' }
  | { readonly type: 'PROVEN' | 'ANSWERED' | 'TRUSTED' | 'SLOW' | 'RETIRED'; readonly age: number }
  | { readonly type: 'LOST'; readonly age: number; readonly failure: ConnectionFailure }
  | { readonly type: 'SWITCH_TO' | 'LAGGING' | 'CAUGHT_UP' | 'PAROLED'; readonly url: string }
  | { readonly type: 'MEASURED'; readonly url: string; readonly milliseconds: number }
  | { readonly type: 'OFFENDED'; readonly url: string; readonly offence: Offence }
  /** Timers: `backoff`, `hurryPause`, `returnInterval`; the quarantine that was begun first is over; a check is due. */
  | { readonly type: 'BACKOFF OVER' | 'PAUSE OVER' | 'RETURN DUE' | 'PAROLE DUE' | 'CHECK DUE' }
  | { readonly type: 'CHECK ENDED' | 'CHECK FAILED' };

export const URLS = ['https://a.example', 'https://b.example', 'https://c.example'] as const;

/** No two alike, so that a test can tell them apart. */
export const TIMES: PortalTimes = {
  ...CONNECTION_TIMES,
  backoffBase: 101,
  backoffMost: 350,
  offlineBackoff: 900,
  hurryPause: 150,
  returnInterval: 3_000,
  checkInterval: 7_000,
  quarantineBase: 4_000,
  quarantineMost: 10_000,
};
/** By the number of rounds that failed before: twice as long each time, until `backoffMost`, or `offlineBackoff`. */
const ONLINE_BACKOFFS = [101, 202, 350];
const OFFLINE_BACKOFFS = [101, 202, 404, 808, 900];
export const BACKOFFS: readonly number[] = [...ONLINE_BACKOFFS, ...OFFLINE_BACKOFFS];
/** By the number of offences. */
export const QUARANTINES = [4_000, 8_000, 10_000];

/** What the machine has to remember, and what is to be seen of its connections. */
export interface PortalModel {
  readonly state: PortalState | 'dead';
  readonly portals: readonly PortalRecord[];
  readonly connections: readonly ConnectionRecord[];
  readonly tried: readonly number[];
  readonly rounds: number;
  readonly preferred: number | undefined;
  readonly isOffline: boolean;
  readonly checked: number | undefined;
  /** Whether a check runs. */
  readonly isChecking: boolean;
  /** Every connection that was ever begun, by its portal. */
  readonly begun: readonly string[];
  /** What connections were told, by their number. */
  readonly commands: readonly string[];
  /** What each timer of the state was set for. */
  readonly timers: { readonly backoff?: number; readonly pause?: number; readonly return?: number };
  /** The quarantines that run, the oldest first. */
  readonly paroles: readonly { readonly portal: number; readonly duration: number }[];
}

type Ways = readonly Way<PortalState, Condition, Effect>[];

const ends: Ways = [{ to: 'idle', does: ['all connections are dropped'] }];
const proved: Ways = [{ when: 'there is a live one', does: ['it is probed'] }];
const anew: Ways = [{ to: 'seeking', does: ['the back-off starts anew', 'the next one is tried'] }];
const again: Ways = [{ to: 'seeking', does: ['a round begins', 'the next one is tried'] }];
const sought: Ways = [{ when: 'a usable portal', to: 'seeking', does: ['it is preferred', 'the candidates are dropped', 'the back-off starts anew', 'the named one is tried'] }, { when: 'known', does: ['it is preferred'] }];
const switched: Ways = [
  { when: 'another usable portal', to: 'live.switching', does: ['it is preferred', 'the candidates are dropped', 'the named one is tried'] },
  { when: 'known', does: ['it is preferred'] },
];
const takesOver: Ways = [{ when: 'of a candidate', to: 'live.settled', does: ['it takes over'] }];
const winsTheRace: Ways = [{ when: 'of a candidate', to: 'live.settled', does: ['the slow ones are blamed', 'it takes over'] }];
/** @param otherwise what becomes of it where no other can be tried */
const loseLive = (otherwise: PortalState): Ways => [
  { when: 'of the live one, given up by us and usable', to: 'seeking', does: ['it is forgotten, and its portal tried again'] },
  { when: 'of the live one, and another is untried', to: 'seeking', does: ['it is blamed', 'it is forgotten', 'the next one is tried'] },
  { when: 'of the live one', to: otherwise, does: ['it is blamed', 'it is forgotten'] },
  { when: 'of a retiring one', does: ['it is forgotten'] },
];
const trusted: Ways = [{ when: 'of the live one', does: ['it is trusted', 'the back-off starts anew'] }];
const besides: Ways = [{ when: 'of the newest candidate, and another is untried', does: ['the next one is tried'] }];

/** In every state. */
const always = {
  MEASURED: [{ when: 'known', does: ['its latency is averaged'] }] as Ways,
  LAGGING: [{ when: 'known', does: ['it lags'] }] as Ways,
  CAUGHT_UP: [{ when: 'known', does: ['it lags no more'] }] as Ways,
  OFFENDED: [{ when: 'known', does: ['a check of it ends', 'it is put in quarantine', 'its connections are lost'] }] as Ways,
  PAROLED: [{ when: 'known', does: ['it is in quarantine no more', 'a check ends of one that may not be used'] }] as Ways,
  'PAROLE DUE': [{ when: 'one is in quarantine', does: ['the first quarantine is over', 'a check ends of one that may not be used'] }] as Ways,
  'CHECK DUE': [{ does: ['no check runs'] }] as Ways,
  'CHECK ENDED': [{ does: ['no check runs'] }] as Ways,
  'CHECK FAILED': [{ does: ['no check runs'] }] as Ways,
  RETIRED: [{ when: 'of a retiring one', does: ['it is forgotten'] }] as Ways,
} as const;
const checked = {
  OFFENDED: [{ when: 'it is being checked', does: ['no check runs', 'it is put in quarantine', 'its connections are lost'] }, ...always.OFFENDED] as Ways,
  PAROLED: [{ when: 'another in quarantine is being checked', does: ['no check runs', 'it is in quarantine no more'] }, ...always.PAROLED] as Ways,
  'CHECK DUE': [{ when: 'there is one to check', does: ['it is checked'] }, { does: ['no check runs'] }] as Ways,
} as const;
const noted = { ONLINE: [{ does: ['the network is there'] }] as Ways, OFFLINE: [{ does: ['the network is gone'] }] as Ways } as const;
const untimed = { 'BACKOFF OVER': 'cannot be', 'PAUSE OVER': 'cannot be', 'RETURN DUE': 'cannot be' } as const;

const portalTable: Table<PortalState, PortalHappening['type'], Condition, Effect> = {
  idle: {
    ...always,
    ...noted,
    ...untimed,
    WANTED: again,
    UNWANTED: 'ignored',
    RETIRED: 'ignored',
    PROVEN: 'ignored',
    ANSWERED: 'ignored',
    TRUSTED: 'ignored',
    SLOW: 'ignored',
    LOST: 'ignored',
    SWITCH_TO: [{ when: 'known', does: ['it is preferred', 'the back-off starts anew'] }],
    RETRY_NOW: 'ignored',
    WOKE: 'ignored',
  },
  seeking: {
    ...always,
    ...noted,
    ...untimed,
    WANTED: 'ignored',
    UNWANTED: ends,
    PROVEN: winsTheRace,
    ANSWERED: 'ignored',
    TRUSTED: 'ignored',
    SLOW: besides,
    LOST: [
      { when: 'of a candidate, and another is untried', does: ['it is blamed', 'it is forgotten', 'the next one is tried'] },
      { when: 'of the last candidate', to: 'waiting.tired', does: ['it is blamed', 'it is forgotten'] },
      { when: 'of a candidate', does: ['it is blamed', 'it is forgotten'] },
      { when: 'of a retiring one', does: ['it is forgotten'] },
    ],
    SWITCH_TO: sought,
    RETRY_NOW: 'ignored',
    WOKE: 'ignored',
  },
  'live.settled': {
    ...always,
    ...checked,
    'BACKOFF OVER': 'cannot be',
    'PAUSE OVER': 'cannot be',
    'RETURN DUE': [
      { when: 'another is better by then', to: 'live.switching', does: ['a quarter is forgiven', 'the better one is tried'] },
      { to: 'live.settled', does: ['a quarter is forgiven'] },
    ],
    WANTED: 'ignored',
    UNWANTED: ends,
    PROVEN: 'ignored',
    ANSWERED: 'ignored',
    TRUSTED: trusted,
    SLOW: [{ when: 'of the live one, and another is untried', to: 'live.relieving', does: ['the next one is tried'] }],
    LOST: loseLive('waiting.tired'),
    SWITCH_TO: switched,
    RETRY_NOW: proved,
    ONLINE: [{ does: ['the network is there', 'it is probed'] }],
    OFFLINE: [{ does: ['the network is gone', 'it is probed'] }],
    WOKE: proved,
  },
  'live.relieving': {
    ...always,
    ...checked,
    ...untimed,
    WANTED: 'ignored',
    UNWANTED: ends,
    PROVEN: [{ when: 'of a candidate', to: 'live.settled', does: ['the live one fell silent', 'the slow ones are blamed', 'it takes over'] }],
    ANSWERED: [{ when: 'of the live one', to: 'live.settled', does: ['the candidates are dropped'] }],
    TRUSTED: [{ when: 'of the live one', to: 'live.settled', does: ['it is trusted', 'the back-off starts anew', 'the candidates are dropped'] }],
    SLOW: besides,
    LOST: [
      { when: 'of a candidate, and another is untried', does: ['it is blamed', 'it is forgotten', 'the next one is tried'] },
      { when: 'of the last candidate', to: 'live.settled', does: ['it is blamed', 'it is forgotten'] },
      { when: 'of a candidate', does: ['it is blamed', 'it is forgotten'] },
      ...loseLive('seeking'), // where the candidates are
    ],
    SWITCH_TO: switched,
    RETRY_NOW: proved,
    ONLINE: [{ does: ['the network is there', 'it is probed'] }],
    OFFLINE: [{ does: ['the network is gone', 'it is probed'] }],
    WOKE: proved,
  },
  'live.switching': {
    ...always,
    ...checked,
    ...untimed,
    WANTED: 'ignored',
    UNWANTED: ends,
    PROVEN: takesOver,
    ANSWERED: 'ignored',
    TRUSTED: trusted,
    SLOW: [{ when: 'of the live one, and another is untried', to: 'live.relieving', does: ['the next one is tried'] }],
    LOST: [{ when: 'of a candidate', to: 'live.settled', does: ['it is blamed', 'it is forgotten'] }, ...loseLive('seeking')],
    SWITCH_TO: [{ when: 'the live portal', to: 'live.settled', does: ['it is preferred', 'the candidates are dropped'] }, ...switched],
    RETRY_NOW: proved,
    ONLINE: [{ does: ['the network is there', 'it is probed'] }],
    OFFLINE: [{ does: ['the network is gone', 'it is probed'] }],
    WOKE: proved,
  },
  'waiting.tired': {
    ...always,
    WANTED: 'ignored',
    UNWANTED: ends,
    PROVEN: 'ignored',
    ANSWERED: 'ignored',
    TRUSTED: 'ignored',
    SLOW: 'ignored',
    LOST: [{ when: 'of a retiring one', does: ['it is forgotten'] }],
    SWITCH_TO: sought,
    RETRY_NOW: anew,
    ONLINE: [{ to: 'waiting.hurrying', does: ['the network is there'] }],
    OFFLINE: noted.OFFLINE,
    WOKE: [{ to: 'waiting.hurrying' }],
    'BACKOFF OVER': [{ to: 'seeking', does: ['a round failed', 'a round begins', 'the next one is tried'] }],
    'PAUSE OVER': [{ to: 'waiting.rested' }],
    'RETURN DUE': 'cannot be',
  },
  'waiting.rested': {
    ...always,
    WANTED: 'ignored',
    UNWANTED: ends,
    PROVEN: 'ignored',
    ANSWERED: 'ignored',
    TRUSTED: 'ignored',
    SLOW: 'ignored',
    LOST: [{ when: 'of a retiring one', does: ['it is forgotten'] }],
    SWITCH_TO: sought,
    RETRY_NOW: anew,
    ONLINE: [{ to: 'seeking', does: ['the network is there', 'a round begins', 'the next one is tried'] }],
    OFFLINE: noted.OFFLINE,
    WOKE: again,
    'BACKOFF OVER': [{ to: 'seeking', does: ['a round failed', 'a round begins', 'the next one is tried'] }],
    'PAUSE OVER': 'cannot be',
    'RETURN DUE': 'cannot be',
  },
  'waiting.hurrying': {
    ...always,
    ...noted,
    WANTED: 'ignored',
    UNWANTED: ends,
    PROVEN: 'ignored',
    ANSWERED: 'ignored',
    TRUSTED: 'ignored',
    SLOW: 'ignored',
    LOST: [{ when: 'of a retiring one', does: ['it is forgotten'] }],
    SWITCH_TO: sought,
    RETRY_NOW: anew,
    WOKE: 'ignored',
    'BACKOFF OVER': [{ to: 'seeking', does: ['a round failed', 'a round begins', 'the next one is tried'] }],
    'PAUSE OVER': again,
    'RETURN DUE': 'cannot be',
  },
};

const urlOf = (event: PortalHappening): string => ('url' in event ? event.url : '');
const portalNamed = (event: PortalHappening): number => URLS.findIndex((url) => url === urlOf(event));
/** The connection that the event is about, where the machine has it. */
const subject = ({ begun, connections }: PortalModel, event: PortalHappening): ConnectionRecord | undefined =>
  'age' in event ? connections.find(({ connection }) => connection === begun.length - event.age) : undefined;
const roleOf = (model: PortalModel, event: PortalHappening): string | undefined => subject(model, event)?.role;
const changed = (model: PortalModel, portal: number | undefined, change: (record: PortalRecord) => PortalRecord): PortalModel => ({
  ...model,
  portals: model.portals.map((record, i) => (i === portal ? change(record) : record)),
});
const without = (model: PortalModel, isGone: (record: ConnectionRecord) => boolean): PortalModel => ({ ...model, connections: model.connections.filter((record) => !isGone(record)) });
const blame = (model: PortalModel, portal: number | undefined, lastFailure: ConnectionFailure): PortalModel =>
  lastFailure === 'given up' ? model : changed(model, portal, (record) => ({ ...record, failures: record.failures + 1, trouble: Math.min(8, record.trouble + 1), lastFailure }));
const isUsable = ({ portals }: PortalModel, portal: number): boolean => portals[portal] !== undefined && (portals[portal].quarantine === undefined || portals.every(({ quarantine }) => quarantine !== undefined));
/** The best one that was not tried in this round, and has no connection but one that retires. */
const untried = (model: PortalModel): number | undefined =>
  portalsInOrder(model).find((portal) => !model.tried.includes(portal) && !model.connections.some((each) => each.portal === portal && each.role !== 'retiring'));
const forgive = (model: PortalModel): PortalModel => ({ ...model, portals: model.portals.map((record) => ({ ...record, trouble: record.trouble < 0.1 ? 0 : 0.75 * record.trouble })) });
const tryPortal = (model: PortalModel, portal: number | undefined): PortalModel => {
  const url = portal === undefined ? undefined : URLS[portal];
  if (portal === undefined || url === undefined) return model;
  const begun = [...model.begun, url];
  return { ...model, begun, connections: [...model.connections, { connection: begun.length, portal, role: 'candidate' }], tried: [...model.tried.filter((each) => each !== portal), portal] };
};
const tell = (model: PortalModel, connection: number | undefined, command: string): PortalModel => (connection === undefined ? model : { ...model, commands: [...model.commands, `${command} ${connection}`] });

const effects = {
  'a round begins': (model: PortalModel): PortalModel => ({ ...model, tried: [] }),
  'a round failed': (model: PortalModel): PortalModel => ({ ...model, rounds: model.rounds + 1 }),
  'the back-off starts anew': (model: PortalModel): PortalModel => ({ ...model, tried: [], rounds: 0 }),
  'the next one is tried': (model: PortalModel): PortalModel => tryPortal(model, untried(model)),
  'the named one is tried': (model: PortalModel, event: PortalHappening): PortalModel => tryPortal(model, portalNamed(event)),
  'it is forgotten, and its portal tried again': (model: PortalModel, event: PortalHappening): PortalModel => {
    const lost = subject(model, event);
    return tryPortal(without(model, ({ connection }) => connection === lost?.connection), lost?.portal);
  },
  'the better one is tried': (model: PortalModel): PortalModel => tryPortal(model, wouldTakeOver(model)),
  'all connections are dropped': (model: PortalModel): PortalModel => ({ ...model, connections: [] }),
  'the candidates are dropped': (model: PortalModel): PortalModel => without(model, isCandidate),
  'it is forgotten': (model: PortalModel, event: PortalHappening): PortalModel => without(model, ({ connection }) => connection === subject(model, event)?.connection),
  'it is blamed': (model: PortalModel, event: PortalHappening): PortalModel => blame(model, subject(model, event)?.portal, event.type === 'LOST' ? event.failure : 'closed'),
  'the live one fell silent': (model: PortalModel): PortalModel => without(blame(model, livePortal(model), 'fell silent'), isLive),
  'the slow ones are blamed': (model: PortalModel, event: PortalHappening): PortalModel =>
    model.connections
      .filter((each) => isCandidate(each) && each.connection !== subject(model, event)?.connection && each.connection < model.begun.length)
      .reduce((now, { portal }) => blame(now, portal, 'too slow'), model),
  'it takes over': (model: PortalModel, event: PortalHappening): PortalModel => {
    const successor = subject(model, event)?.connection;
    const before = model.connections.find(isLive)?.connection;
    const connections = model.connections
      .filter((each) => !isCandidate(each) || each.connection === successor)
      .map((each): ConnectionRecord => ({ ...each, role: each.connection === successor ? 'live' : 'retiring' }));
    return tell(tell({ ...model, connections }, before, 'RETIRE'), successor, 'FOLLOW');
  },
  'it is probed': (model: PortalModel): PortalModel => tell(model, model.connections.find(isLive)?.connection, 'PROVE'),
  'it is trusted': (model: PortalModel, event: PortalHappening): PortalModel => changed(model, subject(model, event)?.portal, (record) => ({ ...record, failures: 0 })),
  'a quarter is forgiven': forgive,
  'it is preferred': (model: PortalModel, event: PortalHappening): PortalModel => ({ ...model, preferred: portalNamed(event) }),
  'the network is there': (model: PortalModel): PortalModel => ({ ...model, isOffline: false }),
  'the network is gone': (model: PortalModel): PortalModel => ({ ...model, isOffline: true }),
  'its latency is averaged': (model: PortalModel, event: PortalHappening): PortalModel =>
    event.type !== 'MEASURED'
      ? model
      : changed(model, portalNamed(event), (record) => ({ ...record, latency: record.latency === undefined ? event.milliseconds : 0.8 * record.latency + 0.2 * event.milliseconds })),
  'it lags': (model: PortalModel, event: PortalHappening): PortalModel => changed(model, portalNamed(event), (record) => ({ ...record, isLagging: true })),
  'it lags no more': (model: PortalModel, event: PortalHappening): PortalModel => changed(model, portalNamed(event), (record) => ({ ...record, isLagging: false })),
  'it is put in quarantine': (model: PortalModel, event: PortalHappening): PortalModel => {
    if (event.type !== 'OFFENDED') return model;
    const portal = portalNamed(event);
    if (model.portals[portal]?.quarantine !== undefined) return model;
    const offences = (model.portals[portal]?.offences ?? 0) + 1;
    const duration = QUARANTINES[offences - 1] ?? TIMES.quarantineMost;
    const paroles = [...model.paroles.filter((each) => each.portal !== portal), { portal, duration }];
    return { ...changed(model, portal, (record) => ({ ...record, offences, quarantine: event.offence, term: duration })), paroles };
  },
  'its connections are lost': (model: PortalModel, event: PortalHappening): PortalModel =>
    model.connections
      .filter(({ portal }) => portal === portalNamed(event))
      .reduce((now, { connection }) => follow(portalOracle, now, { type: 'LOST', age: now.begun.length - connection, failure: 'quarantined' }), model),
  'it is in quarantine no more': (model: PortalModel, event: PortalHappening): PortalModel => changed(model, portalNamed(event), (record) => ({ ...record, quarantine: undefined, term: undefined })),
  'the first quarantine is over': (model: PortalModel): PortalModel => ({
    ...changed(model, model.paroles[0]?.portal, (record) => ({ ...record, quarantine: undefined, term: undefined })),
    paroles: model.paroles.slice(1),
  }),
  'it is checked': (model: PortalModel): PortalModel => ({ ...model, checked: nextToCheck(model), isChecking: true }),
  'no check runs': (model: PortalModel): PortalModel => ({ ...model, isChecking: false }),
  'a check of it ends': (model: PortalModel, event: PortalHappening): PortalModel => ({ ...model, isChecking: model.isChecking && model.checked !== portalNamed(event) }),
  'a check ends of one that may not be used': (model: PortalModel): PortalModel => ({ ...model, isChecking: model.isChecking && isUsable(model, model.checked ?? -1) }),
};
type Effect = keyof typeof effects;

const conditions = {
  'there is a live one': (model: PortalModel): boolean => livePortal(model) !== undefined,
  known: (_model: PortalModel, event: PortalHappening): boolean => portalNamed(event) >= 0,
  'a usable portal': (model: PortalModel, event: PortalHappening): boolean => isUsable(model, portalNamed(event)),
  'another usable portal': (model: PortalModel, event: PortalHappening): boolean => isUsable(model, portalNamed(event)) && portalNamed(event) !== livePortal(model),
  'the live portal': (model: PortalModel, event: PortalHappening): boolean => portalNamed(event) === livePortal(model),
  'of the live one': (model: PortalModel, event: PortalHappening): boolean => roleOf(model, event) === 'live',
  'of the live one, and another is untried': (model: PortalModel, event: PortalHappening): boolean => roleOf(model, event) === 'live' && untried(model) !== undefined,
  'of the live one, given up by us and usable': (model: PortalModel, event: PortalHappening): boolean =>
    roleOf(model, event) === 'live' && event.type === 'LOST' && event.failure === 'given up' && isUsable(model, livePortal(model) ?? -1),
  'of a retiring one': (model: PortalModel, event: PortalHappening): boolean => roleOf(model, event) === 'retiring',
  'of a candidate': (model: PortalModel, event: PortalHappening): boolean => roleOf(model, event) === 'candidate',
  'of a candidate, and another is untried': (model: PortalModel, event: PortalHappening): boolean => roleOf(model, event) === 'candidate' && untried(model) !== undefined,
  'of the newest candidate, and another is untried': (model: PortalModel, event: PortalHappening): boolean =>
    roleOf(model, event) === 'candidate' && 'age' in event && event.age === 0 && untried(model) !== undefined,
  'of the last candidate': (model: PortalModel, event: PortalHappening): boolean => roleOf(model, event) === 'candidate' && model.connections.filter(isCandidate).length === 1,
  'another is better by then': (model: PortalModel): boolean => wouldTakeOver(forgive(model)) !== undefined,
  'one is in quarantine': ({ paroles }: PortalModel): boolean => paroles.length > 0,
  'it is being checked': ({ isChecking, checked: portal }: PortalModel, event: PortalHappening): boolean => isChecking && portal === portalNamed(event),
  'another in quarantine is being checked': ({ isChecking, checked: portal, portals }: PortalModel, event: PortalHappening): boolean =>
    isChecking && portalNamed(event) >= 0 && portal !== portalNamed(event) && portals[portal ?? -1]?.quarantine !== undefined,
  'there is one to check': (model: PortalModel): boolean => nextToCheck(model) !== undefined,
};
type Condition = keyof typeof conditions;

/** What each state waits for, besides the quarantines and the next check. */
function timersOf(model: PortalModel, state: PortalState): PortalModel['timers'] {
  if (state === 'live.settled') return { return: TIMES.returnInterval };
  if (!state.startsWith('waiting.')) return {};
  const [known, most] = model.isOffline ? [OFFLINE_BACKOFFS, TIMES.offlineBackoff] : [ONLINE_BACKOFFS, TIMES.backoffMost];
  const backoff = model.state.startsWith('waiting.') ? model.timers.backoff : known[model.rounds];
  return { backoff: backoff ?? most, ...(state === 'waiting.rested' ? {} : { pause: TIMES.hurryPause }) };
}

export const portalOracle: Oracle<PortalModel, PortalHappening, PortalState, Condition, Effect> = {
  table: portalTable,
  conditions,
  effects,
  stateOf: ({ state }) => state,
  enter: (model, state) => ({ ...model, state, timers: state === 'dead' ? {} : timersOf(model, state) }),
};

export const beginPortal = (): PortalModel => ({
  state: 'idle',
  portals: URLS.map((url) => ({ url, failures: 0, trouble: 0, isLagging: false, offences: 0 })),
  connections: [],
  tried: [],
  rounds: 0,
  preferred: undefined,
  isOffline: false,
  checked: undefined,
  isChecking: false,
  begun: [],
  commands: [],
  timers: {},
  paroles: [],
});
