import type { Clock } from '../../src/world.ts';

/** How often somebody may do something: so many times a second, twice as many at once after a rest (a token bucket). */
export class Allowance {
  readonly #rate: number;
  readonly #clock: Pick<Clock, 'now'>;
  #left: number;
  #at: number;

  constructor(rate: number, clock: Pick<Clock, 'now'>) {
    this.#rate = rate;
    this.#clock = clock;
    this.#left = 2 * rate;
    this.#at = clock.now();
  }

  /** Takes one; false if none is left. */
  take(): boolean {
    const now = this.#clock.now();
    // A clock that was set back gives nothing, and takes nothing.
    this.#left = Math.min(2 * this.#rate, this.#left + (Math.max(0, now - this.#at) / 1000) * this.#rate);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}
