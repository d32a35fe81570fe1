import { compareEntries, isSameEntry, takeSignedEntry, type SignedEntry } from '../registry/index.ts';

/**
 * The newest that was shown, or written, of entries whose floors would be lost with the worker that keeps them, so that its successor can be told. The
 * one noted longest ago is forgotten first.
 */
export class VolatileFloors {
  readonly #most: number;
  readonly #entries = new Map<string, SignedEntry>();

  /** @param most how many are kept; each takes about 600 bytes */
  constructor(most: number) {
    this.#most = most;
  }

  /** @param name of the entry, the same whenever it is noted */
  note(name: string, entry: SignedEntry, floor: 'durable' | 'volatile'): void {
    const before = this.#entries.get(name);
    const isKnown = before !== undefined && isSameEntry(before, entry);
    if (before !== undefined && !isKnown && compareEntries(entry, before) < 0) return;
    this.#entries.delete(name);
    // What is on disk, a successor finds there.
    if (floor === 'durable') return;
    // In memory of its own: who was shown it may do with it as they like.
    this.#entries.set(name, isKnown ? before : takeSignedEntry(entry));
    if (this.#entries.size <= this.#most) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }

  get entries(): readonly SignedEntry[] {
    return [...this.#entries.values()];
  }
}
