import { isSameEntry, takeSignedEntry, type SignedEntry } from '../registry/index.ts';

/**
 * The newest that was shown, or written, of entries whose floors would be lost with the worker that keeps them, so that its successor can be told. The
 * one noted longest ago is forgotten first.
 */
export class VolatileFloors {
  readonly #most: number;
  readonly #floors = new Map<string, { readonly entry: SignedEntry; readonly at: number }>();

  /** @param most how many are kept; each takes about 600 bytes */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * @param name of the entry, the same whenever it is noted
   * @param at the stamp of the entries actor's word: of two entries of one revision the one that was told later counts
   */
  note(name: string, entry: SignedEntry, at: number, floor: 'durable' | 'volatile'): void {
    const before = this.#floors.get(name);
    const isKnown = before !== undefined && isSameEntry(before.entry, entry);
    if (before !== undefined && !isKnown && (entry.revision < before.entry.revision || (entry.revision === before.entry.revision && at < before.at))) return;
    this.#floors.delete(name);
    // What is on disk, a successor finds there.
    if (floor === 'durable') return;
    // In memory of its own: who was shown it may do with it as they like.
    this.#floors.set(name, { entry: isKnown ? before.entry : takeSignedEntry(entry), at: isKnown ? Math.max(at, before.at) : at });
    if (this.#floors.size <= this.#most) return;
    const [oldest] = this.#floors.keys();
    if (oldest !== undefined) this.#floors.delete(oldest);
  }

  get entries(): readonly SignedEntry[] {
    return [...this.#floors.values()].map(({ entry }) => entry);
  }
}
