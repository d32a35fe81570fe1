import { compareEntries, type SignedEntry } from '../registry/index.ts';
import type { ReadResult } from '../../actors/entries/result.ts';

/**
 * The newest that was shown of entries whose floors would be lost with the worker that keeps them, so that its successor can be told. The
 * least recently shown is forgotten first.
 */
export class VolatileFloors {
  readonly #most: number;
  readonly #entries = new Map<string, SignedEntry>();

  /** @param most how many are kept; each takes about 600 bytes */
  constructor(most: number) {
    this.#most = most;
  }

  /** @param name of the entry, the same for every result of it */
  note(name: string, result: ReadResult): void {
    const before = this.#entries.get(name);
    if (!result.exists || (before !== undefined && compareEntries(result, before) < 0)) return;
    this.#entries.delete(name);
    // What is on disk, a successor finds there.
    if (result.floor === 'durable') return;
    this.#entries.set(name, result);
    if (this.#entries.size <= this.#most) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }

  get entries(): readonly SignedEntry[] {
    return [...this.#entries.values()];
  }
}
