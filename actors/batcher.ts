/**
 * Items on their way to another thread, many in one message: what is pushed while messages are under way waits, and travels together. The
 * other side answers a message when it has room for more, so that a slow one slows down whoever pushes.
 */
export class Batcher<T> {
  readonly #send: (items: readonly T[]) => Promise<unknown>;
  readonly #limits: BatchLimits;
  readonly #onPressure: (isFull: boolean) => void;
  #waiting: T[] = [];
  #underWay = 0;
  #isScheduled = false;
  #isFull = false;

  /**
   * @param send delivers a message; if it rejects, what it carried is lost and the owner learns so elsewhere (the other side is gone)
   * @param onPressure called when more wait than should, and when fewer do again
   */
  constructor(send: (items: readonly T[]) => Promise<unknown>, limits: BatchLimits = BATCH_LIMITS, onPressure: (isFull: boolean) => void = () => {}) {
    this.#send = send;
    this.#limits = limits;
    this.#onPressure = onPressure;
  }

  push(item: T): void {
    this.#waiting.push(item);
    if (!this.#isFull && this.#waiting.length > this.#limits.highWater) this.#setFull(true);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.#flush();
    });
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

export interface BatchLimits {
  /** Items in one message: a larger one would keep the other thread in one turn for too long. */
  readonly items: number;
  /** Messages under way unanswered. Two keep the other side busy while an answer travels. */
  readonly window: number;
  /** Items that may wait before the source is told to pause. */
  readonly highWater: number;
}

export const BATCH_LIMITS: BatchLimits = { items: 256, window: 2, highWater: 4_096 };
