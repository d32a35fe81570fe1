import { RegistryError } from '../error.ts';
import { eventLoop } from '../link/index.ts';
import type { Clock } from '../world.ts';

/** When simulated time begins, epoch milliseconds. */
const BEGINNING = 1_700_000_000_000;

/** How much time passes at most until what {@link SimulatedClock.run} waits for is settled, in milliseconds. */
const PATIENCE = 3_600_000;

/** A turn of the event loop, of which simulated time knows nothing: all promises settle that wait for no timer. */
const turn = (): Promise<void> => new Promise((resolve) => void eventLoop.setTimeout(resolve, 0));

/** So many turns are asked for at a time. In Node, promises are all there is to wait for; a browser has tasks of its own, as for the bodies of answers. */
const TURNS = typeof setImmediate === 'function' ? 64 : 1;

/**
 * Turns that are asked for together: Node takes them one after the other, lets all promises settle between two, and looks for nothing else, which takes
 * longer than what is done in most of them.
 */
class Turns {
  #left = 0;
  #waiting: (() => void) | undefined;

  /** One at a time. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting = resolve;
      if (this.#left > 0) return;
      for (; this.#left < TURNS; this.#left++) eventLoop.setTimeout(this.#take, 0);
    });
  }

  readonly #take = (): void => {
    this.#left--;
    const resolve = this.#waiting;
    this.#waiting = undefined;
    resolve?.();
  };
}

interface Timer {
  readonly at: number;
  readonly order: number;
  /** Undefined once it was cleared, or is over. */
  callback: (() => void) | undefined;
}

/**
 * Time that passes as fast as there is something to do, and only while somebody waits in {@link pass} or {@link run}. Of what is due
 * together, what was asked for first comes first.
 */
export class SimulatedClock implements Clock {
  /** Milliseconds that have passed. */
  #elapsed = 0;
  #offset = BEGINNING;
  #order = 0;
  #waiting = 0;
  #isPassing = false;
  readonly #timers: Timer[] = [];
  readonly #turns = new Turns();
  /** Called after every timer, once everything that it led to has settled. */
  onStep: () => void = () => {};

  /** The time of day, epoch milliseconds: whole ones, as the platform's. */
  now(): number {
    return Math.floor(this.#elapsed + this.#offset);
  }

  /** Milliseconds since the world began, whatever the time of day. */
  elapsed(): number {
    return this.#elapsed;
  }

  setTimeout(callback: () => void, milliseconds: number): unknown {
    const timer: Timer = { at: this.#elapsed + Math.max(0, milliseconds), order: ++this.#order, callback };
    this.#waiting++;
    this.#push(timer);
    return timer;
  }

  clearTimeout(timer: unknown): void {
    if (timer === undefined || (timer as Timer).callback === undefined) return;
    (timer as Timer).callback = undefined;
    this.#waiting--;
  }

  /** How many timers have not run out. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Sets the time of day forward, or back; nothing is due for that. */
  jump(milliseconds: number): void {
    this.#offset += milliseconds;
  }

  /** Time passes and no timer runs, as when a machine sleeps: whatever came due meanwhile is due at once. */
  sleep(milliseconds: number): void {
    this.#elapsed += milliseconds;
  }

  /** Lets so much time pass. @throws RegistryError `INVALID_INPUT` while it does already */
  async pass(milliseconds: number): Promise<void> {
    const until = this.#elapsed + milliseconds;
    await this.#alone(async () => {
      await turn();
      while (await this.#step(until));
    });
    this.#elapsed = Math.max(this.#elapsed, until);
  }

  /**
   * Lets time pass until something is settled, and no longer: only what is due at that very moment goes on.
   * @throws RegistryError `TIMEOUT` if it is not within an hour, or never can be; `INVALID_INPUT` while time passes already; else what it rejects with
   */
  async run<T>(work: Promise<T>): Promise<T> {
    const state = { isSettled: false };
    const settle = (): void => void (state.isSettled = true);
    work.then(settle, settle);
    const until = this.#elapsed + PATIENCE;
    await this.#alone(async () => {
      await turn();
      while (!state.isSettled) if (!(await this.#step(until))) throw new RegistryError('TIMEOUT', 'what was waited for has not settled, and never will, or not within an hour');
      while (await this.#step(this.#elapsed));
    });
    return work;
  }

  /** Two that let time pass side by side would each let the other's pass, too. */
  async #alone(work: () => Promise<void>): Promise<void> {
    if (this.#isPassing) throw new RegistryError('INVALID_INPUT', 'time is passing already: wait for that first');
    this.#isPassing = true;
    try {
      await work();
    } finally {
      this.#isPassing = false;
    }
  }

  /** Runs the next timer that is due by then, and what it leads to; whether there was one. */
  async #step(until: number): Promise<boolean> {
    for (let next = this.#timers[0]; next !== undefined && next.at <= until; next = this.#timers[0]) {
      this.#pop();
      const { callback } = next;
      if (callback === undefined) continue;
      next.callback = undefined;
      this.#waiting--;
      this.#elapsed = Math.max(this.#elapsed, next.at);
      callback();
      await this.#turns.next();
      this.onStep();
      return true;
    }
    return false;
  }

  /** A binary heap: there may be thousands, most of which are cleared before their time. */
  #push(timer: Timer): void {
    const timers = this.#timers;
    let at = timers.length;
    for (; at > 0; ) {
      const parent = timers[(at - 1) >> 1] as Timer;
      if (!isBefore(timer, parent)) break;
      timers[at] = parent;
      at = (at - 1) >> 1;
    }
    timers[at] = timer;
  }

  #pop(): void {
    const timers = this.#timers;
    const last = timers.pop();
    if (last === undefined || timers.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= timers.length) break;
      if (child + 1 < timers.length && isBefore(timers[child + 1] as Timer, timers[child] as Timer)) child++;
      if (!isBefore(timers[child] as Timer, last)) break;
      timers[at] = timers[child] as Timer;
      at = child;
    }
    timers[at] = last;
  }
}

const isBefore = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
