import { RegistryError } from '../../src/error.ts';
import { Queue } from '../queue.ts';

/** Lets so many through at a time; who comes when it is full waits for a turn, in order. */
export class Gate {
  #free: number;
  readonly #waiting = new Queue<Waiter>();
  #queue = 0;

  constructor(most: number) {
    this.#free = most;
  }

  /** How many wait. */
  get queue(): number {
    return this.#queue;
  }

  /**
   * Runs `work` when there is room for it.
   * @throws RegistryError `ABORTED` if the signal aborts before that; else what `work` throws
   */
  async pass<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await this.#turn(signal);
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        enter: () => {
          signal.removeEventListener('abort', giveUp);
          this.#queue--;
          resolve();
          return true;
        },
      };
      const giveUp = (): void => {
        // Its place is skipped when its turn comes.
        waiter.enter = () => false;
        this.#queue--;
        reject(new RegistryError('ABORTED', 'no longer needed'));
      };
      this.#waiting.push(waiter);
      this.#queue++;
      signal.addEventListener('abort', giveUp, { once: true });
      if (signal.aborted) giveUp();
    });
  }

  #leave(): void {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) if (next.enter()) return;
    this.#free++;
  }
}

interface Waiter {
  /** Lets it in; false if it has gone. */
  enter: () => boolean;
}
