import { matchesState } from 'xstate';
import type { EntryEvent, EntryInput, FloorKind } from '../../machines/entry.ts';
import type { RegistryError, WireError } from '../../src/error.ts';
import type { Bytes } from '../../src/registry/bytes.ts';
import { bytesOf, charactersOf, compareChecked, compareWithPacked, isPackedAs, keyNamed, packEntry, type CheckedEntry } from '../../src/registry/index.ts';
import type { EntryActor, EntryActors } from './entry-actors.ts';
import type { Wish } from './confirming.ts';
import type { Reading } from './reading.ts';
import { isPast } from './freshness.ts';
import { RestingEntry, type EntryFacts, type EntryState } from './resting.ts';
import type { ResultBody } from './result.ts';
import type { Floors } from './world.ts';

/** A reader who waits, and where the answer goes. */
export interface PendingRead {
  readonly row: Row;
  readonly reading: Reading;
  /** What it waits for, where it wants several confirmations and has begun to ask. */
  wish?: Wish;
  /** Answers the reader, and lets go of the row. */
  settle(outcome: ResultBody | RegistryError): void;
  /** Lets go of the row without a word: nobody waits any more. */
  abandon(): void;
}

/** What came of a question to one portal. */
export interface Heard {
  /** What it serves, verified, or that it has nothing; undefined if it gave no usable answer. */
  readonly served: CheckedEntry | 'missing' | undefined;
  /** Why it gave none. */
  readonly failures: readonly WireError[];
}

/** A question about the row's entry that is put to portals in turn, or to one. */
export interface OpenInquiry {
  readonly startedAt: number;
  /** The one portal that is asked, and who waits for its answer. What it says is taken in like any other's, but is not the last word of all. */
  readonly only: { readonly portal: string; readonly heard: (heard: Heard) => void } | undefined;
  /** What that portal served, if it was older than the newest that is known. */
  served?: CheckedEntry;
  /** URLs of portals that say the entry does not exist. */
  readonly missing: Set<string>;
  readonly failures: WireError[];
  /** Whether a portal gave an honest answer, be it an old one. */
  isAnswered: boolean;
}

type CheckedKey = Pick<CheckedEntry, 'pubkey' | 'datakey'>;

/** What rows stand on. */
export interface RowWorld {
  readonly actors: EntryActors;
  readonly floors: Floors;
}

const NO_READS: ReadonlySet<PendingRead> = new Set();
const NO_INQUIRIES: ReadonlyMap<number, OpenInquiry> = new Map();

/**
 * One entry that somebody uses, or did until a moment ago: its actor, and who waits for it. There may be a hundred thousand, most of them quiet: what
 * only a busy one needs is made when it does.
 */
export class Row {
  /** {@link nameOf} its key. */
  readonly name: string;
  readonly #id: string;
  readonly #world: RowWorld;
  #actor: EntryActor | RestingEntry;
  #reads: Set<PendingRead> | undefined;
  #inquiries: Map<number, OpenInquiry> | undefined;
  /** The number of the connection whose word about the entry was the last one of an open connection's; 0 for none. */
  voucher = 0;
  isWatched = false;
  /** How many writes of the entry are under way. */
  writes = 0;
  #toldNews: string | undefined;
  /** The entry that watchers were told, packed. */
  #toldEntry: string | undefined;
  /** What its actor knows as the newest, and the same packed. */
  #packedEntry: CheckedEntry | undefined;
  #packed: string | undefined;
  /** Since when the last word about the entry is known to hold: when it was pushed ({@link pushedAt}), or when the question it answers was asked. */
  freshAt = 0;
  /** Storage is being asked what it knows ({@link Rows.recalled}). */
  recall: Promise<void> | undefined;
  /** It became wanted in this turn of the event loop: whatever a portal says of it is said later. */
  isNew = false;

  /** @param id entryId, 32 bytes */
  constructor(world: RowWorld, name: string, id: Bytes, known: EntryInput) {
    this.#world = world;
    this.name = name;
    this.#id = charactersOf(id);
    this.#actor = world.actors.start(this, known);
  }

  /** entryId, 32 bytes: what storage knows it by. In memory of its own, like {@link key}. */
  get id(): Bytes {
    return bytesOf(this.#id);
  }

  get key(): CheckedKey {
    return keyNamed(this.name);
  }

  /** Whether its machine is in a state. */
  is(state: EntryState): boolean {
    return matchesState(state, this.#actor instanceof RestingEntry ? this.#actor.value : this.#actor.getSnapshot().value);
  }

  get facts(): EntryFacts {
    if (this.#actor instanceof RestingEntry) return this.#actor;
    const { value, context } = this.#actor.getSnapshot();
    return { value, packed: this.#pack(context.latest), ...context };
  }

  /** The newest that is known. */
  get latest(): CheckedEntry | undefined {
    return this.#actor instanceof RestingEntry ? this.#actor.latest : this.#actor.getSnapshot().context.latest;
  }

  get floor(): FloorKind {
    return this.#actor instanceof RestingEntry ? this.#actor.floor : this.#actor.getSnapshot().context.floor;
  }

  /** Positive if the entry replaces what is known, negative if that replaces the entry, 0 if they say the same. */
  compare(entry: CheckedEntry): number {
    if (this.#actor instanceof RestingEntry) return this.#actor.packed === undefined ? 1 : compareWithPacked(entry, this.name, this.#actor.packed);
    const { latest } = this;
    return latest === undefined ? 1 : compareChecked(entry, latest);
  }

  #pack(entry: CheckedEntry | undefined): string | undefined {
    if (entry !== this.#packedEntry) this.#packed = entry && packEntry(entry);
    this.#packedEntry = entry;
    return this.#packed;
  }

  /** Tells its actor, which is woken where it rests. */
  send(event: EntryEvent): void {
    if (this.#actor instanceof RestingEntry) this.#actor = this.#world.actors.wake(this, this.#actor);
    this.#actor.send(event);
  }

  /** The live connection is gone. All rows hear of it at once, and it leads from one state to another, whatever is known: those that rest need not wake. */
  disconnect(): void {
    const state = this.#actor instanceof RestingEntry ? this.#world.actors.after('DISCONNECTED', this.#actor.value) : undefined;
    if (state === undefined || !(this.#actor instanceof RestingEntry)) return this.send({ type: 'DISCONNECTED' });
    this.#actor.value = state;
  }

  /** Whether it rests, and what is known of it is what this says. */
  restsAs(claim: Parameters<typeof isPackedAs>[0]): boolean {
    return this.#actor instanceof RestingEntry && this.#actor.packed !== undefined && isPackedAs(claim, this.#actor.packed);
  }

  /** A portal served what is known of it while it rests ({@link restsAs}). Ten thousand do at once when a connection takes another's place: they need not wake. */
  repeat(type: 'PUSHED' | 'ANSWERED', word: Parameters<RestingEntry['confirm']>[0]): void {
    const resting = this.#actor as RestingEntry;
    resting.value = this.#world.actors.after(type, resting.value) ?? resting.value;
    resting.confirm(word);
  }

  /** Ends its actor and keeps what it knew. */
  rest(): void {
    if (this.#actor instanceof RestingEntry) return;
    const resting = new RestingEntry(this.name, this.facts, this.#world.floors.packed(this));
    this.#actor.send({ type: 'RELEASED' });
    this.#actor = resting;
    this.#pack(undefined);
    if (this.#toldEntry === resting.packed) this.#toldEntry = resting.packed; // the one that is kept
  }

  /** Lets go of it: what is known is answered, for when somebody wants the entry again. */
  release(): RestingEntry {
    this.rest();
    const resting = this.#actor as RestingEntry;
    resting.freshAt = this.freshAt;
    return resting;
  }

  /** Takes in an entry that no portal has served here: one that a portal accepted from us, or that another process has seen. */
  adopt(entry: CheckedEntry, floor: FloorKind): void {
    if (this.compare(entry) > 0) this.freshAt = 0;
    this.send({ type: 'ADOPTED', entry, floor });
  }

  get reads(): ReadonlySet<PendingRead> {
    return this.#reads ?? NO_READS;
  }

  addRead(read: PendingRead): void {
    this.#reads ??= new Set();
    this.#reads.add(read);
  }

  deleteRead(read: PendingRead): void {
    this.#reads?.delete(read);
    if (this.#reads?.size === 0) this.#reads = undefined;
  }

  get inquiries(): ReadonlyMap<number, OpenInquiry> {
    return this.#inquiries ?? NO_INQUIRIES;
  }

  addInquiry(number: number, inquiry: OpenInquiry): void {
    this.#inquiries ??= new Map();
    this.#inquiries.set(number, inquiry);
  }

  deleteInquiry(number: number): void {
    this.#inquiries?.delete(number);
    if (this.#inquiries?.size === 0) this.#inquiries = undefined;
  }

  /** Since when a word holds that was pushed and came at this time: it may have been sent before those asked who wait for a newer one. */
  pushedAt(at: number): number {
    let since = at;
    for (const { reading } of this.reads) since = Math.min(since, reading.begunAt - 1);
    return since;
  }

  /** Whether portals are being asked since `notBefore` (epoch milliseconds). What began later than `now` began before the time of day was set back. */
  isAskedSince(notBefore: number, now: number): boolean {
    for (const { startedAt, only } of this.inquiries.values()) if (only === undefined && startedAt >= notBefore && isPast(startedAt, now)) return true;
    return false;
  }

  /** The last word about the entry is known to hold since then, or since an earlier one did. */
  confirm(since: number, now: number): void {
    this.freshAt = isPast(this.freshAt, now) ? Math.max(this.freshAt, since) : since;
  }

  /** Notes what watchers are told; answers whether it is news to them. */
  tell(result: ResultBody): boolean {
    const news = newsOf(result);
    const entry = result.exists ? result.packed : undefined;
    if (news === this.#toldNews && entry === this.#toldEntry) return false;
    this.#toldNews = news;
    this.#toldEntry = entry;
    return true;
  }

  /** Nobody watches any more: whoever comes next is told what there is. */
  untell(): void {
    this.#toldNews = undefined;
    this.#toldEntry = undefined;
  }

  get isRecalled(): boolean {
    return !this.is('recalling');
  }

  /** Somebody wants to be told what it is. */
  get isAwaited(): boolean {
    return this.isWatched || this.#reads !== undefined;
  }

  /** Nobody wants to be told but those who have all portals asked. */
  get isCompared(): boolean {
    for (const { reading } of this.reads) if (reading.grace === undefined) return false;
    return !this.isWatched;
  }

  get isUsed(): boolean {
    return this.isAwaited || this.writes > 0;
  }

  /** It has no actor at the moment. */
  get isResting(): boolean {
    return this.#actor instanceof RestingEntry;
  }

  /** Something is under way, so that its actor is soon told more. */
  get isBusy(): boolean {
    return !this.isResting && (this.#reads !== undefined || this.#inquiries !== undefined || this.writes > 0 || !this.isRecalled);
  }
}

/** What of a result is news to watchers, besides the entry itself. The texts are shared: one put together for each row would be one for each row. */
const NEWS = {
  live: { durable: 'live, durable', volatile: 'live, volatile', absent: 'live, absent' },
  cached: { durable: 'cached, durable', volatile: 'cached, volatile', absent: 'cached, absent' },
  stale: { durable: 'stale, durable', volatile: 'stale, volatile', absent: 'stale, absent' },
} as const;

const newsOf = (result: ResultBody): string => NEWS[result.status][result.exists ? result.floor : 'absent'];
