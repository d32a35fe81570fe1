import type { Scheduler } from '../inline.ts';
import type { Load } from './load.ts';

/** Items in one message: a larger one would keep the other thread in one turn for too long. */
export const MOST_ITEMS = 256;

/** Messages under way that ask whether they were taken in. Two keep the other side busy while an answer travels. */
export const WINDOW = 2;

/**
 * A message of fewer items does not ask: while little is to be said, an answer to every word would cost as much as the word. It waits
 * while one that asked is under way: where much is to be said, it becomes one of more.
 */
export const FEW_ITEMS = 8;

/** Of messages that carry few items, one in so many asks. */
export const FEW_MESSAGES = 8;

/** Where items go on their way to another thread. */
export interface Outlet<T> {
  push(item: T): void;
}

/**
 * Items on their way to another thread, many in one message: what is pushed in one turn of the event loop, or while messages are under way,
 * travels together. The other side says when it has taken them in, so that a slow one slows down whoever pushes.
 */
export class Pipe<T> implements Outlet<T> {
  readonly #name: string;
  readonly #post: (load: Load) => void;
  readonly #scheduler: Scheduler;
  readonly #onLength: (waiting: number) => void;
  #waiting: T[] = [];
  #asked = 0;
  /** Messages since the last one that asked. */
  #unasked = 0;
  #isScheduled = false;
  #isEnded = false;

  /**
   * @param post sends a message. Where nobody is there to take it in, what it carries is lost, and the owner learns so elsewhere
   * @param scheduler calls back when the present turn of the event loop is over
   * @param onLength told how many items wait whenever there are more, or fewer
   */
  constructor(name: string, post: (load: Load) => void, scheduler: Scheduler, onLength: (waiting: number) => void) {
    this.#name = name;
    this.#post = post;
    this.#scheduler = scheduler;
    this.#onLength = onLength;
  }

  /** @param item can be cloned; one that cannot is a mistake of the sender's, thrown at the end of the turn, and what travels with it is lost */
  push(item: T): void {
    if (this.#isEnded) return this.#onLength(0);
    this.#onLength(this.#waiting.push(item));
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#scheduler.setTimeout(() => {
      this.#isScheduled = false;
      this.#flush();
    }, 0);
  }

  /** A message that asked was taken in. */
  taken(): void {
    this.#asked = Math.max(0, this.#asked - 1);
    this.#flush();
  }

  /** Nobody takes in any more: nothing waits from now on. */
  end(): void {
    this.#isEnded = true;
    this.#waiting = [];
    this.#onLength(0);
  }

  #flush(): void {
    if (this.#isEnded) return;
    while (this.#waiting.length > 0 && this.#asked < (this.#waiting.length < FEW_ITEMS ? 1 : WINDOW)) {
      const items = this.#waiting.splice(0, MOST_ITEMS);
      const asks = items.length >= FEW_ITEMS || ++this.#unasked >= FEW_MESSAGES;
      this.#post({ pipe: this.#name, items, asks });
      if (asks) {
        this.#asked++;
        this.#unasked = 0;
      }
    }
    this.#onLength(this.#waiting.length);
  }
}
