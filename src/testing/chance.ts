import type { Random } from '../world.ts';

/** Numbers that follow from a seed (mulberry32), and choices made with them. */
export class Chance {
  #state: number;

  /** @param seed a whole number; of those beyond 2³² the lower bits count */
  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** Uniform in [0, 1). */
  readonly next: Random = () => {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };

  /** A whole number from 0 up to but without `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** True so often. @param share from 0 to 1 */
  happens(share: number): boolean {
    return this.next() < share;
  }

  /** One of several. @throws RangeError if there is none */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError('there is nothing to choose from');
    return items[this.below(items.length)] as T;
  }
}
