import type { Clock } from '../../src/world.ts';

/** So much longer than it was set for, in milliseconds, a timer takes only where the machine slept, or the clock was set. */
const SLEPT = 10_000;

/** Notices that time has passed in which nothing could happen: the machine slept, or the browser froze the worker. */
export class Wakefulness {
  readonly #clock: Clock;
  readonly #interval: number;
  readonly #woke: () => void;
  #timer: unknown;

  /** @param interval between two looks, in milliseconds */
  constructor(clock: Clock, interval: number, woke: () => void) {
    this.#clock = clock;
    this.#interval = interval;
    this.#woke = woke;
  }

  /** Looks from now on. */
  watch(): void {
    if (this.#timer === undefined) this.#look();
  }

  /** Nobody cares any more. */
  rest(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    const due = this.#clock.now() + this.#interval;
    this.#timer = this.#clock.setTimeout(() => {
      const hasSlept = Math.abs(this.#clock.now() - due) > SLEPT;
      this.#look();
      if (hasSlept) this.#woke();
    }, this.#interval);
  }
}
