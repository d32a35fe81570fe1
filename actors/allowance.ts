import type { Clock } from '../src/world.ts';

/** How much somebody may do: so much a second, and after a rest so much at once (a token bucket). */
export class Allowance {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #rate: number;
  readonly #atOnce: number;
  #left: number;
  #at: number;

  /** @param rate a second */
  constructor(clock: Pick<Clock, 'now'>, rate: number, atOnce: number) {
    this.#clock = clock;
    this.#rate = rate;
    this.#atOnce = atOnce;
    this.#left = atOnce;
    this.#at = clock.now();
  }

  /**
   * Takes `amount`; false, and nothing is taken, if less is left.
   * @param atOnce how much may be left, where that varies
   */
  take(amount = 1, atOnce = this.#atOnce): boolean {
    const now = this.#clock.now();
    // A clock that was set back gives nothing, and takes nothing.
    this.#left = Math.min(atOnce, this.#left + (Math.max(0, now - this.#at) / 1_000) * this.#rate);
    this.#at = now;
    if (this.#left < amount) return false;
    this.#left -= amount;
    return true;
  }
}
