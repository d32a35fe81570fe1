import { nameOf } from '../registry/key-name.ts';
import { compareWithPacked, packEntry, unpackEntry } from '../registry/packed.ts';
import type { CheckedEntry } from '../registry/entry.ts';

/** A verified floor in memory. */
export interface Known {
  readonly entry: CheckedEntry;
  /** Whether a storage acknowledged it. */
  readonly isSaved: boolean;
  /** Epoch milliseconds. */
  readonly usedAt: number;
}

/** As it is kept: floors are many, and looked at seldom. */
interface Kept {
  /** {@link nameOf} the entry's key. */
  readonly name: string;
  /** {@link packEntry} of the entry. */
  readonly packed: string;
  isSaved: boolean;
  usedAt: number;
}

/** What must stay. */
export interface Pins {
  readonly size: number;
  has(id: string): boolean;
}

/**
 * The floors this process has seen, least recently used first. They are why a floor does not go down when the storage breaks or
 * loses a record, and what is written again when it heals.
 */
export class KnownFloors {
  readonly #floors = new Map<string, Kept>();
  readonly #limit: number;
  readonly #pins: Pins;

  /**
   * @param limit how many are kept besides those that are pinned
   * @param pins by what the floors are known by: any string that is an entry's own
   */
  constructor(limit: number, pins: Pins) {
    this.#limit = limit;
    this.#pins = pins;
  }

  get(id: string): Known | undefined {
    const kept = this.#floors.get(id);
    return kept && knownOf(kept);
  }

  /** The floor as {@link packEntry} makes it: this very string, so that others need not keep one of their own. */
  packed(id: string): string | undefined {
    return this.#floors.get(id)?.packed;
  }

  /** When a floor was last used, epoch milliseconds; 0 for one that is not known. */
  usedAt(id: string): number {
    return this.#floors.get(id)?.usedAt ?? 0;
  }

  /**
   * Takes a verified entry in, and answers with the floor afterwards: it, or the higher one already there. Of two that say the same, the first stays.
   * @param name {@link nameOf} its key, if somebody keeps it
   */
  raise(id: string, entry: CheckedEntry, isSaved: boolean, now: number, name?: string): Known {
    const kept = this.#floors.get(id);
    const order = kept === undefined ? 1 : compareWithPacked(entry, kept.name, kept.packed);
    const floor: Kept =
      kept !== undefined && order <= 0
        ? { name: name ?? kept.name, packed: kept.packed, isSaved: kept.isSaved || (isSaved && order === 0), usedAt: now }
        : { name: name ?? kept?.name ?? nameOf(entry), packed: packEntry(entry), isSaved, usedAt: now };
    this.#floors.delete(id); // moves it to the end
    this.#floors.set(id, floor);
    if (this.#floors.size > this.#limit + this.#pins.size) this.#trim();
    return order < 0 ? knownOf(floor) : { entry, isSaved: floor.isSaved, usedAt: now };
  }

  /** Nothing is known of the storage any more. */
  unsaveAll(): void {
    for (const kept of this.#floors.values()) kept.isSaved = false;
  }

  forget(id: string): void {
    this.#floors.delete(id);
  }

  unsaved(): CheckedEntry[] {
    return [...this.#floors.values()].filter(({ isSaved }) => !isSaved).map(({ name, packed }) => unpackEntry(name, packed));
  }

  /** A tenth at a time, so that finding the victims costs little per floor. What no storage holds goes last. */
  #trim(): void {
    const most = this.#limit + this.#pins.size;
    const left = most - Math.floor(this.#limit / 10);
    for (const sparesUnsaved of [true, false]) {
      for (const [id, { isSaved }] of this.#floors) {
        if (this.#floors.size <= left) return;
        if (!this.#pins.has(id) && (isSaved || !sparesUnsaved)) this.#floors.delete(id);
      }
      if (this.#floors.size <= most) return;
    }
  }
}

const knownOf = ({ name, packed, isSaved, usedAt }: Kept): Known => ({ entry: unpackEntry(name, packed), isSaved, usedAt });
