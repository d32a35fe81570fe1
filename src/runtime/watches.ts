import { Observable, type Subscriber } from 'rxjs';
import { compareRevisions, keyNamed, nameOf, packEntry, takeSignedEntry, unpackEntry, type EntryKey, type SignedEntry } from '../registry/index.ts';
import { isFresh } from '../../actors/entries/freshness.ts';
import { copyOf, resultNamed, type ReadResult, type ResultBody } from '../../actors/entries/result.ts';
import type { WatchCommand } from '../../actors/entries/service.ts';
import { Deadlines } from '../deadlines.ts';
import { RegistryError } from '../error.ts';
import type { Outlet } from '../link/index.ts';
import type { Policy } from '../policy.ts';
import type { Clock } from '../world.ts';
import { Known, NOBODY, orderOf, tell } from './known.ts';
import { compareTold, VolatileFloors } from './volatile-floors.ts';

/** What a handle does with what is known of its entry. */
export interface View {
  /** What was last taken in; reading it keeps nothing alive. */
  readonly latest: ReadResult | undefined;
  /** What a read can be answered without asking anybody: what a live connection vouches for. */
  answer(): ReadResult | undefined;
  /** Notes that it is read: from the second time on, the entry is followed for some time. */
  noteRead(): void;
}

/** An entry as somebody is told of it, who looks at all of them. */
export interface WatchedEntry {
  readonly key: EntryKey;
  /** What watchers were shown last. */
  readonly latest: ReadResult | undefined;
  /** Whether somebody watches it still. */
  readonly isWatched: boolean;
}

const watchedOf = ({ name, latest, isUsed }: Known): WatchedEntry => ({ key: keyNamed(name), latest, isWatched: isUsed });

/**
 * The entries that somebody in this thread watches or holds a handle to. One stream from the entries actor carries what becomes of all of
 * them; here it is handed out, and nothing that is older than what was shown gets past.
 */
export class Watches {
  readonly volatileFloors: VolatileFloors;
  readonly #clock: Clock;
  /** To the entries actor. */
  #commands: Outlet<WatchCommand> | undefined;
  readonly #maxStaleness: number;
  /** Those that are used, and those that were until this turn. */
  readonly #watched = new Map<string, Known>();
  /** Held by handles alone: an entry that nobody watches and nobody has a handle to is forgotten. */
  readonly #handled = new Map<string, WeakRef<Known>>();
  /** Those that are being read together, a map for each such read. */
  readonly #held = new Set<ReadonlyMap<string, Known>>();
  readonly #forgotten = new FinalizationRegistry<string>((name) => {
    if (this.#handled.get(name)?.deref() === undefined) this.#handled.delete(name);
  });
  /** Those that are followed, until their handles have not been read for some time. */
  readonly #following: Deadlines<Known>;
  readonly #changed = new Set<Known>();
  readonly #surveyors = new Set<Subscriber<WatchedEntry>>();
  #isClosed = false;

  /** Every entry that is watched, as it is and becomes, and that it no longer is. */
  readonly survey = new Observable<WatchedEntry>((subscriber) => {
    for (const known of this.#watched.values()) if (known.isUsed) subscriber.next(watchedOf(known));
    if (this.#isClosed) return subscriber.complete();
    this.#surveyors.add(subscriber);
    return () => this.#surveyors.delete(subscriber);
  });

  /** @param policy how many floors are kept that are in memory only, how long a portal's word holds, and how long an entry is followed */
  constructor({ maxFloors, maxStaleness, linger }: Pick<Policy, 'maxFloors' | 'maxStaleness' | 'linger'>, clock: Clock) {
    this.#clock = clock;
    this.#maxStaleness = maxStaleness;
    this.volatileFloors = new VolatileFloors(maxFloors);
    this.#following = new Deadlines(clock, Math.max(1, linger), () => this.#unfollow());
  }

  /** How many entries are watched. */
  get size(): number {
    return this.#watched.size;
  }

  /**
   * Takes in what is known of an entry now. Of what nobody here asked about, nothing is kept but a floor that is nowhere else.
   * @param at the entries actor's stamp: messages may overtake each other
   */
  take(name: string, body: ResultBody, at: number): void {
    this.#noteFloor(name, body, at);
    const known = this.#find(name);
    if (known === undefined) return;
    const order = orderOf(body, at, known);
    if (order < 0) return;
    known.isTold = this.#watched.has(name);
    if (body.exists && known.expected !== undefined && compareTold({ packed: body.packed, at }, known.expected) >= 0) known.expected = undefined;
    this.#show(known, body, at, order);
  }

  /**
   * Takes in what a read was answered. It comes another way than what watchers are told, and may be overtaken by it: of an entry that is watched only
   * a newer value counts.
   * @returns what the reader is to be told: never older than what watchers were; undefined where that is not what several portals have confirmed
   */
  takeRead(name: string, body: ResultBody, at: number, isConfirmed = false): ReadResult | undefined {
    this.#noteFloor(name, body, at);
    const known = this.#find(name);
    if (known === undefined) return resultNamed(name, body);
    const order = orderOf(body, at, known);
    const { shown } = known;
    if (order < 0 && known.latest !== undefined) return isConfirmed ? undefined : copyOf(known.latest);
    if (!known.isUsed || shown === undefined || (body.exists && order > 0)) this.#show(known, body, at, order);
    // When it was confirmed does not go back, though that is no news to watchers.
    else if (order === 0 && body.confirmedAt > shown.confirmedAt) known.show({ ...body, status: shown.status });
    return resultNamed(name, body);
  }

  /**
   * Notes an entry that the caller has written: no read is answered by an older one that watchers are still being shown.
   * @param name {@link nameOf} its key
   */
  noteSeen(name: string, entry: SignedEntry): void {
    this.#noteSeen(name, packEntry(takeSignedEntry(entry)));
  }

  /**
   * Notes what the caller is told by an error: {@link noteSeen}, and a successor of the entries actor is to know it, too.
   * @returns what the caller is to be told: one that knows less than its predecessor did tells no older entry than what was shown
   */
  noteError(name: string, error: RegistryError): RegistryError {
    if (error.current === undefined) return error;
    const packed = packEntry(takeSignedEntry(error.current));
    const { shown } = this.#find(name) ?? {};
    if (shown?.exists === true && compareRevisions(packed, shown.packed) < 0) {
      const { code, message, retryable, field, portal, hint, cause } = error;
      return new RegistryError(code, message, { retryable, field, portal, hint, cause, current: unpackEntry(name, shown.packed) });
    }
    this.volatileFloors.noteCurrent(name, packed);
    this.#noteSeen(name, packed);
    return error;
  }

  #noteSeen(name: string, packed: string): void {
    const known = this.#find(name);
    if (known === undefined) return;
    const { shown, at } = known;
    if (shown?.exists === true && compareTold({ packed, at: Infinity }, { packed: shown.packed, at }) <= 0) return;
    if (known.isUsed) known.expected = { packed, at };
    // Nobody will tell of it.
    else known.show({ exists: true, packed, status: 'stale', source: 'cache', confirmedAt: 0, confirmedBy: [], floor: 'volatile' });
  }

  #noteFloor(name: string, body: ResultBody, at: number): void {
    if (body.exists) this.volatileFloors.note(name, { packed: body.packed, at }, body.floor);
  }

  /** An actor that took another's place may know less than its predecessor did: what is older was kept out before. */
  #show(known: Known, body: ResultBody, at: number, order: number): void {
    const before = known.shown;
    known.at = Math.max(known.at, at);
    const isNew = before === undefined || order !== 0;
    if (!isNew && before.status === body.status && before.confirmedAt === body.confirmedAt && JSON.stringify(before) === JSON.stringify(body)) return;
    known.show(body);
    const audience = isNew ? known.watchers : before.status === body.status ? NOBODY : known.watchers.filter(({ withStatus }) => withStatus);
    for (const { subscriber } of audience) tell(subscriber, known);
  }

  view(key: EntryKey): View {
    const known = this.#of(nameOf(key));
    this.#hold(known);
    let isReadBefore = false;
    return {
      get latest() {
        return known.latest;
      },
      answer: () => this.#answer(known),
      noteRead: () => {
        if (isReadBefore) this.#follow(known);
        isReadBefore = true;
      },
    };
  }

  /** Answers a read of an entry, where that needs nobody else. */
  answer(name: string): ReadResult | undefined {
    const known = this.#watched.get(name);
    return known && this.#answer(known);
  }

  #answer(known: Known): ReadResult | undefined {
    const isVouchedFor = known.isUsed && known.isTold && known.expected === undefined && known.shown?.status === 'live' && !this.#isClosed;
    return isVouchedFor ? known.answer : undefined;
  }

  /** What becomes of an entry: the newest first, if anything is known, then every change. */
  watch(key: EntryKey, withStatus: boolean): Observable<ReadResult> {
    const name = nameOf(key);
    return new Observable<ReadResult>((subscriber) => {
      if (this.#isClosed) return subscriber.complete();
      const known = this.#of(name);
      const watcher = { subscriber, withStatus };
      known.watchers = [...known.watchers, watcher];
      this.#change(known);
      tell(subscriber, known);
      return () => {
        known.watchers = known.watchers.filter((other) => other !== watcher);
        this.#change(known);
      };
    });
  }

  /** An entry whose handle is read again and again is followed meanwhile: then no read needs to ask. */
  #follow(known: Known): void {
    known.isRead = true;
    if (known.isFollowed || this.#isClosed) return;
    known.isFollowed = true;
    this.#following.set(known);
    this.#change(known);
  }

  #unfollow(): void {
    for (const known of this.#following.takeDue()) {
      if (known.isRead) this.#following.set(known);
      else {
        known.isFollowed = false;
        this.#change(known);
      }
      known.isRead = false;
    }
  }

  /** From now on this actor is told, first of all what is watched already. */
  connect(commands: Outlet<WatchCommand>): void {
    this.disconnect();
    this.#commands = commands;
    for (const { name, isUsed } of this.#watched.values()) if (isUsed) commands.push({ kind: 'watch', name });
  }

  /** The entries actor is gone: nobody vouches for what it told until its successor does. */
  disconnect(): void {
    this.#commands = undefined;
    for (const known of this.#watched.values()) this.#unvouch(known);
  }

  close(): void {
    this.#isClosed = true;
    this.#following.stop();
    for (const { watchers } of this.#watched.values()) for (const { subscriber } of watchers) subscriber.complete();
    for (const surveyor of this.#surveyors) surveyor.complete();
  }

  /**
   * Keeps up with entries while they are read together: of what becomes known meanwhile, nothing older is answered.
   * @returns what ends it
   */
  hold(names: readonly string[]): () => void {
    const held = new Map(names.map((name) => [name, this.#of(name)]));
    this.#held.add(held);
    return () => void this.#held.delete(held);
  }

  #find(name: string): Known | undefined {
    const known = this.#watched.get(name) ?? this.#handled.get(name)?.deref();
    if (known !== undefined) return known;
    for (const held of this.#held) if (held.has(name)) return held.get(name);
    return undefined;
  }

  #of(name: string): Known {
    return this.#find(name) ?? new Known(name, (known) => known.isUsed && this.#note(known));
  }

  #note(known: Known): void {
    for (const surveyor of Array.from(this.#surveyors)) surveyor.next(watchedOf(known));
  }

  /** Keeps what is known of an entry for as long as a handle to it is there. */
  #hold(known: Known): void {
    if (this.#handled.get(known.name)?.deref() === known) return;
    this.#handled.set(known.name, new WeakRef(known));
    this.#forgotten.register(known, known.name);
  }

  /** Who uses the entry changed. */
  #change(known: Known): void {
    if (known.isUsed) this.#watched.set(known.name, known); // where it may be still, since it was used in this turn
    this.#changed.add(known);
    if (this.#changed.size === 1) queueMicrotask(() => this.#tell());
  }

  /** Only what the turn came to counts: one who leaves and one who comes cancel out. */
  #tell(): void {
    const changed = [...this.#changed];
    this.#changed.clear();
    for (const known of changed) {
      if (!known.isUsed) this.#end(known);
      this.#commands?.push({ kind: known.isUsed ? 'watch' : 'unwatch', name: known.name });
      this.#note(known);
    }
  }

  #end(known: Known): void {
    this.#watched.delete(known.name);
    known.expected = undefined;
    this.#unvouch(known);
  }

  /** Nobody tells any more whether a connection vouches. */
  #unvouch(known: Known): void {
    const { shown } = known;
    known.isTold = false;
    if (shown?.status !== 'live') return;
    const now = this.#clock.now();
    known.show({ ...shown, status: shown.confirmedAt > 0 && isFresh(shown.confirmedAt, now - this.#maxStaleness, now) ? 'cached' : 'stale' });
    for (const { subscriber, withStatus } of known.watchers) if (withStatus) tell(subscriber, known);
  }
}
