import { compareRevisions, isSamePacked, unpackEntry, type CheckedEntry } from '../registry/index.ts';
import { trim } from '../trim.ts';

/** An entry as `packEntry` makes it, and as the entries actor told of it. Who was shown one may do with its bytes as they like. */
export interface Told {
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
  readonly #floors = new Map<string, Told>();
  /** The newest stamp there was. */
  #at = 0;

  /** @param most how many are kept; each takes about 400 bytes */
  constructor(most: number) {
    this.#most = most;
  }

  /** @param name {@link nameOf} its key */
  note(name: string, told: Told, floor: 'durable' | 'volatile'): void {
    this.#at = Math.max(this.#at, Math.floor(told.at));
    const before = this.#floors.get(name);
    const order = before === undefined ? 1 : compareTold(told, before);
    if (order < 0) return;
    this.#floors.delete(name);
    // What is on disk, a successor finds there.
    if (floor === 'durable') return;
    this.#floors.set(name, order === 0 && before !== undefined && before.at >= told.at ? before : told);
    trim(this.#floors, this.#most);
  }

  /** An error told of it, and neither when that was, nor where its floor is: after whatever was told by now, and perhaps in memory only. */
  noteCurrent(name: string, packed: string): void {
    this.note(name, { packed, at: this.#at + 0.5 }, 'volatile');
  }

  get entries(): readonly CheckedEntry[] {
    return [...this.#floors].map(([name, { packed }]) => unpackEntry(name, packed));
  }
}

/** Positive if `a` is newer: of two entries of one revision the one that was told later counts. 0 where both say the same. */
export function compareTold(a: Told, b: Told): number {
  return isSamePacked(a.packed, b.packed) ? 0 : compareRevisions(a.packed, b.packed) || a.at - b.at;
}
