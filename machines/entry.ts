import { assign, setup } from 'xstate';
import type { CheckedEntry } from '../src/registry/entry.ts';

/** Whether the floor of a value is on disk, or would be lost with this process. */
export type FloorKind = 'durable' | 'volatile';

export interface EntryContext {
  /** The newest verified value whose floor is committed. */
  readonly latest: CheckedEntry | undefined;
  readonly floor: FloorKind;
  /** When a portal last served the bytes of `latest`, or last claimed absence; epoch milliseconds, 0 for never. */
  readonly confirmedAt: number;
  /** URLs of the portals that served the bytes of `latest`, and nothing older since. */
  readonly confirmedBy: readonly string[];
  /** URLs of the portals that claim the entry does not exist. */
  readonly claimedBy: readonly string[];
}

export type EntryEvent =
  /** Somebody reads or watches the entry. */
  | { readonly type: 'DEMANDED' }
  /** Nobody does any more. */
  | { readonly type: 'RELEASED' }
  /** What storage knows. */
  | { readonly type: 'RECALLED'; readonly entry: CheckedEntry | undefined; readonly floor: FloorKind }
  /** The live connection sent this entry, whose signature holds and whose floor is committed. */
  | ({ readonly type: 'PUSHED' } & Served)
  /** A portal answered a question with it. */
  | ({ readonly type: 'ANSWERED' } & Served)
  /** A portal accepted it from us. */
  | { readonly type: 'ADOPTED'; readonly entry: CheckedEntry; readonly floor: FloorKind }
  /** The live connection's portal says the entry does not exist. */
  | { readonly type: 'MISSING'; readonly portal: string; readonly at: number }
  /** Every portal that answered says so. `subscribed`: the live connection will tell when it comes to exist. */
  | { readonly type: 'ABSENT'; readonly portals: readonly string[]; readonly subscribed: boolean; readonly at: number }
  /** No portal answered. */
  | { readonly type: 'FAILED' }
  /** The live connection is gone. */
  | { readonly type: 'DISCONNECTED' };

/** The events that an action or a guard is for: the states below name it for no others. */
type Of<T extends EntryEvent['type']> = Extract<EntryEvent, { readonly type: T }>;

/** A verified entry, who served it and when (epoch milliseconds). */
interface Served {
  readonly entry: CheckedEntry;
  readonly floor: FloorKind;
  readonly portal: string;
  readonly at: number;
}

/** What a table's row keeps of an entry that nobody watches. */
export type EntryInput = Pick<EntryContext, 'latest' | 'floor' | 'confirmedAt' | 'confirmedBy'> | undefined;

/**
 * One registry entry: what is known of it, and whether the live connection vouches, that is, whether its last word about the entry is
 * `latest`, or that there is none. `latest` never goes back, and once it is set no portal's "not found" makes the entry absent.
 */
export const entryMachine = setup({
  // Stryker disable next-line ObjectLiteral: it is for the compiler alone
  types: {
    context: {} as EntryContext,
    events: {} as EntryEvent,
    input: {} as EntryInput,
  },
  guards: {
    isKnown: ({ context }) => context.latest !== undefined,
    isRecalled: ({ event }) => (event as Of<'RECALLED'>).entry !== undefined,
    /** While portals are asked: the live connection has said that there is none. */
    isClaimed: ({ context }) => context.claimedBy.length > 0,
    isSubscribed: ({ event }) => (event as Of<'ABSENT'>).subscribed,
    /** By the order of entries, which the host gives: the event's entry replaces `latest`. */
    isNewer: (): boolean => {
      throw new Error('the entry machine was started without an order');
    },
    /** The event's entry says what `latest` says. */
    isSame: (): boolean => {
      throw new Error('the entry machine was started without an order');
    },
  },
  actions: {
    recall: assign(({ event }) => {
      const { entry: latest, floor } = event as Of<'RECALLED'>;
      return { latest, floor };
    }),
    accept: assign(({ event }) => {
      const { entry: latest, floor, at: confirmedAt, portal } = event as Of<'PUSHED' | 'ANSWERED'>;
      return { latest, floor, confirmedAt, confirmedBy: [portal], claimedBy: [] };
    }),
    adopt: assign(({ event }) => {
      const { entry: latest, floor } = event as Of<'ADOPTED'>;
      return { latest, floor, confirmedAt: 0, confirmedBy: [], claimedBy: [] };
    }),
    confirm: assign(({ context, event }) => confirmed(context, event as Of<'PUSHED' | 'ANSWERED'>)),
    /** A portal that serves an older one does not stand behind `latest` any more. That it has nothing is not signed, and takes nothing back. */
    withdraw: assign(({ context, event }) => ({ confirmedBy: context.confirmedBy.filter((url) => url !== (event as Of<'PUSHED' | 'ANSWERED'>).portal) })),
    claim: assign(({ context, event }) => {
      const claimed = event as Of<'MISSING' | 'ABSENT'>;
      return { confirmedAt: claimed.at, claimedBy: claimed.type === 'ABSENT' ? claimed.portals : including(context.claimedBy, claimed.portal) };
    }),
    forgetClaims: assign({ confirmedAt: 0, claimedBy: [] }),
  },
}).createMachine({
  id: 'entry',
  context: ({ input }) => ({ latest: undefined, floor: 'volatile', confirmedAt: 0, confirmedBy: [], claimedBy: [], ...input }),
  initial: 'cold',
  on: { RELEASED: { target: '.released' } },
  states: {
    /** Its row keeps what is known; whoever wants the entry again starts a new actor with it. */
    released: { type: 'final' },
    cold: {
      on: { DEMANDED: [{ guard: 'isKnown', target: 'stale.present' }, { target: 'recalling' }] },
    },
    recalling: {
      on: { RECALLED: [{ guard: 'isRecalled', target: 'stale.present', actions: 'recall' }, { target: 'asking' }] },
    },
    asking: {
      on: {
        PUSHED: { target: 'live.present', actions: 'accept' },
        ANSWERED: { target: 'stale.present', actions: 'accept' },
        ADOPTED: { target: 'stale.present', actions: 'adopt' },
        ABSENT: [
          { guard: 'isSubscribed', target: 'live.absent', actions: 'claim' },
          { target: 'stale.absent', actions: 'claim' },
        ],
        // The live connection may be the only one that speaks, and before the others have failed.
        MISSING: { actions: 'claim' },
        DISCONNECTED: { actions: 'forgetClaims' },
        FAILED: [{ guard: 'isClaimed', target: 'live.absent' }, { target: 'stale.unknown' }],
      },
    },
    live: {
      initial: 'present',
      states: {
        present: {
          on: {
            PUSHED: [
              { guard: 'isNewer', actions: 'accept' },
              { guard: 'isSame', actions: 'confirm' },
              // The portal that should vouch holds an older one.
              { target: '#entry.stale.present', actions: 'withdraw' },
            ],
            ANSWERED: [
              { guard: 'isNewer', target: '#entry.stale.present', actions: 'accept' },
              { guard: 'isSame', actions: 'confirm' },
              { actions: 'withdraw' },
            ],
            ADOPTED: { guard: 'isNewer', target: '#entry.stale.present', actions: 'adopt' },
            MISSING: { target: '#entry.stale.present' },
            DISCONNECTED: { target: '#entry.stale.present' },
          },
        },
        absent: {
          on: {
            PUSHED: { target: 'present', actions: 'accept' },
            ANSWERED: { target: '#entry.stale.present', actions: 'accept' },
            ADOPTED: { target: '#entry.stale.present', actions: 'adopt' },
            MISSING: { actions: 'claim' },
            ABSENT: { actions: 'claim' },
            DISCONNECTED: { target: '#entry.stale.absent' },
          },
        },
      },
    },
    stale: {
      initial: 'unknown',
      states: {
        present: {
          on: {
            PUSHED: [
              { guard: 'isNewer', target: '#entry.live.present', actions: 'accept' },
              { guard: 'isSame', target: '#entry.live.present', actions: 'confirm' },
              { actions: 'withdraw' },
            ],
            ANSWERED: [
              { guard: 'isNewer', actions: 'accept' },
              { guard: 'isSame', actions: 'confirm' },
              { actions: 'withdraw' },
            ],
            ADOPTED: { guard: 'isNewer', actions: 'adopt' },
          },
        },
        absent: {
          on: {
            PUSHED: { target: '#entry.live.present', actions: 'accept' },
            ANSWERED: { target: 'present', actions: 'accept' },
            ADOPTED: { target: 'present', actions: 'adopt' },
            MISSING: { target: '#entry.live.absent', actions: 'claim' },
            ABSENT: [{ guard: 'isSubscribed', target: '#entry.live.absent', actions: 'claim' }, { actions: 'claim' }],
          },
        },
        unknown: {
          on: {
            PUSHED: { target: '#entry.live.present', actions: 'accept' },
            ANSWERED: { target: 'present', actions: 'accept' },
            ADOPTED: { target: 'present', actions: 'adopt' },
            MISSING: { target: '#entry.live.absent', actions: 'claim' },
            ABSENT: [
              { guard: 'isSubscribed', target: '#entry.live.absent', actions: 'claim' },
              { target: 'absent', actions: 'claim' },
            ],
          },
        },
      },
    },
  },
});

/** What becomes of an entry that a portal serves again as it is known. */
export const confirmed = ({ floor, confirmedAt, confirmedBy }: EntryContext, word: Omit<Served, 'entry'>): Pick<EntryContext, 'floor' | 'confirmedAt' | 'confirmedBy'> => ({
  floor: stronger(floor, word.floor),
  confirmedAt: Math.max(confirmedAt, word.at),
  confirmedBy: including(confirmedBy, word.portal),
});

const including = (urls: readonly string[], url: string): readonly string[] => (urls.includes(url) ? urls : [...urls, url]);
const stronger = (a: FloorKind, b: FloorKind): FloorKind => (a === 'durable' ? a : b);
