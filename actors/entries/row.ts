import type { ActorRefFrom } from 'xstate';
import type { entryMachine, FloorKind } from '../../machines/entry.ts';
import type { RegistryError, WireError } from '../../src/error.ts';
import type { Bytes } from '../../src/registry/bytes.ts';
import { compareChecked, type CheckedEntry } from '../../src/registry/index.ts';
import type { Reading } from './reading.ts';
import type { EntrySnapshot, ResultBody } from './result.ts';

/** A reader who waits, and where the answer goes. */
export interface PendingRead {
  readonly row: Row;
  readonly reading: Reading;
  /** Answers the reader, and lets go of the row. */
  settle(outcome: ResultBody | RegistryError): void;
  /** Lets go of the row without a word: nobody waits any more. */
  abandon(): void;
}

/** A question about the row's entry that is put to portals in turn, or to one. */
export interface OpenInquiry {
  readonly startedAt: number;
  /** The one portal that is asked, and who waits for its answer. What it says is taken in like any other's, but is not the last word of all. */
  readonly only: { readonly portal: string; readonly heard: () => void } | undefined;
  /** URLs of portals that say the entry does not exist. */
  readonly missing: Set<string>;
  readonly failures: WireError[];
  /** Whether a portal gave an honest answer, be it an old one. */
  isAnswered: boolean;
}

type CheckedKey = Pick<CheckedEntry, 'pubkey' | 'datakey'>;

/** One entry that somebody uses, or did until a moment ago: its actor, and who waits for it. */
export class Row {
  /** entryId, 32 bytes: what storage knows it by. */
  readonly id: Bytes;
  /** {@link nameOf} its key. */
  readonly name: string;
  readonly key: CheckedKey;
  readonly actor: ActorRefFrom<typeof entryMachine>;
  readonly reads = new Set<PendingRead>();
  readonly inquiries = new Map<number, OpenInquiry>();
  isWatched = false;
  /** How many writes of the entry are under way. */
  writes = 0;
  /** What watchers were told last. */
  published: ResultBody | undefined;
  /** Since when the last word about the entry is known to hold: when it was pushed ({@link pushedAt}), or when the question it answers was asked. */
  freshAt = 0;
  /** Resolves when storage was asked. */
  recalled: Promise<void> = Promise.resolve();
  /** It became wanted in this turn of the event loop: whatever a portal says of it is said later. */
  isNew = false;

  constructor(id: Bytes, name: string, key: CheckedKey, actor: ActorRefFrom<typeof entryMachine>) {
    this.id = id;
    this.name = name;
    this.key = key;
    this.actor = actor;
  }

  /** Takes in an entry that no portal has served here: one that a portal accepted from us, or that another process has seen. */
  adopt(entry: CheckedEntry, floor: FloorKind): void {
    const { latest } = this.snapshot.context;
    if (latest === undefined || compareChecked(entry, latest) > 0) this.freshAt = 0;
    this.actor.send({ type: 'ADOPTED', entry, floor });
  }

  /** Since when a word holds that was pushed and came at this time: it may have been sent before those asked who wait for a newer one. */
  pushedAt(at: number): number {
    let since = at;
    for (const { reading } of this.reads) since = Math.min(since, reading.begunAt - 1);
    return since;
  }

  /** Whether portals are being asked since `notBefore` (epoch milliseconds). */
  isAskedSince(notBefore: number): boolean {
    for (const { startedAt, only } of this.inquiries.values()) if (only === undefined && startedAt >= notBefore) return true;
    return false;
  }

  get isRecalled(): boolean {
    return !this.snapshot.matches('recalling');
  }

  get isUsed(): boolean {
    return this.isWatched || this.reads.size > 0 || this.writes > 0;
  }

  get snapshot(): EntrySnapshot {
    return this.actor.getSnapshot();
  }
}
