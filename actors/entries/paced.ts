import type { Clock } from '../../src/world.ts';

/** Those that wait for their turn: each has it some milliseconds after the one before, in the order in which they came. */
export class Paced<T> {
  readonly #clock: Clock;
  readonly #milliseconds: number;
  readonly #onTurn: (thing: T) => void;
  readonly #waiting = new Set<T>();
  #timer: unknown;
  #isStopped = false;

  constructor(clock: Clock, milliseconds: number, onTurn: (thing: T) => void) {
    this.#clock = clock;
    this.#milliseconds = milliseconds;
    this.#onTurn = onTurn;
  }

  add(thing: T): void {
    if (this.#isStopped) return;
    this.#waiting.add(thing);
    this.#arm();
  }

  clear(thing: T): void {
    this.#waiting.delete(thing);
  }

  /** For ever: what is added from now on has no turn. */
  stop(): void {
    this.#isStopped = true;
    this.#clock.clearTimeout(this.#timer);
    this.#waiting.clear();
  }

  #arm(): void {
    if (this.#waiting.size === 0) return;
    this.#timer ??= this.#clock.setTimeout(() => {
      this.#timer = undefined;
      for (const thing of this.#waiting) {
        this.#waiting.delete(thing);
        this.#onTurn(thing);
        break;
      }
      this.#arm();
    }, this.#milliseconds);
  }
}
