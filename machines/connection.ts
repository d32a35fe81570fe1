import { fromCallback, sendParent, sendTo, setup } from 'xstate';

/** How long one connection waits for what, in milliseconds. */
export interface ConnectionTimes {
  /** For a socket to open. */
  readonly connectDeadline: number;
  /** For the first word on a socket that opened. */
  readonly proofDeadline: number;
  /** For either of them, and for the answer to a proof of life, before another portal is tried beside this one. */
  readonly suspicion: number;
  /** Between two proofs of life. */
  readonly livenessInterval: number;
  /** For the answer to a proof of life. */
  readonly livenessDeadline: number;
  /** How long a connection that was relieved goes on, while its successor subscribes. */
  readonly handover: number;
}

/** How a connection showed that it is of no use; `given up`: it was of use, but we could not take in what came. */
export type ConnectionFailure = 'closed' | 'did not open' | 'said nothing' | 'fell silent' | 'too slow' | 'quarantined' | 'given up';

export interface ConnectionInput {
  /** What the portal machine knows it by. */
  readonly connection: number;
  /** The portal's. */
  readonly url: string;
  readonly times: ConnectionTimes;
}

export type ConnectionEvent =
  /** Of the socket. HEARD is sent for the first whole message that makes sense after a proof was asked for; SOCKET_GIVEN_UP where we could not take in what comes. */
  | { readonly type: 'SOCKET_OPENED' }
  | { readonly type: 'SOCKET_CLOSED' }
  | { readonly type: 'SOCKET_GIVEN_UP' }
  | { readonly type: 'HEARD' }
  /** Subscribe what is wanted: this is the live connection now. */
  | { readonly type: 'FOLLOW' }
  /** Find out now whether it is alive. */
  | { readonly type: 'PROVE' }
  /** Another one is the live connection now. */
  | { readonly type: 'RETIRE' };

/** What the portal machine is told of a connection, by its number. */
export type ConnectionNews =
  /** It answers. */
  | { readonly type: 'PROVEN'; readonly connection: number }
  /** It answered again. */
  | { readonly type: 'ANSWERED'; readonly connection: number }
  /** It answered again, and had been there for a `livenessInterval`: it is not one that accepts, says a word or two and drops. */
  | { readonly type: 'TRUSTED'; readonly connection: number }
  /** It lets itself be waited for. */
  | { readonly type: 'SLOW'; readonly connection: number }
  | { readonly type: 'LOST'; readonly connection: number; readonly failure: ConnectionFailure }
  /** It was relieved, and its successor had time to take over. */
  | { readonly type: 'RETIRED'; readonly connection: number };

/** What the socket is told. */
export type SocketCommand = { readonly type: 'PROVE' | 'FOLLOW' };

/** One connection to one portal, from the attempt to its end: whether it opens, whether it answers, whether it still does. */
export const connectionMachine = setup({
  types: {
    context: {} as ConnectionInput,
    events: {} as ConnectionEvent,
    input: {} as ConnectionInput,
    children: {} as { socket: 'socket' },
  },
  actors: {
    /** One WebSocket; it sends SOCKET_OPENED, HEARD, SOCKET_CLOSED and SOCKET_GIVEN_UP. */
    socket: fromCallback<SocketCommand, ConnectionInput>(() => {
      throw new Error('the connection machine was started without a socket');
    }),
  },
  actions: {
    prove: sendTo('socket', { type: 'PROVE' }),
    follow: sendTo('socket', { type: 'FOLLOW' }),
    tellProven: sendParent(({ context }) => ({ type: 'PROVEN', connection: context.connection })),
    tellAnswered: sendParent(({ context }) => ({ type: 'ANSWERED', connection: context.connection })),
    tellTrusted: sendParent(({ context }) => ({ type: 'TRUSTED', connection: context.connection })),
    tellSlow: sendParent(({ context }) => ({ type: 'SLOW', connection: context.connection })),
    tellRetired: sendParent(({ context }) => ({ type: 'RETIRED', connection: context.connection })),
    tellLost: sendParent(({ context }, { failure }: { failure: ConnectionFailure }) => ({ type: 'LOST', connection: context.connection, failure })),
  },
  delays: {
    connectDeadline: ({ context }) => context.times.connectDeadline,
    proofDeadline: ({ context }) => context.times.proofDeadline,
    suspicion: ({ context }) => context.times.suspicion,
    livenessInterval: ({ context }) => context.times.livenessInterval,
    livenessDeadline: ({ context }) => context.times.livenessDeadline,
    handover: ({ context }) => context.times.handover,
  },
}).createMachine({
  id: 'connection',
  context: ({ input }) => input,
  initial: 'open',
  states: {
    open: {
      invoke: {
        id: 'socket',
        src: 'socket',
        input: ({ context }) => context,
        // The platform may refuse by a throw: an unencrypted socket from an encrypted page.
        onError: { target: 'lost', actions: { type: 'tellLost', params: { failure: 'did not open' } } },
      },
      on: {
        SOCKET_CLOSED: { target: 'lost', actions: { type: 'tellLost', params: { failure: 'closed' } } },
        SOCKET_GIVEN_UP: { target: 'lost', actions: { type: 'tellLost', params: { failure: 'given up' } } },
      },
      initial: 'connecting',
      states: {
        connecting: {
          on: { SOCKET_OPENED: { target: 'proving' } },
          after: {
            suspicion: { actions: 'tellSlow' },
            connectDeadline: { target: '#connection.lost', actions: { type: 'tellLost', params: { failure: 'did not open' } } },
          },
        },
        proving: {
          entry: 'prove',
          on: { HEARD: { target: 'fresh', actions: 'tellProven' } },
          after: {
            suspicion: { actions: 'tellSlow' },
            proofDeadline: { target: '#connection.lost', actions: { type: 'tellLost', params: { failure: 'said nothing' } } },
          },
        },
        /** It has yet to show that it stays. */
        fresh: {
          on: {
            FOLLOW: { actions: 'follow' },
            PROVE: { target: 'testing' },
            RETIRE: { target: 'retiring' },
          },
          after: { livenessInterval: { target: 'probing' } },
        },
        /** Asked before its time: its answer shows that it is alive, not that it stays. */
        testing: {
          entry: 'prove',
          on: {
            HEARD: { target: 'fresh', actions: 'tellAnswered' },
            FOLLOW: { actions: 'follow' },
            RETIRE: { target: 'retiring' },
          },
          after: {
            suspicion: { actions: 'tellSlow' },
            livenessDeadline: { target: '#connection.lost', actions: { type: 'tellLost', params: { failure: 'fell silent' } } },
          },
        },
        listening: {
          on: {
            FOLLOW: { actions: 'follow' },
            PROVE: { target: 'probing' },
            RETIRE: { target: 'retiring' },
          },
          after: { livenessInterval: { target: 'probing' } },
        },
        probing: {
          entry: 'prove',
          on: {
            HEARD: { target: 'listening', actions: 'tellTrusted' },
            FOLLOW: { actions: 'follow' },
            RETIRE: { target: 'retiring' },
          },
          after: {
            suspicion: { actions: 'tellSlow' },
            livenessDeadline: { target: '#connection.lost', actions: { type: 'tellLost', params: { failure: 'fell silent' } } },
          },
        },
        retiring: {
          after: { handover: { target: '#connection.lost', actions: 'tellRetired' } },
        },
      },
    },
    /** Its socket is gone. Whoever started it stops it. */
    lost: {},
  },
});
