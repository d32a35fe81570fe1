import type { Scheduler } from '../src/link/index.ts';

/**
 * Items on their way to another thread, many in one message: what is pushed in one turn of the event loop, or while messages are under way,
 * travels together. The other side answers a message when it has room for more, so that a slow one slows down whoever pushes.
 */
export class Batcher<T> {
  readonly #send: (items: readonly T[]) => Promise<unknown>;
  readonly #scheduler: Scheduler;
  readonly #limits: BatchLimits;
  readonly #onPressure: (isFull: boolean) => void;
  #waiting: T[] = [];
  #underWay = 0;
  #isScheduled = false;
  #isFull = false;

  /**
   * @param send delivers a message; if it rejects, what it carried is lost and the owner learns so elsewhere (the other side is gone)
   * @param scheduler calls back when the present turn of the event loop is over
   */
  constructor(send: (items: readonly T[]) => Promise<unknown>, scheduler: Scheduler, { limits = BATCH_LIMITS, onPressure = () => {} }: BatcherOptions = {}) {
    this.#send = send;
    this.#scheduler = scheduler;
    this.#limits = limits;
    this.#onPressure = onPressure;
  }

  push(item: T): void {
    this.#waiting.push(item);
    if (!this.#isFull && this.#waiting.length > this.#limits.highWater) this.#setFull(true);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#scheduler.setTimeout(() => {
      this.#isScheduled = false;
      this.#flush();
    }, 0);
  }

  #flush(): void {
    while (this.#waiting.length > 0 && this.#underWay < this.#limits.window) {
      const items = this.#waiting.splice(0, this.#limits.items);
      this.#underWay++;
      this.#send(items).then(
        () => this.#arrived(),
        () => this.#arrived(),
      );
    }
    if (this.#isFull && this.#waiting.length <= this.#limits.highWater / 2) this.#setFull(false);
  }

  #arrived(): void {
    this.#underWay--;
    this.#flush();
  }

  #setFull(isFull: boolean): void {
    this.#isFull = isFull;
    this.#onPressure(isFull);
  }
}

export interface BatcherOptions {
  readonly limits?: BatchLimits;
  /** Called when more wait than should, and when fewer do again. */
  readonly onPressure?: (isFull: boolean) => void;
}

export interface BatchLimits {
  /** Items in one message: a larger one would keep the other thread in one turn for too long. */
  readonly items: number;
  /** Messages under way unanswered. Two keep the other side busy while an answer travels. */
  readonly window: number;
  /** Items that may wait before the source is told to pause. */
  readonly highWater: number;
}

const BATCH_LIMITS: BatchLimits = { items: 256, window: 2, highWater: 4_096 };
