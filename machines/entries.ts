import { assign, fromPromise, setup } from 'xstate';

/** Counts only: ten thousand entries do not belong in a snapshot. The rows and their actors are the host's. */
export interface EntriesContext {
  /** Entries with an actor: read, watched, or lingering. */
  readonly entries: number;
  /** Entries somebody watches. */
  readonly watched: number;
  /** Whose connection vouches for subscribed entries now. */
  readonly connectedTo: string | undefined;
}

/** What anybody who holds the entries actor's public handle may send: let go of an entry nobody watches, before it has lingered. */
export type PublicEntriesEvent = { readonly type: 'RELEASE'; readonly pubkey: Uint8Array; readonly datakey: Uint8Array };

export type EntriesEvent<Finding = unknown> =
  | PublicEntriesEvent
  /** What the verifier found, in order. */
  | { readonly type: 'FINDINGS'; readonly findings: readonly Finding[] }
  /** The earliest deadline of the table is due. */
  | { readonly type: 'TICK' }
  /** The table's counts are others than before. */
  | { readonly type: 'COUNTED'; readonly entries: number; readonly watched: number; readonly connectedTo: string | undefined }
  /** Take nothing new, and end when what is being committed is. */
  | { readonly type: 'CLOSE' };

const withoutTable = (): void => {
  throw new Error('the entries machine was started without a table');
};

/** The table of entries: who wants which, what is known of them, and one timer for all their deadlines. */
export const entriesMachine = setup({
  types: {
    context: {} as EntriesContext,
    events: {} as EntriesEvent,
    children: {} as { table: 'table'; drain: 'drain' },
  },
  actors: {
    /**
     * The parent of the entries' actors, as long as the machine lives. Rejects where one of them fails: the machine fails with it. That one has ended it
     * hears and forgets; a machine keeps something of every kind of event that it was ever sent, and each of these has a kind of its own.
     */
    table: fromPromise<never>(() => new Promise(() => {})),
    /** Ends when no floor is being committed any more. */
    drain: fromPromise<void>(async () => withoutTable()),
  },
  actions: {
    /** Compare with floors, commit them, tell entries and readers. */
    absorb: withoutTable,
    /** Settle the reads, repairs and lingering subscriptions whose time has come. */
    sweep: withoutTable,
    release: withoutTable,
    /** Refuse what waits, with CLOSED. */
    refuse: withoutTable,
    count: assign(({ context, event }) =>
      event.type === 'COUNTED' ? { entries: event.entries, watched: event.watched, connectedTo: event.connectedTo } : context,
    ),
  },
}).createMachine({
  id: 'entries',
  context: () => ({ entries: 0, watched: 0, connectedTo: undefined }),
  invoke: { id: 'table', src: 'table' },
  on: { COUNTED: { actions: 'count' } },
  initial: 'ready',
  states: {
    ready: {
      on: {
        FINDINGS: { actions: 'absorb' },
        TICK: { actions: 'sweep' },
        RELEASE: { actions: 'release' },
        CLOSE: { target: 'closing', actions: 'refuse' },
      },
    },
    closing: {
      invoke: { id: 'drain', src: 'drain', onDone: { target: 'closed' }, onError: { target: 'closed' } },
    },
    closed: { type: 'final' },
  },
});
