import type { Clock } from '../../src/world.ts';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** Time that passes only when told to, with no turn of the event loop in between. */
export class StepClock implements Clock {
  readonly #timers = new Set<Timer>();
  #now = 1_000_000;

  now(): number {
    return this.#now;
  }
  setTimeout(callback: () => void, milliseconds: number): Timer {
    const timer = { at: this.#now + milliseconds, callback };
    this.#timers.add(timer);
    return timer;
  }
  clearTimeout(timer: unknown): void {
    this.#timers.delete(timer as Timer);
  }

  /** How long each timer still has to wait, the soonest first. */
  get waits(): readonly number[] {
    return [...this.#timers].map(({ at }) => at - this.#now).sort((a, b) => a - b);
  }

  /** So much time passes, and whatever is due has still to be called. */
  jump(milliseconds: number): void {
    this.#now += milliseconds;
  }

  /** So much time passes in which nothing runs: what was due meanwhile is called when it is over. */
  sleep(milliseconds: number): void {
    this.jump(milliseconds);
    const due = [...this.#timers].filter(({ at }) => at <= this.#now).sort((a, b) => a.at - b.at);
    // One of them may have cleared another.
    for (const timer of due) if (this.#timers.delete(timer)) timer.callback();
  }

  pass(milliseconds: number): void {
    const until = this.#now + milliseconds;
    for (;;) {
      const [next] = [...this.#timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#now = next.at;
      next.callback();
    }
    this.#now = until;
  }
}
