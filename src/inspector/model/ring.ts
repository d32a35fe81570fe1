/** The newest so many items of an endless sequence. */
export class Ring<T> {
  readonly #capacity: number;
  #items: T[] = [];
  /** Where the oldest is, once it is full. */
  #start = 0;

  /** @param capacity how many are kept, at least one */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#items.length;
  }

  push(item: T): void {
    if (this.#items.length < this.#capacity) {
      this.#items.push(item);
      return;
    }
    this.#items[this.#start] = item;
    this.#start = (this.#start + 1) % this.#capacity;
  }

  clear(): void {
    this.#items = [];
    this.#start = 0;
  }

  /** The newest first, those of them that are wanted. */
  newest(isWanted: (item: T) => boolean = () => true): T[] {
    const found: T[] = [];
    const { length } = this.#items;
    for (let back = 1; back <= length; back++) {
      const item = this.#items[(this.#start + length - back) % length] as T;
      if (isWanted(item)) found.push(item);
    }
    return found;
  }
}
