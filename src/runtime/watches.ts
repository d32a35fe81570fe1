import { Observable } from 'rxjs';
import { isSameEntry, keyNamed, nameOf, type CheckedUnsignedEntry, type EntryKey, type SignedEntry } from '../registry/index.ts';
import { withKey, type ReadResult, type ResultBody } from '../../actors/entries/result.ts';
import type { Policy } from '../policy.ts';
import type { Clock } from '../world.ts';
import { VolatileFloors } from './volatile-floors.ts';

/** What tells the entries actor who watches what. Called once per turn, with all that changed in it. */
export type TellEntries = (what: 'watch' | 'unwatch', keys: readonly EntryKey[]) => void;

type CheckedKey = Pick<CheckedUnsignedEntry, 'pubkey' | 'datakey'>;

/** Who is told what becomes of an entry. */
interface Watcher {
  tell(result: ReadResult): void;
  end(): void;
}

/** What this thread knows of one entry. */
class Known {
  readonly name: string;
  /** In memory of its own: who is shown a result may do with its bytes as they like. */
  readonly key: CheckedKey;
  latest: ReadResult | undefined;
  /** Of the entry in {@link latest}, which need not be what it was when it was shown. */
  revision: bigint | undefined;
  /** The stamp of the newest that was shown. */
  at = 0;
  readonly watchers = new Set<Watcher>();

  constructor(name: string) {
    this.name = name;
    this.key = keyNamed(name);
  }

  show(result: ReadResult, at = this.at): void {
    this.latest = result;
    this.revision = result.exists ? result.revision : undefined;
    this.at = Math.max(this.at, at);
    for (const watcher of this.watchers) watcher.tell(result);
  }
}

/**
 * The entries that somebody in this thread watches or holds a handle to. One stream from the entries actor carries what becomes of all of
 * them; here it is handed out, and nothing that is older than what was shown gets past.
 */
export class Watches {
  readonly volatileFloors: VolatileFloors;
  readonly #tellEntries: TellEntries;
  readonly #maxStaleness: number;
  readonly #clock: Clock;
  readonly #watched = new Map<string, Known>();
  /** Held by handles alone: an entry that nobody watches and nobody has a handle to is forgotten. */
  readonly #known = new Map<string, WeakRef<Known>>();
  readonly #forgotten = new FinalizationRegistry<string>((name) => {
    if (this.#known.get(name)?.deref() === undefined) this.#known.delete(name);
  });
  readonly #changed = new Set<Known>();
  #isClosed = false;

  /** @param policy how many floors are kept that are in memory only, and for how long a portal's word holds */
  constructor(tellEntries: TellEntries, { maxFloors, maxStaleness }: Pick<Policy, 'maxFloors' | 'maxStaleness'>, clock: Clock) {
    this.#tellEntries = tellEntries;
    this.#maxStaleness = maxStaleness;
    this.#clock = clock;
    this.volatileFloors = new VolatileFloors(maxFloors);
  }

  /**
   * Takes in what is known of an entry now. Of what nobody here asked about, nothing is kept but a floor that is nowhere else.
   * @param at the entries actor's stamp: messages may overtake each other
   */
  take(name: string, body: ResultBody, at: number): void {
    const result = withKey(keyNamed(name), body);
    if (result.exists) this.volatileFloors.note(name, result, at, result.floor);
    const known = this.#find(name);
    if (known !== undefined) this.#show(known, result, at);
  }

  #show(known: Known, result: ReadResult, at: number): void {
    const before = known.latest;
    // An actor that took another's place may know less than its predecessor did.
    if (orderOf(result, at, known) < 0 || (before !== undefined && isEqual(before, result))) return;
    known.show(result, at);
  }

  /**
   * Takes in what a read was answered. It comes another way than what watchers are told, and may be overtaken by it: of an entry that is watched only
   * a newer value counts.
   * @returns what the reader is to be told: never older than what watchers were
   */
  takeRead(name: string, result: ReadResult, at: number): ReadResult {
    if (result.exists) this.volatileFloors.note(name, result, at, result.floor);
    const known = this.#find(name);
    const before = known?.latest;
    if (known === undefined) return result;
    const order = orderOf(result, at, known);
    if (order < 0 && before !== undefined) return before;
    if (known.watchers.size === 0 || before === undefined || (result.exists && order > 0)) this.#show(known, result, at);
    return result;
  }

  /** Notes what a portal has accepted, though nobody was shown it. */
  noteWritten(entry: SignedEntry, at: number, floor: 'durable' | 'volatile'): void {
    this.volatileFloors.note(nameOf(entry), entry, at, floor);
  }

  /** What was last taken in; reading it keeps nothing alive. */
  view(key: EntryKey): { readonly latest: ReadResult | undefined } {
    return this.#of(key);
  }

  /** What becomes of an entry: the newest first, if anything is known, then every change. */
  watch(key: EntryKey, withStatus: boolean): Observable<ReadResult> {
    const isKnown = withStatus ? isSame : isSameValue;
    return new Observable<ReadResult>((subscriber) => {
      if (this.#isClosed) return subscriber.complete();
      let told: ReadResult | undefined;
      const watcher: Watcher = {
        tell(result) {
          if (told !== undefined && isKnown(told, result)) return;
          told = result;
          subscriber.next(result);
        },
        end: () => subscriber.complete(),
      };
      const known = this.#of(key);
      known.watchers.add(watcher);
      this.#watched.set(known.name, known);
      this.#change(known);
      if (known.latest !== undefined) watcher.tell(known.latest);
      return () => {
        known.watchers.delete(watcher);
        if (known.watchers.size === 0) this.#change(known);
      };
    });
  }

  /** The keys of all watched entries, for an entries actor that knows of none. */
  get watchedKeys(): readonly EntryKey[] {
    return [...this.#watched.values()].map(({ key }) => key);
  }

  close(): void {
    this.#isClosed = true;
    for (const { watchers } of this.#watched.values()) for (const watcher of watchers) watcher.end();
  }

  #find(name: string): Known | undefined {
    return this.#watched.get(name) ?? this.#known.get(name)?.deref();
  }

  #of(key: EntryKey): Known {
    const name = nameOf(key);
    const found = this.#find(name);
    if (found !== undefined) return found;
    const known = new Known(name);
    this.#known.set(name, new WeakRef(known));
    this.#forgotten.register(known, name);
    return known;
  }

  #change(known: Known): void {
    this.#changed.add(known);
    if (this.#changed.size === 1) queueMicrotask(() => this.#tell());
  }

  /** Only what the turn came to counts: one who leaves and one who comes cancel out. */
  #tell(): void {
    const changed = [...this.#changed];
    this.#changed.clear();
    const begun = changed.filter(({ watchers }) => watchers.size > 0);
    const ended = changed.filter(({ watchers }) => watchers.size === 0);
    for (const known of ended) this.#end(known);
    if (begun.length > 0) this.#tellEntries('watch', begun.map(({ key }) => key));
    if (ended.length > 0) this.#tellEntries('unwatch', ended.map(({ key }) => key));
  }

  #end(known: Known): void {
    this.#watched.delete(known.name);
    // Nobody tells any more whether a connection vouches.
    const { latest } = known;
    if (latest?.status !== 'live') return;
    const isFresh = latest.confirmedAt > 0 && latest.confirmedAt >= this.#clock.now() - this.#maxStaleness;
    known.show({ ...latest, status: isFresh ? 'cached' : 'stale' });
  }
}

/** Positive if a result is newer than what was shown, negative if it is older. That there is nothing is neither, where nothing was shown. */
function orderOf(result: ReadResult, at: number, { latest, revision, at: shownAt }: Known): number {
  if (!result.exists) return revision === undefined ? 0 : -1;
  if (revision === undefined) return 1;
  if (result.revision !== revision) return result.revision > revision ? 1 : -1;
  return latest?.exists === true && isSameEntry(result, latest) ? 0 : at - shownAt;
}

const isSameValue = (a: ReadResult, b: ReadResult): boolean => a.exists === b.exists && (!a.exists || !b.exists || isSameEntry(a, b));
const isSame = (a: ReadResult, b: ReadResult): boolean => isSameValue(a, b) && a.status === b.status;

/** Whether nothing at all differs: bytes and lists are compared item by item. */
function isEqual(a: ReadResult, b: ReadResult): boolean {
  const one: Readonly<Record<string, unknown>> = { ...a };
  const other: Readonly<Record<string, unknown>> = { ...b };
  return Object.keys({ ...one, ...other }).every((name) => isEqualField(one[name], other[name]));
}

/** Of one field of two results: a plain value, bytes, or URLs. */
function isEqualField(a: unknown, b: unknown): boolean {
  return a === b || (isList(a) && isList(b) && a.length === b.length && a.every((item: unknown, i: number) => item === b[i]));
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value) || value instanceof Uint8Array;
