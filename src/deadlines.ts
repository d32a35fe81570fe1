import { elapsedOn, type Clock } from './world.ts';

/**
 * Deadlines of many things on one timer. Every thing waits for equally long, so they come due in the order in which they were set, and
 * setting one anew is cheap: ten thousand entries with a timer each would be ten thousand timers.
 */
export class Deadlines<T> {
  readonly #clock: Clock;
  readonly #milliseconds: number;
  readonly #onDue: () => void;
  readonly #due = new Map<T, number>();
  #timer: unknown;
  #isStopped = false;

  /** @param onDue called when at least one is due; {@link takeDue} then answers which */
  constructor(clock: Clock, milliseconds: number, onDue: () => void) {
    this.#clock = clock;
    this.#milliseconds = milliseconds;
    this.#onDue = onDue;
  }

  /** (Re)starts the wait for one. */
  set(thing: T): void {
    if (this.#isStopped) return;
    this.#due.delete(thing);
    // Not by the time of day, where there is another: somebody sets it, and all would come due at once.
    this.#due.set(thing, elapsedOn(this.#clock) + this.#milliseconds);
    if (this.#timer === undefined) this.#arm(this.#milliseconds);
  }

  clear(thing: T): void {
    this.#due.delete(thing);
  }

  /** How many wait. */
  get size(): number {
    return this.#due.size;
  }

  /** The one that is due next. */
  get oldest(): T | undefined {
    return this.#due.keys().next().value;
  }

  /** The things whose time has come; they are forgotten. */
  takeDue(): T[] {
    const now = elapsedOn(this.#clock);
    const taken: T[] = [];
    for (const [thing, due] of this.#due) {
      if (due > now) break;
      taken.push(thing);
      this.#due.delete(thing);
    }
    return taken;
  }

  /** For ever: what is set from now on never comes due. */
  stop(): void {
    this.#isStopped = true;
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#due.clear();
  }

  #arm(milliseconds: number): void {
    this.#timer = this.#clock.setTimeout(() => {
      try {
        this.#onDue();
      } finally {
        this.#rearm();
      }
    }, milliseconds);
  }

  /** What was set while others came due has not armed a timer of its own: whatever is left now, the first comes first. */
  #rearm(): void {
    this.#timer = undefined;
    const [first] = this.#due.values();
    if (first === undefined) return;
    const left = first - elapsedOn(this.#clock);
    // The time of day was set back: nobody could have so much left to wait. All wait once more.
    if (left > this.#milliseconds) for (const thing of this.#due.keys()) this.#due.set(thing, elapsedOn(this.#clock) + this.#milliseconds);
    this.#arm(Math.min(this.#milliseconds, Math.max(1, left)));
  }
}
