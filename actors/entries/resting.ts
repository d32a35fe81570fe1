import type { SnapshotFrom } from 'xstate';
import { confirmed, type EntryContext, type entryMachine } from '../../machines/entry.ts';
import { unpackEntry } from '../../src/registry/index.ts';
import { SharedLists } from '../../src/shared-lists.ts';

/** What is known of an entry: the state of its machine, whether or not an actor runs it at the moment. */
export interface EntryFacts extends EntryContext {
  readonly value: SnapshotFrom<typeof entryMachine>['value'];
  /** {@link EntryContext.latest} as `packEntry` makes it. */
  readonly packed: string | undefined;
}

export type EntryState = SnapshotFrom<typeof entryMachine>['value'] | 'live' | 'stale';

const lists = new SharedLists();
const states = new Map<string, EntryFacts['value']>();

/** Equal states as one: the machine has a handful, and each of its snapshots a copy. */
export function sharedState(value: EntryFacts['value']): EntryFacts['value'] {
  const text = JSON.stringify(value);
  const known = states.get(text) ?? value;
  states.set(text, known);
  return known;
}

/**
 * The facts of an entry that nothing is happening to, in as few bytes as can be: a tenth of what its actor takes. An actor is started with
 * them again when something does.
 */
export class RestingEntry implements EntryFacts {
  readonly #name: string;
  value: EntryFacts['value'];
  readonly packed: string | undefined;
  floor: EntryContext['floor'];
  confirmedAt: number;
  confirmedBy: readonly string[];
  readonly claimedBy: readonly string[];
  /** What its row knew it to be ({@link Row.freshAt}), once that was let go of. */
  freshAt = 0;

  /**
   * @param name {@link nameOf} the entry's key
   * @param kept its floor as it is in memory anyhow, which need not be there twice
   */
  constructor(name: string, { value, packed, floor, confirmedAt, confirmedBy, claimedBy }: EntryFacts, kept: string | undefined) {
    this.#name = name;
    this.value = sharedState(value);
    this.packed = packed === kept ? kept : packed;
    this.floor = floor;
    this.confirmedAt = confirmedAt;
    this.confirmedBy = lists.of(confirmedBy);
    this.claimedBy = lists.of(claimedBy);
  }

  /** A portal served it again. */
  confirm(word: Parameters<typeof confirmed>[1]): void {
    Object.assign(this, confirmed(this, word));
    this.confirmedBy = lists.of(this.confirmedBy);
  }

  /** In memory of its own. */
  get latest(): EntryContext['latest'] {
    return this.packed === undefined ? undefined : unpackEntry(this.#name, this.packed);
  }

  /** What its actor goes on with. */
  get context(): EntryContext {
    const { latest, floor, confirmedAt, confirmedBy, claimedBy } = this;
    return { latest, floor, confirmedAt, confirmedBy, claimedBy };
  }
}
