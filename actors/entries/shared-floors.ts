import { compareChecked, MAX_DATA_BYTES, nameOf, packEntry, takeSignedEntry, unpackEntry, type CheckedEntry } from '../../src/registry/index.ts';
import type { Broadcast, OpenBroadcast } from '../../src/world.ts';
import { Allowance } from '../allowance.ts';
import { OpeningFloors } from './opening-floors.ts';
import type { Floor } from './world.ts';

/** The most that wait for a verdict; what comes beside them, a look at the storage finds. */
const MOST_PENDING = 1_000;

/** Signatures a second that are verified for others, and as many at once as may wait: what anybody posts must not keep the verifiers from what portals say. */
const RATE = 200;

/** The longest that `packEntry` makes: 73 characters and the data. */
const MOST_PACKED = 73 + MAX_DATA_BYTES;

/** A floor that was raised, on its way to others on the same storage: {@link nameOf} its key, and what `packEntry` made. */
type Raised = readonly [name: string, packed: string];

export interface SharedFloorsWorld {
  readonly open: OpenBroadcast;
  /** What the storage is known by to all who open it. */
  readonly identity: string;
  verify(entry: CheckedEntry): Promise<boolean>;
  /** Whether an entry that others say they have seen would be news to somebody here. */
  isNews(name: string, entry: CheckedEntry): boolean;
  /** Told of a floor that was raised because others had seen it. */
  onForeign(name: string, floor: Floor): void;
}

/**
 * Floors that tell others on the same storage what is raised here, and hear what is raised there: a word like a portal's, which is verified. Whoever
 * hears nothing finds it in the storage when asked.
 */
export class SharedFloors extends OpeningFloors {
  readonly #world: SharedFloorsWorld;
  readonly #channel: Broadcast | undefined;
  readonly #pending = new Set<string>();
  readonly #allowance: Allowance;

  constructor(world: SharedFloorsWorld, ...opening: ConstructorParameters<typeof OpeningFloors>) {
    super(...opening);
    this.#world = world;
    this.#allowance = new Allowance(opening[1], RATE, MOST_PENDING);
    this.#channel = world.open(`secure-registry floors ${world.identity}`, (message) => this.#hear(message));
  }

  override async raise(entries: readonly CheckedEntry[], names?: readonly string[]): Promise<readonly Floor[]> {
    const floors = await super.raise(entries, names);
    const raised = entries.flatMap((entry, i): Raised[] => (isRaised(entry, floors[i]) ? [[names?.[i] ?? nameOf(entry), packEntry(entry)]] : []));
    if (raised.length > 0) this.#channel?.post(raised);
    return floors;
  }

  override close(): Promise<void> {
    this.#channel?.close();
    return super.close();
  }

  #hear(message: unknown): void {
    if (!Array.isArray(message)) return;
    for (const raised of message) {
      const [name, entry] = readRaised(raised) ?? [];
      if (name === undefined || entry === undefined || !this.#world.isNews(name, entry)) continue;
      const key = `${name}${packEntry(entry)}`;
      if (this.#pending.size >= MOST_PENDING || this.#pending.has(key) || !this.#allowance.take()) continue;
      this.#pending.add(key);
      // What cannot be verified or raised now is found in the storage later.
      void this.#take(name, entry).catch(() => {}).finally(() => this.#pending.delete(key));
    }
  }

  async #take(name: string, entry: CheckedEntry): Promise<void> {
    if (!(await this.#world.verify(entry))) return;
    const [floor] = await super.raise([entry], [name]);
    if (floor !== undefined) this.#world.onForeign(name, floor);
  }
}

/** Whether it is on disk for others to find. */
const isRaised = (entry: CheckedEntry, floor: Floor | undefined): boolean => floor?.durability === 'durable' && compareChecked(entry, floor.entry) === 0;

/** What anybody may have posted, if it has the shape of a floor. */
function readRaised(raised: unknown): readonly [string, CheckedEntry] | undefined {
  try {
    const [name, packed] = raised as Raised;
    if (packed.length > MOST_PACKED) return undefined;
    return [name, takeSignedEntry(unpackEntry(name, packed))];
  } catch {
    return undefined;
  }
}
