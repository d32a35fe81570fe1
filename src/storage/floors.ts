import { RegistryError } from '../error.ts';
import { equalBytes, takeBytes, type Bytes } from '../registry/bytes.ts';
import { bytesOf, charactersOf } from '../registry/key-name.ts';
import { takeSignedEntry, type CheckedEntry, type SignedEntry } from '../registry/entry.ts';
import { entryId } from '../registry/hash.ts';
import { compareChecked } from '../registry/order.ts';
import { realClock, type Clock } from '../world.ts';
import type { Change, StorageAdapter } from './adapter.ts';
import { evict } from './eviction.ts';
import { KnownFloors, type Known } from './known.ts';
import { Recency } from './recency.ts';
import { floorKey, packFloor, parseFloor, withUsedAt } from './record.ts';
import { rule, type Ruling } from './ruling.ts';
import { StorageSession, type StorageState } from './session.ts';

/** The most floors, and the most renewals of their time of use, in one transaction: it must end well within the deadline. */
const MAX_BATCH = 1_000;

/** How often a forged record is replaced by the next one before the raise is answered from memory. */
const MAX_FORGERIES = 3;

export interface FloorOptions {
  /**
   * The verdict on a stored entry. If it rejects, so does the call that needed it: a floor that cannot be checked is neither
   * believed nor passed over.
   */
  verify(entry: SignedEntry): Promise<boolean>;
  /** Default: the machine's own. */
  readonly clock?: Clock;
  /** Floors kept, in storage and in memory each. Default 10,000. */
  readonly maxFloors?: number;
  /** How long the storage may take for one answer, milliseconds. Default 5,000. */
  readonly deadline?: number;
  /** How long a pin outlives its process, milliseconds. Default 30 days. */
  readonly pinLease?: number;
  /** Told of every stored record that is no floor. Must not throw. */
  onCorrupt?(record: CorruptRecord): void;
  /** Told of every change of state. Must not throw. */
  onState?(state: StorageState): void;
}

/** The highest verified entry of its key that this storage has seen. */
export interface Floor {
  readonly entry: CheckedEntry;
  /** Whether it outlives this process. */
  readonly durability: 'durable' | 'volatile';
}

/** A stored record that is no floor: it cannot be read, is of another key, or its signature does not hold. */
export interface CorruptRecord {
  readonly entryId: Bytes;
  readonly reason: 'unreadable' | 'forged';
  /** As it was stored. */
  readonly record: Bytes;
}

interface Waiter {
  resolve(floor: Floor): void;
  reject(error: unknown): void;
}

/** Verified entries of one key on their way into the storage: the highest of them, and who waits for it. */
interface Raise {
  readonly id: string;
  /** {@link nameOf} the entry's key, if somebody keeps it. */
  readonly name: string | undefined;
  readonly entry: CheckedEntry;
  readonly waiters: readonly Waiter[];
  /** Records that stood higher and were found forged, newest last. */
  readonly refuted: readonly Bytes[];
}

/**
 * The floors of a storage: per registry entry the highest verified signed entry, which never goes down, whichever tab or process
 * raises it. Works on in memory where the storage fails, and says so. SPEC.md has the states and the invariants.
 */
export class FloorStore {
  readonly #options: FloorOptions;
  readonly #clock: Clock;
  readonly #maxFloors: number;
  readonly #session: StorageSession;
  readonly #recency: Recency;
  readonly #known: KnownFloors;
  #waiting: Raise[] = [];
  #working: Promise<void> | undefined;
  #evicting: Promise<void> | undefined;
  /** New floors until the next look at how many there are; the first look is due after the first. */
  #untilEviction = 1;

  /** Never rejects: a storage that does not open leaves the store degraded. */
  static async open(adapter: StorageAdapter, options: FloorOptions): Promise<FloorStore> {
    const store = new FloorStore(adapter, options);
    await store.#session.open();
    return store;
  }

  private constructor(adapter: StorageAdapter, options: FloorOptions) {
    const { clock = realClock, maxFloors = 10_000, deadline = 5_000, pinLease = 30 * 86_400_000 } = options;
    this.#options = options;
    this.#clock = clock;
    this.#maxFloors = maxFloors;
    this.#session = new StorageSession(adapter, clock, deadline, (state) => {
      // What broke may have lost what it held.
      if (state.status === 'degraded') this.#known.unsaveAll();
      options.onState?.(state);
    });
    this.#recency = new Recency(clock, pinLease);
    this.#known = new KnownFloors(maxFloors, this.#recency.pins);
  }

  get state(): StorageState {
    return this.#session.state;
  }

  /** The way to the storage, for what else is kept in it. */
  get session(): StorageSession {
    return this.#session;
  }

  /** How many floors wait in memory for a storage that works. */
  get unsaved(): number {
    return this.#known.unsaved().length;
  }

  /**
   * A floor that is in memory, as {@link packEntry} makes it.
   * @param id entryId, 32 bytes
   */
  packed(id: Uint8Array): string | undefined {
    return this.#known.packed(charactersOf(id));
  }

  /** @param id entryId, 32 bytes */
  async get(id: Uint8Array): Promise<Floor | undefined> {
    return (await this.getMany([id]))[0];
  }

  /** @param ids entryIds, 32 bytes each */
  async getMany(ids: readonly Uint8Array[]): Promise<(Floor | undefined)[]> {
    this.#refuseIfClosed();
    const taken = ids.map((id, i) => takeBytes(id, `ids[${i}]`, 32));
    const asked = taken.map(charactersOf).map((id) => ({ id, before: this.#known.get(id) }));
    const stored = await this.#session.use((connection) => connection.getMany(taken.map(floorKey)));
    if (!stored) return asked.map(({ id }) => this.#floor(id));
    return Promise.all(asked.map(({ id, before }, i) => this.#load(id, before, stored.value[i])));
  }

  /**
   * Takes verified entries in, one commit for all that are raised while another commit runs, and answers with the floor of each
   * afterwards: the entry itself, or a higher one that was there.
   * @param entries verified: what is written here is taken for genuine
   * @param names {@link nameOf} their keys, in order, if somebody keeps them
   */
  async raise(entries: readonly SignedEntry[], names?: readonly string[]): Promise<Floor[]> {
    this.#refuseIfClosed();
    return Promise.all(entries.map((entry, i) => takeSignedEntry(entry, `entries[${i}]`)).map((entry, i) => this.#raise(entry, names?.[i])));
  }

  /** Keeps the floor of an entry from eviction until {@link unpin} was called as often; across processes for `pinLease`. */
  pin(id: Uint8Array): void {
    this.#recency.pin(takeBytes(id, 'id', 32));
  }

  unpin(id: Uint8Array): void {
    this.#recency.unpin(takeBytes(id, 'id', 32));
  }

  /** Opens the storage again if it is not open, and writes what it lacks. Never rejects; the state tells. */
  async heal(): Promise<StorageState> {
    await this.#session.open();
    if (this.state.status === 'healthy') await Promise.allSettled(this.#known.unsaved().map((entry) => this.#raise(entry)));
    return this.state;
  }

  /** Ends what was begun, then closes. What is called afterwards is `CLOSED`. */
  async close(): Promise<void> {
    await this.#work();
    await this.#evicting;
    await this.#session.close();
  }

  /** @param before what memory held when the storage was asked, so that a raise meanwhile is not taken for a loss */
  async #load(id: string, before: Known | undefined, record: Bytes | undefined): Promise<Floor | undefined> {
    const ruling = before ? rule(before.entry, record) : record ? 'contested' : 'absent';
    if (ruling === 'contested' && record) await this.#examine(id, record);
    else if (before && ruling === 'same') this.#known.raise(id, before.entry, true, this.#clock.now());
    else if (before?.isSaved) return this.#raise(before.entry); // the storage was cleared, or another program wrote there
    else if (ruling === 'unreadable' && record) this.#report(id, 'unreadable', record);
    if (record) this.#recency.read(id, record);
    return this.#floor(id);
  }

  /** Verifies a record that is higher than what is known, and takes it in if it is genuine. */
  async #examine(id: string, record: Bytes): Promise<boolean> {
    const entry = parseFloor(record);
    const isReadable = entry !== undefined && equalBytes(entryId(entry), bytesOf(id));
    if (isReadable && (await this.#options.verify(entry))) {
      this.#known.raise(id, entry, true, this.#clock.now());
      return true;
    }
    this.#report(id, isReadable ? 'forged' : 'unreadable', record);
    return false;
  }

  #raise(entry: CheckedEntry, name?: string): Promise<Floor> {
    return new Promise((resolve, reject) => {
      this.#enqueue({ id: charactersOf(entryId(entry)), name, entry, waiters: [{ resolve, reject }], refuted: [] });
    });
  }

  #enqueue(raise: Raise): void {
    this.#waiting.push(raise);
    void this.#work();
  }

  #work(): Promise<void> {
    this.#working ??= this.#commitAll();
    return this.#working;
  }

  async #commitAll(): Promise<void> {
    await Promise.resolve(); // whoever else raises in this turn comes along
    try {
      do await this.#commit(merge(this.#waiting.splice(0, MAX_BATCH)));
      while (this.#waiting.length > 0);
    } finally {
      this.#working = undefined; // in the same turn as the last look at who waits
    }
  }

  async #commit(raises: readonly Raise[]): Promise<void> {
    // What memory holds is higher or the same, so a storage that lost a floor gets it back.
    const floors = raises.map((raise) => ({ ...raise, entry: this.#known.raise(raise.id, raise.entry, false, this.#clock.now(), raise.name).entry }));
    const rulings = new Map<string, { readonly ruling: Ruling; readonly current: Bytes | undefined }>();
    const raised = new Set(floors.map(({ id }) => id));
    const renewed = this.#recency.takeDue(MAX_BATCH).filter((id) => !raised.has(id));
    const changes = [
      ...floors.map(({ id, entry, refuted }) =>
        change(id, (current) => {
          const ruling = rule(entry, current, refuted.at(-1));
          rulings.set(id, { ruling, current });
          if (ruling === 'contested') return undefined;
          return ruling === 'same' ? this.#renewed(id, current) : packFloor(entry, this.#recency.stamp(id, current));
        }),
      ),
      ...renewed.map((id) => change(id, (current) => this.#renewed(id, current))),
    ];
    if (changes.length === 0) return;

    const done = await this.#session.use((connection) => connection.update(changes));
    for (const raise of floors) {
      const { ruling, current } = (done && rulings.get(raise.id)) ?? {};
      if (ruling === 'contested' && current) void this.#settleContest(raise, current);
      else this.#settleCommit(raise, ruling, current);
    }
    if (done) this.#evictIfDue();
  }

  #renewed(id: string, current: Bytes | undefined): Bytes | undefined {
    const time = this.#recency.renewal(id, current);
    return current && time !== undefined ? withUsedAt(current, time) : undefined;
  }

  /** @param ruling `undefined` if nothing was committed */
  #settleCommit({ id, entry, waiters }: Raise, ruling: Ruling | undefined, current: Bytes | undefined): void {
    if (ruling !== undefined) this.#known.raise(id, entry, true, this.#clock.now());
    if (ruling === 'absent') this.#untilEviction -= 1;
    if (ruling === 'unreadable' && current) this.#report(id, 'unreadable', current);
    const floor = this.#floor(id) ?? { entry, durability: 'volatile' };
    for (const waiter of waiters) waiter.resolve(floor);
  }

  /** A higher record stood in the way: it is the floor if it is genuine, and otherwise replaced. */
  async #settleContest(raise: Raise, current: Bytes): Promise<void> {
    try {
      const isGenuine = await this.#examine(raise.id, current);
      if (isGenuine || raise.refuted.length === MAX_FORGERIES) this.#settleCommit(raise, undefined, current);
      else this.#enqueue({ ...raise, refuted: [...raise.refuted, current] });
    } catch (error) {
      for (const waiter of raise.waiters) waiter.reject(error);
    }
  }

  #floor(id: string): Floor | undefined {
    const known = this.#known.get(id);
    const isDurable = this.state.status === 'healthy' && this.state.durable;
    return known && { entry: known.entry, durability: isDurable && known.isSaved ? 'durable' : 'volatile' };
  }

  #evictIfDue(): void {
    if (this.#untilEviction > 0) return;
    this.#evicting ??= this.#evict().finally(() => (this.#evicting = undefined));
  }

  async #evict(): Promise<void> {
    const standing = {
      isKept: (id: string, stored: number) => this.#recency.isKept(id, stored),
      lastUse: (id: string, stored: number) => Math.max(this.#recency.credible(stored), this.#known.usedAt(id)),
    };
    const done = await this.#session.use((connection) => evict(connection, this.#maxFloors, standing));
    if (!done) return;
    for (const id of done.value.evicted) this.#known.forget(id);
    // Other processes add floors unseen, so a look is due after a tenth at the latest.
    const room = Math.min(this.#maxFloors - done.value.left, Math.floor(this.#maxFloors / 10));
    this.#untilEviction = Math.max(room, 0) + 1;
  }

  #report(id: string, reason: CorruptRecord['reason'], record: Bytes): void {
    this.#options.onCorrupt?.({ entryId: bytesOf(id), reason, record });
  }

  #refuseIfClosed(): void {
    if (this.state.status === 'closed') throw new RegistryError('CLOSED', 'the floors were closed');
  }
}

/** One raise for each key: the highest entry, waited for by all. */
function merge(raises: readonly Raise[]): Raise[] {
  const merged = new Map<string, Raise>();
  for (const raise of raises) {
    const other = merged.get(raise.id);
    merged.set(raise.id, other ? join(other, raise) : raise);
  }
  return [...merged.values()];
}

function join(a: Raise, b: Raise): Raise {
  return {
    id: a.id,
    name: a.name ?? b.name,
    entry: compareChecked(a.entry, b.entry) >= 0 ? a.entry : b.entry,
    waiters: [...a.waiters, ...b.waiters],
    refuted: a.refuted.length >= b.refuted.length ? a.refuted : b.refuted,
  };
}

const change = (id: string, decide: Change['decide']): Change => ({ key: floorKey(bytesOf(id)), decide });
