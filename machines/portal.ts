import { assign, fromCallback, sendTo, setup } from 'xstate';

/** How long the connection waits for what, in milliseconds. */
export interface PortalTimes {
  /** For a socket to open. */
  readonly connectDeadline: number;
  /** For the first word on a socket that opened. */
  readonly proofDeadline: number;
  /** Between two proofs of life. */
  readonly livenessInterval: number;
  /** For the answer to a proof of life. */
  readonly livenessDeadline: number;
  /** The first back-off; each one after it is twice as long. */
  readonly backoffBase: number;
  /** The longest back-off. */
  readonly backoffMost: number;
}

/** What is known of one portal. */
export interface PortalRecord {
  readonly url: string;
  /** Failed attempts and lost connections since it last answered a proof of life. */
  readonly failures: number;
  /** How the last of all its failures showed. */
  readonly lastFailure?: PortalFailure;
  /** How long it takes to answer over HTTP, in milliseconds, averaged; unknown until it did. */
  readonly latency?: number;
}

export type PortalFailure = 'closed' | 'did not open' | 'said nothing' | 'fell silent';

export interface PortalContext {
  /** In order of preference. */
  readonly portals: readonly PortalRecord[];
  /** Index of the portal that is connected, or tried next. */
  readonly current: number;
  /** How many portals were tried in this round. */
  readonly tried: number;
  /** Rounds that failed since the last proof of life. */
  readonly rounds: number;
  readonly times: PortalTimes;
}

/** What anybody who holds the portal actor's public handle may send. */
export type PublicPortalEvent = { readonly type: 'RETRY_NOW' } | { readonly type: 'SWITCH_TO'; readonly url: string };

export type PortalEvent =
  | PublicPortalEvent
  /** Some entry is wanted; nothing is wanted any more. */
  | { readonly type: 'WANTED' }
  | { readonly type: 'UNWANTED' }
  /** Of the socket. HEARD is sent for the first message after a proof was asked for. */
  | { readonly type: 'SOCKET_OPENED' }
  | { readonly type: 'SOCKET_CLOSED' }
  | { readonly type: 'HEARD' }
  /** A portal answered over HTTP after so many milliseconds. */
  | { readonly type: 'MEASURED'; readonly url: string; readonly milliseconds: number };

/** What the socket is told. */
export type SocketCommand = { readonly type: 'PROVE' };

export interface PortalInput {
  /** One or more URLs, in order of preference. */
  readonly urls: readonly string[];
  readonly times: PortalTimes;
}

/** The time to wait after `rounds` failed rounds, before jitter: at least `backoffBase`, twice as long each time, at most `backoffMost`. */
export function backoff(rounds: number, { backoffBase, backoffMost }: PortalTimes): number {
  return Math.min(backoffMost, backoffBase * 2 ** Math.min(rounds, 30));
}

/** One live connection over a list of portals: failover at once, back-off when all were tried, and never an end to trying. */
export const portalMachine = setup({
  types: {
    context: {} as PortalContext,
    events: {} as PortalEvent,
    input: {} as PortalInput,
    children: {} as { socket: 'socket' },
  },
  actors: {
    /** One WebSocket to one portal, subscribed to every wanted entry; it sends SOCKET_OPENED, HEARD and SOCKET_CLOSED. */
    socket: fromCallback<SocketCommand, { url: string }>(() => {
      throw new Error('the portal machine was started without a socket');
    }),
  },
  guards: {
    isKnown: ({ context, event }) => event.type === 'SWITCH_TO' && indexOf(context, event.url) >= 0,
    hasUntried: ({ context }) => context.tried < context.portals.length,
  },
  actions: {
    select: assign(({ context, event }) => (event.type === 'SWITCH_TO' ? { current: indexOf(context, event.url) } : {})),
    selectNext: assign(({ context }) => ({ current: (context.current + 1) % context.portals.length })),
    countAttempt: assign(({ context }) => ({ tried: context.tried + 1 })),
    beginRound: assign({ tried: 0 }),
    endRound: assign(({ context }) => ({ tried: 0, rounds: context.rounds + 1 })),
    beginAnew: assign({ tried: 0, rounds: 0 }),
    blame: assign(({ context }, { failure }: { failure: PortalFailure }) => ({
      portals: withCurrent(context, (portal) => ({ ...portal, failures: portal.failures + 1, lastFailure: failure })),
    })),
    trust: assign(({ context }) => ({ portals: withCurrent(context, (portal) => ({ ...portal, failures: 0 })) })),
    measure: assign(({ context, event }) => (event.type === 'MEASURED' ? { portals: measured(context.portals, event) } : {})),
    prove: sendTo('socket', { type: 'PROVE' }),
  },
  delays: {
    connectDeadline: ({ context }) => context.times.connectDeadline,
    proofDeadline: ({ context }) => context.times.proofDeadline,
    livenessInterval: ({ context }) => context.times.livenessInterval,
    livenessDeadline: ({ context }) => context.times.livenessDeadline,
    /** The host adds jitter, so that a portal that comes back is not met by everybody at once. */
    backoff: ({ context }) => backoff(context.rounds, context.times),
  },
}).createMachine({
  id: 'portal',
  context: ({ input }) => ({
    portals: input.urls.map((url) => ({ url, failures: 0 })),
    current: 0,
    tried: 0,
    rounds: 0,
    times: input.times,
  }),
  on: { MEASURED: { actions: 'measure' } },
  initial: 'idle',
  states: {
    idle: {
      on: {
        WANTED: { target: 'online', actions: 'beginRound' },
        SWITCH_TO: { guard: 'isKnown', actions: ['select', 'beginAnew'] },
      },
    },
    online: {
      entry: 'countAttempt',
      invoke: {
        id: 'socket',
        src: 'socket',
        input: ({ context }) => ({ url: currentUrl(context) }),
        // The platform may refuse by a throw: an unencrypted socket from an encrypted page.
        onError: { target: 'failing', actions: { type: 'blame', params: { failure: 'did not open' } } },
      },
      on: {
        UNWANTED: { target: 'idle' },
        SWITCH_TO: { guard: 'isKnown', target: 'online', reenter: true, actions: ['select', 'beginAnew'] },
        SOCKET_CLOSED: { target: 'failing', actions: { type: 'blame', params: { failure: 'closed' } } },
      },
      initial: 'connecting',
      states: {
        connecting: {
          on: { SOCKET_OPENED: { target: 'proving' } },
          after: { connectDeadline: { target: '#portal.failing', actions: { type: 'blame', params: { failure: 'did not open' } } } },
        },
        proving: {
          entry: 'prove',
          on: { HEARD: { target: 'listening' } },
          after: { proofDeadline: { target: '#portal.failing', actions: { type: 'blame', params: { failure: 'said nothing' } } } },
        },
        listening: {
          after: { livenessInterval: { target: 'probing' } },
        },
        probing: {
          entry: 'prove',
          on: { HEARD: { target: 'listening', actions: ['trust', 'beginAnew'] } },
          after: { livenessDeadline: { target: '#portal.failing', actions: { type: 'blame', params: { failure: 'fell silent' } } } },
        },
      },
    },
    failing: {
      entry: 'selectNext',
      always: [{ guard: 'hasUntried', target: 'online' }, { target: 'waiting' }],
    },
    waiting: {
      on: {
        UNWANTED: { target: 'idle' },
        RETRY_NOW: { target: 'online', actions: 'beginAnew' },
        SWITCH_TO: { guard: 'isKnown', target: 'online', actions: ['select', 'beginAnew'] },
      },
      after: { backoff: { target: 'online', actions: 'endRound' } },
    },
  },
});

function currentUrl({ portals, current }: PortalContext): string {
  const portal = portals[current];
  if (portal === undefined) throw new RangeError('there is no such portal');
  return portal.url;
}

function indexOf(context: PortalContext, url: string): number {
  return context.portals.findIndex((portal) => portal.url === url);
}

function withCurrent(context: PortalContext, change: (portal: PortalRecord) => PortalRecord): readonly PortalRecord[] {
  return context.portals.map((portal, i) => (i === context.current ? change(portal) : portal));
}

/** A moving average that forgets half of what it knew in three answers. */
function measured(portals: readonly PortalRecord[], { url, milliseconds }: { url: string; milliseconds: number }): readonly PortalRecord[] {
  return portals.map((portal) => (portal.url === url ? { ...portal, latency: (portal.latency ?? milliseconds) * 0.8 + milliseconds * 0.2 } : portal));
}
