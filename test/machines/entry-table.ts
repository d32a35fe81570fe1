import type { FloorKind } from '../../machines/entry.ts';
import type { Oracle, Table, Way } from '../../src/testing/model/index.ts';

export type EntryState = 'cold' | 'recalling' | 'asking' | 'live.present' | 'live.absent' | 'stale.present' | 'stale.absent' | 'stale.unknown' | 'released';

/** An entry by its place in the order of entries ({@link ranked}), who served it and when. */
interface Served {
  readonly rank: number;
  readonly floor: FloorKind;
  readonly portal: string;
  readonly at: number;
}

/** All that can happen to the entry machine. It has no timer and no child. */
export type EntryHappening =
  | { readonly type: 'DEMANDED' }
  | { readonly type: 'RELEASED' }
  | { readonly type: 'RECALLED'; readonly rank: number | undefined; readonly floor: FloorKind }
  | ({ readonly type: 'PUSHED' } & Served)
  | ({ readonly type: 'ANSWERED' } & Served)
  | { readonly type: 'ADOPTED'; readonly rank: number; readonly floor: FloorKind }
  | { readonly type: 'MISSING'; readonly portal: string; readonly at: number }
  | { readonly type: 'ABSENT'; readonly portals: readonly string[]; readonly subscribed: boolean; readonly at: number }
  | { readonly type: 'FAILED' }
  | { readonly type: 'DISCONNECTED' };

/** What the machine has to remember. */
export interface EntryModel {
  readonly state: EntryState | 'dead';
  /** The rank of the newest verified entry. */
  readonly latest: number | undefined;
  readonly floor: FloorKind;
  readonly confirmedAt: number;
  readonly confirmedBy: readonly string[];
  readonly claimedBy: readonly string[];
}

type Condition = 'one is known' | 'one is stored' | 'it is newer' | 'it is the same' | 'it is subscribed' | 'the live connection claims absence';
type Ways = readonly Way<EntryState, Condition, Effect>[];

const release: Ways = [{ to: 'released' }];
/** Nothing is known yet: whatever comes is taken. */
const first = {
  pushed: [{ to: 'live.present', does: ['it is taken'] }],
  answered: [{ to: 'stale.present', does: ['it is taken'] }],
  adopted: [{ to: 'stale.present', does: ['it is adopted'] }],
} satisfies Record<string, Ways>;
const claimed: Ways = [{ to: 'live.absent', does: ['the claim is noted'] }];

const entryTable: Table<EntryState, EntryHappening['type'], Condition, Effect> = {
  cold: {
    DEMANDED: [{ when: 'one is known', to: 'stale.present' }, { to: 'recalling' }],
    RELEASED: release,
    RECALLED: 'ignored',
    PUSHED: 'ignored',
    ANSWERED: 'ignored',
    ADOPTED: 'ignored',
    MISSING: 'ignored',
    ABSENT: 'ignored',
    FAILED: 'ignored',
    DISCONNECTED: 'ignored',
  },
  // Whatever comes has to be compared with the floor, so nothing is asked for before that is read.
  recalling: {
    DEMANDED: 'ignored',
    RELEASED: release,
    RECALLED: [{ when: 'one is stored', to: 'stale.present', does: ['it is recalled'] }, { to: 'asking' }],
    PUSHED: 'ignored',
    ANSWERED: 'ignored',
    ADOPTED: 'ignored',
    MISSING: 'ignored',
    ABSENT: 'ignored',
    FAILED: 'ignored',
    DISCONNECTED: 'ignored',
  },
  asking: {
    DEMANDED: 'ignored',
    RELEASED: release,
    RECALLED: 'ignored',
    PUSHED: first.pushed,
    ANSWERED: first.answered,
    ADOPTED: first.adopted,
    // Others are still being asked; if all of them fail, it is the only word there is.
    MISSING: [{ does: ['the claim is noted'] }],
    ABSENT: [
      { when: 'it is subscribed', to: 'live.absent', does: ['the claim is noted'] },
      { to: 'stale.absent', does: ['the claim is noted'] },
    ],
    FAILED: [{ when: 'the live connection claims absence', to: 'live.absent' }, { to: 'stale.unknown' }],
    DISCONNECTED: [{ does: ['claims are forgotten'] }],
  },
  'live.present': {
    DEMANDED: 'ignored',
    RELEASED: release,
    RECALLED: 'ignored',
    // An older one: the portal that should vouch lacks the newest.
    PUSHED: [{ when: 'it is newer', does: ['it is taken'] }, { when: 'it is the same', does: ['it is confirmed'] }, { to: 'stale.present', does: ['its confirmation is taken back'] }],
    // A newer one from another portal: the live connection's last word is not the newest any more.
    ANSWERED: [
      { when: 'it is newer', to: 'stale.present', does: ['it is taken'] },
      { when: 'it is the same', does: ['it is confirmed'] },
      { does: ['its confirmation is taken back'] },
    ],
    ADOPTED: [{ when: 'it is newer', to: 'stale.present', does: ['it is adopted'] }],
    MISSING: [{ to: 'stale.present' }],
    ABSENT: 'ignored',
    FAILED: 'ignored',
    DISCONNECTED: [{ to: 'stale.present' }],
  },
  'live.absent': {
    DEMANDED: 'ignored',
    RELEASED: release,
    RECALLED: 'ignored',
    PUSHED: first.pushed,
    ANSWERED: first.answered,
    ADOPTED: first.adopted,
    MISSING: [{ does: ['the claim is noted'] }],
    ABSENT: [{ does: ['the claim is noted'] }],
    FAILED: 'ignored',
    DISCONNECTED: [{ to: 'stale.absent' }],
  },
  'stale.present': {
    DEMANDED: 'ignored',
    RELEASED: release,
    RECALLED: 'ignored',
    PUSHED: [
      { when: 'it is newer', to: 'live.present', does: ['it is taken'] },
      { when: 'it is the same', to: 'live.present', does: ['it is confirmed'] },
      { does: ['its confirmation is taken back'] },
    ],
    ANSWERED: [
      { when: 'it is newer', does: ['it is taken'] },
      { when: 'it is the same', does: ['it is confirmed'] },
      { does: ['its confirmation is taken back'] },
    ],
    ADOPTED: [{ when: 'it is newer', does: ['it is adopted'] }],
    MISSING: 'ignored',
    ABSENT: 'ignored',
    FAILED: 'ignored',
    DISCONNECTED: 'ignored',
  },
  'stale.absent': {
    DEMANDED: 'ignored',
    RELEASED: release,
    RECALLED: 'ignored',
    PUSHED: first.pushed,
    ANSWERED: first.answered,
    ADOPTED: first.adopted,
    MISSING: claimed,
    ABSENT: [{ when: 'it is subscribed', to: 'live.absent', does: ['the claim is noted'] }, { does: ['the claim is noted'] }],
    FAILED: 'ignored',
    DISCONNECTED: 'ignored',
  },
  'stale.unknown': {
    DEMANDED: 'ignored',
    RELEASED: release,
    RECALLED: 'ignored',
    PUSHED: first.pushed,
    ANSWERED: first.answered,
    ADOPTED: first.adopted,
    MISSING: claimed,
    ABSENT: [
      { when: 'it is subscribed', to: 'live.absent', does: ['the claim is noted'] },
      { to: 'stale.absent', does: ['the claim is noted'] },
    ],
    FAILED: 'ignored',
    DISCONNECTED: 'ignored',
  },
  released: {
    DEMANDED: 'ignored',
    RELEASED: 'ignored',
    RECALLED: 'ignored',
    PUSHED: 'ignored',
    ANSWERED: 'ignored',
    ADOPTED: 'ignored',
    MISSING: 'ignored',
    ABSENT: 'ignored',
    FAILED: 'ignored',
    DISCONNECTED: 'ignored',
  },
};

const rankOf = (event: EntryHappening): number | undefined => ('rank' in event ? event.rank : undefined);
const floorOf = (event: EntryHappening): FloorKind => ('floor' in event ? event.floor : 'volatile');
const withOne = (urls: readonly string[], url: string): readonly string[] => [...urls.filter((each) => each !== url), url];

const effects = {
  'it is recalled': (model: EntryModel, event: EntryHappening): EntryModel => ({ ...model, latest: rankOf(event), floor: floorOf(event) }),
  'it is adopted': (model: EntryModel, event: EntryHappening): EntryModel => ({ ...model, latest: rankOf(event), floor: floorOf(event), confirmedAt: 0, confirmedBy: [], claimedBy: [] }),
  'it is taken': (model: EntryModel, event: EntryHappening): EntryModel =>
    'rank' in event && 'portal' in event ? { ...model, latest: event.rank, floor: event.floor, confirmedAt: event.at, confirmedBy: [event.portal], claimedBy: [] } : model,
  'it is confirmed': (model: EntryModel, event: EntryHappening): EntryModel =>
    'portal' in event
      ? {
          ...model,
          floor: [model.floor, floorOf(event)].includes('durable') ? 'durable' : 'volatile',
          confirmedAt: Math.max(model.confirmedAt, event.at),
          confirmedBy: withOne(model.confirmedBy, event.portal),
        }
      : model,
  'its confirmation is taken back': (model: EntryModel, event: EntryHappening): EntryModel =>
    'portal' in event ? { ...model, confirmedBy: model.confirmedBy.filter((url) => url !== event.portal) } : model,
  'the claim is noted': (model: EntryModel, event: EntryHappening): EntryModel => {
    if (event.type === 'MISSING') return { ...model, confirmedAt: event.at, claimedBy: withOne(model.claimedBy, event.portal) };
    return event.type === 'ABSENT' ? { ...model, confirmedAt: event.at, claimedBy: event.portals } : model;
  },
  'claims are forgotten': (model: EntryModel): EntryModel => ({ ...model, confirmedAt: 0, claimedBy: [] }),
};
type Effect = keyof typeof effects;

export const entryOracle: Oracle<EntryModel, EntryHappening, EntryState, Condition, Effect> = {
  table: entryTable,
  conditions: {
    'one is known': ({ latest }) => latest !== undefined,
    'one is stored': (_model, event) => rankOf(event) !== undefined,
    'it is newer': ({ latest = -1 }, event) => (rankOf(event) ?? -1) > latest,
    'it is the same': ({ latest }, event) => latest !== undefined && rankOf(event) === latest,
    'it is subscribed': (_model, event) => event.type === 'ABSENT' && event.subscribed,
    'the live connection claims absence': ({ claimedBy }) => claimedBy.length > 0,
  },
  effects,
  stateOf: ({ state }) => state,
  enter: (model, state) => ({ ...model, state }),
};

export type EntryBeginning = Pick<EntryModel, 'latest' | 'floor' | 'confirmedAt' | 'confirmedBy'> | undefined;

export const beginEntry = (beginning: EntryBeginning): EntryModel => ({ state: 'cold', latest: undefined, floor: 'volatile', confirmedAt: 0, confirmedBy: [], claimedBy: [], ...beginning });
