import type { Scheduler } from '../src/link/index.ts';

/**
 * Items on their way to another thread, many in one message: what is pushed in one turn of the event loop, or while messages are under way,
 * travels together. The other side answers a message when it has room for more, so that a slow one slows down whoever pushes.
 */
export class Batcher<T> {
  readonly #send: (items: readonly T[]) => Promise<unknown>;
  readonly #scheduler: Scheduler;
  readonly #onLength: (waiting: number) => void;
  #waiting: T[] = [];
  #underWay = 0;
  #isScheduled = false;

  /**
   * @param send delivers a message; if it rejects, what it carried is lost and the owner learns so elsewhere (the other side is gone)
   * @param scheduler calls back when the present turn of the event loop is over
   * @param onLength told how many items wait whenever there are more, or fewer
   */
  constructor(send: (items: readonly T[]) => Promise<unknown>, scheduler: Scheduler, onLength: (waiting: number) => void = () => {}) {
    this.#send = send;
    this.#scheduler = scheduler;
    this.#onLength = onLength;
  }

  push(item: T): void {
    this.#onLength(this.#waiting.push(item));
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#scheduler.setTimeout(() => {
      this.#isScheduled = false;
      this.#flush();
    }, 0);
  }

  #flush(): void {
    while (this.#waiting.length > 0 && this.#underWay < WINDOW) {
      const items = this.#waiting.splice(0, MOST_ITEMS);
      this.#underWay++;
      this.#send(items).then(this.#arrived, this.#arrived);
    }
    this.#onLength(this.#waiting.length);
  }

  readonly #arrived = (): void => {
    this.#underWay--;
    this.#flush();
  };
}

/** Items in one message: a larger one would keep the other thread in one turn for too long. */
export const MOST_ITEMS = 256;

/** Messages under way unanswered. Two keep the other side busy while an answer travels. */
export const WINDOW = 2;
