import { compareRevisions, isSamePacked, packEntry, unpackEntry, type CheckedEntry } from '../registry/index.ts';
import { trim } from '../trim.ts';

/** An entry as `packEntry` makes it: who was shown one may do with its bytes as they like. */
interface Floor {
  readonly packed: string;
  /** The stamp of the entries actor's word. */
  readonly at: number;
}

/**
 * The newest that was shown, or written, of entries whose floors would be lost with the worker that keeps them, so that its successor can be told. The
 * one noted longest ago is forgotten first.
 */
export class VolatileFloors {
  readonly #most: number;
  readonly #floors = new Map<string, Floor>();

  /** @param most how many are kept; each takes about 400 bytes */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * @param name {@link nameOf} its key
   * @param at the stamp of the entries actor's word: of two entries of one revision the one that was told later counts
   */
  note(name: string, entry: CheckedEntry, at: number, floor: 'durable' | 'volatile'): void {
    this.notePacked(name, packEntry(entry), at, floor);
  }

  /** @param packed what {@link packEntry} made */
  notePacked(name: string, packed: string, at: number, floor: 'durable' | 'volatile'): void {
    const before = this.#floors.get(name);
    const isKnown = before !== undefined && isSamePacked(packed, before.packed);
    if (before !== undefined && !isKnown && (compareRevisions(packed, before.packed) || at - before.at) < 0) return;
    this.#floors.delete(name);
    // What is on disk, a successor finds there.
    if (floor === 'durable') return;
    this.#floors.set(name, isKnown && before.at >= at ? before : { packed, at });
    trim(this.#floors, this.#most);
  }

  get entries(): readonly CheckedEntry[] {
    return [...this.#floors].map(([name, { packed }]) => unpackEntry(name, packed));
  }
}
