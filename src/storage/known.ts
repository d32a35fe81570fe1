import { compareChecked } from '../registry/order.ts';
import type { CheckedEntry } from '../registry/entry.ts';

/** A verified floor in memory. */
export interface Known {
  readonly entry: CheckedEntry;
  /** Whether a storage acknowledged it. */
  readonly isSaved: boolean;
  /** Epoch milliseconds. */
  readonly usedAt: number;
}

/**
 * The floors this process has seen, least recently used first. They are why a floor does not go down when the storage breaks or
 * loses a record, and what is written again when it heals.
 */
export class KnownFloors {
  readonly #floors = new Map<string, Known>();
  readonly #limit: number;
  readonly #isPinned: (id: string) => boolean;

  constructor(limit: number, isPinned: (id: string) => boolean) {
    this.#limit = limit;
    this.#isPinned = isPinned;
  }

  get(id: string): Known | undefined {
    return this.#floors.get(id);
  }

  /** Takes a verified entry in, and answers with the floor afterwards: it, or the higher one already there. */
  raise(id: string, entry: CheckedEntry, isSaved: boolean, now: number): Known {
    const known = this.#floors.get(id);
    const order = known ? compareChecked(entry, known.entry) : 1;
    const floor = known && order <= 0 ? { entry: known.entry, isSaved: known.isSaved || (isSaved && order === 0), usedAt: now } : { entry, isSaved, usedAt: now };
    this.#floors.delete(id); // moves it to the end
    this.#floors.set(id, floor);
    if (this.#floors.size > this.#limit) this.#trim();
    return floor;
  }

  /** Nothing is known of the storage any more. */
  unsaveAll(): void {
    for (const [id, known] of this.#floors) this.#floors.set(id, { ...known, isSaved: false });
  }

  forget(id: string): void {
    this.#floors.delete(id);
  }

  unsaved(): CheckedEntry[] {
    return [...this.#floors.values()].filter(({ isSaved }) => !isSaved).map(({ entry }) => entry);
  }

  /** A tenth at a time, so that finding the victims costs little per floor. What no storage holds goes last. */
  #trim(): void {
    for (const sparesUnsaved of [true, false]) {
      for (const [id, { isSaved }] of this.#floors) {
        if (this.#floors.size <= this.#limit * 0.9) return;
        if (!this.#isPinned(id) && (isSaved || !sparesUnsaved)) this.#floors.delete(id);
      }
      if (this.#floors.size <= this.#limit) return;
    }
  }
}
