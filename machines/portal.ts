import { assign, enqueueActions, fromPromise, setup } from 'xstate';
import { connectionMachine, type ConnectionInput, type ConnectionNews } from './connection.ts';
import { averaged, blamed, changed, forgiven, unknownPortal, type Offence, type PortalRecord, type PortalsOf } from './portal-record.ts';
import { backoff, quarantineTime, type PortalTimes } from './portal-times.ts';
import { betterThan, ranking } from './ranking.ts';

export type { Offence, PortalRecord } from './portal-record.ts';
export type { PortalTimes } from './portal-times.ts';

/** A connection by its number: being tried, the live one, or one that was relieved and goes on until its successor has subscribed. */
export interface ConnectionRecord {
  readonly connection: number;
  /** Index of its portal. */
  readonly portal: number;
  readonly role: 'candidate' | 'live' | 'retiring';
}

export interface PortalContext {
  /** In order of preference. */
  readonly portals: readonly PortalRecord[];
  /** Oldest first. */
  readonly connections: readonly ConnectionRecord[];
  /** How many connections there were: the number of the newest. */
  readonly numbered: number;
  /** Indices of the portals that were tried in this round. */
  readonly tried: readonly number[];
  /** Rounds that failed since the last proof of life. */
  readonly rounds: number;
  /** Index of the portal that was asked for by name. */
  readonly preferred: number | undefined;
  /** Index of the portal that was last checked. */
  readonly checked: number | undefined;
  /** What the platform says of the network. */
  readonly isOffline: boolean;
  readonly times: PortalTimes;
}

/** What anybody who holds the portal actor's public handle may send. */
export type PublicPortalEvent = { readonly type: 'RETRY_NOW' } | { readonly type: 'SWITCH_TO'; readonly url: string };

export type PortalEvent =
  | PublicPortalEvent
  /** Some entry is wanted; nothing is wanted any more. */
  | { readonly type: 'WANTED' }
  | { readonly type: 'UNWANTED' }
  | ConnectionNews
  /** A portal answered over HTTP after so many milliseconds. */
  | { readonly type: 'MEASURED'; readonly url: string; readonly milliseconds: number }
  /** A portal was seen to lack what others serve; it was seen to have it. */
  | { readonly type: 'LAGGING'; readonly url: string }
  | { readonly type: 'CAUGHT_UP'; readonly url: string }
  /** A portal did what no honest one does. */
  | { readonly type: 'OFFENDED'; readonly url: string; readonly offence: Offence }
  /** Its quarantine is over. */
  | { readonly type: 'PAROLED'; readonly url: string }
  /** The platform says so; and the clock shows that the machine has slept. */
  | { readonly type: 'ONLINE' }
  | { readonly type: 'OFFLINE' }
  | { readonly type: 'WOKE' };

export interface PortalInput {
  /** One or more URLs, in order of preference. */
  readonly urls: readonly string[];
  readonly times: PortalTimes;
  /** What a predecessor knew of each of them, in the same order; of one in quarantine, with what is left of its term. */
  readonly known?: readonly PortalRecord[] | undefined;
}

/** One live connection over a ranked list of portals: failover before it is missed, back-off when all were tried, and never an end to trying. */
export const portalMachine = setup({
  types: {
    context: {} as PortalContext,
    events: {} as PortalEvent,
    input: {} as PortalInput,
  },
  actors: {
    connection: connectionMachine,
    /** Asks one portal for all that is wanted, over a socket of its own; what it says is reported like any other's word. */
    check: fromPromise<void, { readonly url: string }>(async () => {
      throw new Error('the portal machine was started without a check');
    }),
  },
  guards: {
    isLive: ({ context, event }) => roleIn(context, event) === 'live',
    isCandidate: ({ context, event }) => roleIn(context, event) === 'candidate',
    isRetiring: ({ context, event }) => roleIn(context, event) === 'retiring',
    /** It was we who let go of the live one, whose portal may be used still. */
    isGivenUp: ({ context, event }) => event.type === 'LOST' && event.failure === 'given up' && roleIn(context, event) === 'live' && isUsable(context, recordIn(context, event)?.portal),
    /** Nobody else is being tried. */
    isLastCandidate: ({ context, event }) => roleIn(context, event) === 'candidate' && candidates(context).length === 1,
    /** Of the candidate that was tried last, and there is another to be tried: those before it have been waited for already. */
    canTryBeside: ({ context, event }) => roleIn(context, event) === 'candidate' && 'connection' in event && event.connection === context.numbered && untried(context) !== undefined,
    canTryAnother: ({ context, event }) => roleIn(context, event) === 'candidate' && untried(context) !== undefined,
    canRelieve: ({ context, event }) => roleIn(context, event) === 'live' && untried(context) !== undefined,
    /** The live connection's successor is being tried already. */
    isBeingRelieved: ({ context, event }) => roleIn(context, event) === 'live' && candidates(context).length > 0,
    hasBetter: ({ context }) => better(context) !== undefined,
    hasStandby: ({ context }) => standby(context) !== undefined,
    isKnown: ({ context, event }) => named(context, event) !== undefined,
    /** Known, and not in quarantine while another one is not. */
    isUsable: ({ context, event }) => isUsable(context, named(context, event)),
    /** Of those that may be used, and not that of the live connection. */
    isOther: ({ context, event }) => isUsable(context, named(context, event)) && named(context, event) !== live(context)?.portal,
    isCurrent: ({ context, event }) => named(context, event) !== undefined && named(context, event) === live(context)?.portal,
    isBeingChecked: ({ context, event }) => named(context, event) !== undefined && named(context, event) === context.checked,
    /** What is being checked is in quarantine, and another one no longer is. */
    mayNotCheck: ({ context }) => !isUsable(context, context.checked),
  },
  actions: {
    /** Tries the best portal that was not tried in this round. */
    dialNext: enqueueActions(({ context, enqueue }) => dial(enqueue, context, untried(context))),
    dialBetter: enqueueActions(({ context, enqueue }) => dial(enqueue, context, better(context))),
    dialNamed: enqueueActions(({ context, event, enqueue }) => dial(enqueue, context, named(context, event))),
    /** Tries the portal of the event's connection once more. */
    dialAgain: enqueueActions(({ context, event, enqueue }) => dial(enqueue, context, recordIn(context, event)?.portal)),
    prefer: assign(({ context, event }) => ({ preferred: named(context, event) ?? context.preferred })),
    beginRound: assign({ tried: [] }),
    endRound: assign(({ context }) => ({ tried: [], rounds: context.rounds + 1 })),
    beginAnew: assign({ tried: [], rounds: 0 }),
    /** The event's connection is the live one from now on; the one before goes on until it has subscribed, others that were tried are given up. */
    promote: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'PROVEN') return;
      const before = live(context);
      if (before !== undefined) enqueue.sendTo(idOf(before), { type: 'RETIRE' });
      for (const record of candidates(context)) if (record.connection !== event.connection) enqueue.stopChild(idOf(record));
      const kept = context.connections.filter(({ connection, role }) => role !== 'candidate' || connection === event.connection);
      enqueue.assign({ connections: kept.map((record): ConnectionRecord => ({ ...record, role: record.connection === event.connection ? 'live' : 'retiring' })) });
      enqueue.sendTo(idOf(event), { type: 'FOLLOW' });
    }),
    dropLive: enqueueActions(({ context, enqueue }) => drop(enqueue, context, ({ role }) => role === 'live')),
    dropCandidates: enqueueActions(({ context, enqueue }) => drop(enqueue, context, ({ role }) => role === 'candidate')),
    dropLost: enqueueActions(({ context, event, enqueue }) => drop(enqueue, context, ({ connection }) => 'connection' in event && connection === event.connection)),
    dropAll: enqueueActions(({ context, enqueue }) => drop(enqueue, context, () => true)),
    blame: assign(({ context, event }) => (event.type === 'LOST' ? blamed(context, recordIn(context, event)?.portal, event.failure) : {})),
    /** It let its successor be first. */
    blameSilence: assign(({ context }) => blamed(context, live(context)?.portal, 'fell silent')),
    /** Those before the newest let themselves be waited for, until another one was there. */
    blameSlow: assign(({ context, event }) => {
      const slow = candidates(context).filter(({ connection }) => connection !== context.numbered && 'connection' in event && connection !== event.connection);
      return slow.reduce((portals: PortalsOf, { portal }) => blamed(portals, portal, 'too slow'), context);
    }),
    trust: assign(({ context, event }) => changed(context, recordIn(context, event)?.portal, () => ({ failures: 0 }))),
    forgive: assign(({ context }) => ({ portals: context.portals.map(forgiven) })),
    proveLive: enqueueActions(({ context, enqueue }) => {
      const record = live(context);
      if (record !== undefined) enqueue.sendTo(idOf(record), { type: 'PROVE' });
    }),
    measure: assign(({ context, event }) => (event.type === 'MEASURED' ? changed(context, named(context, event), averaged(event.milliseconds)) : {})),
    noteLag: assign(({ context, event }) => changed(context, named(context, event), () => ({ isLagging: event.type === 'LAGGING' }))),
    noteNetwork: assign(({ event }) => ({ isOffline: event.type === 'OFFLINE' })),
    quarantine: enqueueActions(({ context, event, enqueue }) => {
      const portal = named(context, event);
      const record = portal === undefined ? undefined : context.portals[portal];
      if (event.type !== 'OFFENDED' || record === undefined) return;
      // What it did before it was known to be in quarantine, and what it does where all are, is punished already.
      if (record.quarantine === undefined) {
        const offences = record.offences + 1;
        const term = quarantineTime({ offences }, context.times);
        enqueue.assign(changed(context, portal, () => ({ offences, quarantine: event.offence, term })));
        enqueue.cancel(event.url);
        enqueue.raise({ type: 'PAROLED', url: event.url }, { id: event.url, delay: term });
      }
      for (const { connection, portal: its } of context.connections) if (its === portal) enqueue.raise({ type: 'LOST', connection, failure: 'quarantined' });
    }),
    parole: assign(({ context, event }) => changed(context, named(context, event), () => ({ quarantine: undefined, term: undefined }))),
    /** What a predecessor began goes on. */
    resumeTerms: enqueueActions(({ context, enqueue }) => {
      for (const { url, term } of context.portals) if (term !== undefined) enqueue.raise({ type: 'PAROLED', url }, { id: url, delay: term });
    }),
    noteCheck: assign(({ context }) => ({ checked: standby(context) })),
  },
  delays: {
    /** The host adds jitter, so that a portal that comes back is not met by everybody at once. */
    backoff: ({ context }) => backoff(context),
    hurryPause: ({ context }) => context.times.hurryPause,
    returnInterval: ({ context }) => context.times.returnInterval,
    checkInterval: ({ context }) => context.times.checkInterval,
  },
}).createMachine({
  id: 'portal',
  context: ({ input }) => ({
    portals: input.known ?? input.urls.map(unknownPortal),
    connections: [],
    numbered: 0,
    tried: [],
    rounds: 0,
    preferred: undefined,
    checked: undefined,
    isOffline: false,
    times: input.times,
  }),
  type: 'parallel',
  entry: 'resumeTerms',
  on: {
    MEASURED: { actions: 'measure' },
    LAGGING: { actions: 'noteLag' },
    CAUGHT_UP: { actions: 'noteLag' },
    OFFENDED: { guard: 'isKnown', actions: 'quarantine' },
    PAROLED: { actions: 'parole' },
    ONLINE: { actions: 'noteNetwork' },
    OFFLINE: { actions: 'noteNetwork' },
  },
  states: {
    connection: {
      initial: 'idle',
      on: {
        UNWANTED: { target: '.idle', actions: 'dropAll' },
        // Of one that was relieved. Whatever else is lost, the states below know what to do about it.
        RETIRED: { guard: 'isRetiring', actions: 'dropLost' },
        LOST: { actions: 'dropLost' },
      },
      states: {
        idle: {
          on: {
            WANTED: { target: 'seeking', actions: ['beginRound', 'dialNext'] },
            SWITCH_TO: { guard: 'isKnown', actions: ['prefer', 'beginAnew'] },
          },
        },
        /** There is no live connection: one portal after the other is tried, the next one as soon as the last one fails or lets itself be waited for. */
        seeking: {
          on: {
            SLOW: { guard: 'canTryBeside', actions: 'dialNext' },
            PROVEN: { guard: 'isCandidate', target: 'live', actions: ['blameSlow', 'promote'] },
            LOST: [
              { guard: 'canTryAnother', actions: ['blame', 'dropLost', 'dialNext'] },
              { guard: 'isLastCandidate', target: 'waiting', actions: ['blame', 'dropLost'] },
              { guard: 'isCandidate', actions: ['blame', 'dropLost'] },
              { actions: 'dropLost' },
            ],
            SWITCH_TO: [{ guard: 'isUsable', actions: ['prefer', 'dropCandidates', 'beginAnew', 'dialNamed'] }, { actions: 'prefer' }],
          },
        },
        live: {
          on: {
            LOST: [
              { guard: 'isGivenUp', target: 'seeking', actions: ['dialAgain', 'dropLost'] },
              { guard: 'canRelieve', target: 'seeking', actions: ['blame', 'dropLost', 'dialNext'] },
              { guard: 'isBeingRelieved', target: 'seeking', actions: ['blame', 'dropLost'] },
              { guard: 'isLive', target: 'waiting', actions: ['blame', 'dropLost'] },
              { actions: 'dropLost' },
            ],
            TRUSTED: { guard: 'isLive', actions: ['trust', 'beginAnew'] },
            SWITCH_TO: [{ guard: 'isOther', target: '.switching', actions: ['prefer', 'dropCandidates', 'dialNamed'] }, { actions: 'prefer' }],
            RETRY_NOW: { actions: 'proveLive' },
            WOKE: { actions: 'proveLive' },
            ONLINE: { actions: ['noteNetwork', 'proveLive'] },
            OFFLINE: { actions: ['noteNetwork', 'proveLive'] },
          },
          initial: 'settled',
          states: {
            settled: {
              on: { SLOW: { guard: 'canRelieve', target: 'relieving', actions: 'dialNext' } },
              after: { returnInterval: { target: 'appraising', actions: 'forgive' } },
            },
            appraising: {
              always: [{ guard: 'hasBetter', target: 'switching', actions: 'dialBetter' }, { target: 'settled' }],
            },
            /** The live connection lets itself be waited for: others are tried, and the first that answers takes its place, unless it answers itself. */
            relieving: {
              on: {
                ANSWERED: { guard: 'isLive', target: 'settled', actions: 'dropCandidates' },
                TRUSTED: { guard: 'isLive', target: 'settled', actions: ['trust', 'beginAnew', 'dropCandidates'] },
                PROVEN: { guard: 'isCandidate', target: 'settled', actions: ['blameSilence', 'dropLive', 'blameSlow', 'promote'] },
                SLOW: { guard: 'canTryBeside', actions: 'dialNext' },
                LOST: [
                  { guard: 'canTryAnother', actions: ['blame', 'dropLost', 'dialNext'] },
                  { guard: 'isLastCandidate', target: 'settled', actions: ['blame', 'dropLost'] },
                  { guard: 'isCandidate', actions: ['blame', 'dropLost'] },
                ],
              },
            },
            /** Another portal is to take over from one that works: because it became better, or somebody asked for it. */
            switching: {
              on: {
                PROVEN: { guard: 'isCandidate', target: 'settled', actions: 'promote' },
                LOST: { guard: 'isCandidate', target: 'settled', actions: ['blame', 'dropLost'] },
                // What was to take over may be as silent as what is to be left.
                SLOW: { guard: 'canRelieve', target: 'relieving', actions: 'dialNext' },
                SWITCH_TO: { guard: 'isCurrent', target: 'settled', actions: ['prefer', 'dropCandidates'] },
              },
            },
          },
        },
        /** All were tried. */
        waiting: {
          on: {
            RETRY_NOW: { target: 'seeking', actions: ['beginAnew', 'dialNext'] },
            SWITCH_TO: [{ guard: 'isUsable', target: 'seeking', actions: ['prefer', 'beginAnew', 'dialNamed'] }, { actions: 'prefer' }],
          },
          after: { backoff: { target: 'seeking', actions: ['endRound', 'dialNext'] } },
          initial: 'tired',
          states: {
            tired: {
              on: { ONLINE: { target: 'hurrying', actions: 'noteNetwork' }, WOKE: { target: 'hurrying' } },
              after: { hurryPause: { target: 'rested' } },
            },
            rested: {
              on: { ONLINE: { target: '#portal.connection.seeking', actions: ['noteNetwork', 'beginRound', 'dialNext'] }, WOKE: { target: '#portal.connection.seeking', actions: ['beginRound', 'dialNext'] } },
            },
            /** There is reason to try again, but it was tried just now: a network that comes and goes is no reason to try each time. */
            hurrying: {
              after: { hurryPause: { target: '#portal.connection.seeking', actions: ['beginRound', 'dialNext'] } },
            },
          },
        },
      },
    },
    /** What is wanted is asked of one other portal every so often, of each in its turn: the live one may keep something to itself. */
    checks: {
      initial: 'interval',
      states: {
        interval: {
          // A transition of the region itself would leave and enter the other region too.
          after: { checkInterval: { target: '.due', reenter: true } },
          initial: 'resting',
          states: {
            resting: {},
            due: {
              always: [{ guard: 'hasStandby', target: 'checking', actions: 'noteCheck' }, { target: 'resting' }],
            },
            checking: {
              invoke: {
                id: 'check',
                src: 'check',
                input: ({ context }) => ({ url: urlOf(context, context.checked) }),
                onDone: { target: 'resting' },
                onError: { target: 'resting' },
              },
              always: { guard: 'mayNotCheck', target: 'resting' },
              on: { OFFENDED: { guard: 'isBeingChecked', target: 'resting', actions: 'quarantine' } },
            },
          },
        },
      },
    },
  },
});

type Numbered = Pick<ConnectionRecord, 'connection'>;

/** What of XState's `enqueue` connections take. */
interface Enqueue {
  spawnChild(src: 'connection', options: { readonly id: string; readonly input: ConnectionInput }): void;
  stopChild(id: string): void;
  assign(context: Partial<PortalContext>): void;
}

const idOf = ({ connection }: Numbered): string => `connection.${connection}`;
const live = ({ connections }: PortalContext): ConnectionRecord | undefined => connections.find(({ role }) => role === 'live');
const candidates = ({ connections }: PortalContext): readonly ConnectionRecord[] => connections.filter(({ role }) => role === 'candidate');

/** The connection that an event tells of. */
function recordIn({ connections }: PortalContext, event: PortalEvent): ConnectionRecord | undefined {
  return 'connection' in event ? connections.find(({ connection }) => connection === event.connection) : undefined;
}

const roleIn = (context: PortalContext, event: PortalEvent): ConnectionRecord['role'] | undefined => recordIn(context, event)?.role;

/** Index of the portal that an event names. */
function named({ portals }: PortalContext, event: PortalEvent): number | undefined {
  const index = 'url' in event ? portals.findIndex(({ url }) => url === event.url) : -1;
  return index < 0 ? undefined : index;
}

const isUsable = ({ portals }: PortalContext, portal: number | undefined): boolean => ranking(portals, undefined).some((i) => i === portal);

function untried({ portals, preferred, tried, connections }: PortalContext): number | undefined {
  return ranking(portals, preferred).find((i) => !tried.includes(i) && connections.every(({ portal, role }) => portal !== i || role === 'retiring'));
}

function better(context: PortalContext): number | undefined {
  const current = live(context)?.portal;
  return current === undefined ? undefined : betterThan(current, context.portals, context.preferred);
}

/** The portal after the one that was checked last; not the live one, which tells by itself. */
function standby(context: PortalContext): number | undefined {
  const current = live(context)?.portal;
  if (current === undefined) return undefined;
  const others = ranking(context.portals, undefined).filter((i) => i !== current);
  others.sort((a, b) => a - b);
  return others.find((i) => i > (context.checked ?? -1)) ?? others[0];
}

function urlOf({ portals }: PortalContext, index: number | undefined): string {
  const portal = index === undefined ? undefined : portals[index];
  if (portal === undefined) throw new RangeError('there is no such portal');
  return portal.url;
}

function dial(enqueue: Enqueue, context: PortalContext, portal: number | undefined): void {
  if (portal === undefined) return;
  const record: ConnectionRecord = { connection: context.numbered + 1, portal, role: 'candidate' };
  enqueue.spawnChild('connection', { id: idOf(record), input: { connection: record.connection, url: urlOf(context, portal), times: context.times } });
  enqueue.assign({ numbered: record.connection, connections: [...context.connections, record], tried: [...context.tried.filter((i) => i !== portal), portal] });
}

function drop(enqueue: Enqueue, { connections }: PortalContext, isDropped: (record: ConnectionRecord) => boolean): void {
  for (const record of connections) if (isDropped(record)) enqueue.stopChild(idOf(record));
  enqueue.assign({ connections: connections.filter((record) => !isDropped(record)) });
}
