import { comparePacked, packEntry, unpackEntry, type CheckedEntry } from '../registry/index.ts';

/**
 * The newest that was shown, or written, of entries whose floors would be lost with the worker that keeps them, so that its successor can be told. The
 * one noted longest ago is forgotten first.
 */
export class VolatileFloors {
  readonly #most: number;
  /** Packed, by the name of their keys: who was shown one may do with its bytes as they like. */
  readonly #entries = new Map<string, string>();

  /** @param most how many are kept; each takes about 350 bytes */
  constructor(most: number) {
    this.#most = most;
  }

  /** @param name {@link nameOf} its key */
  note(name: string, entry: CheckedEntry, floor: 'durable' | 'volatile'): void {
    this.notePacked(name, packEntry(entry), floor);
  }

  /** @param packed what {@link packEntry} made */
  notePacked(name: string, packed: string, floor: 'durable' | 'volatile'): void {
    const before = this.#entries.get(name);
    const order = before === undefined ? 1 : comparePacked(name, packed, before);
    if (order < 0) return;
    this.#entries.delete(name);
    // What is on disk, a successor finds there.
    if (floor === 'durable') return;
    this.#entries.set(name, order === 0 && before !== undefined ? before : packed);
    if (this.#entries.size <= this.#most) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }

  get entries(): readonly CheckedEntry[] {
    return [...this.#entries].map(([name, packed]) => unpackEntry(name, packed));
  }
}
