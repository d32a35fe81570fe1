/** Values that wait for credit. */
export interface Waiting {
  readonly size: number;
  /** How many may wait, where the reader's patience is `buffer`. */
  most(buffer: number): number;
  put(value: unknown): void;
  /** Removes and returns the `count` that waited longest, or all. */
  take(count: number): unknown[];
}

/** Every value, in order. */
export class Queue implements Waiting {
  readonly #values: unknown[] = [];

  get size(): number {
    return this.#values.length;
  }
  most(buffer: number): number {
    return buffer;
  }
  put(value: unknown): void {
    this.#values.push(value);
  }
  take(count: number): unknown[] {
    return this.#values.splice(0, count);
  }
}

/** The newest value of every key, ordered by when it came. */
export class Newest implements Waiting {
  readonly #values = new Map<unknown, unknown>();
  readonly #key: (value: never) => unknown;

  constructor(key: (value: never) => unknown) {
    this.#key = key;
  }
  get size(): number {
    return this.#values.size;
  }
  /** As many as there are keys: each was asked for, and the last value of every one has to arrive. */
  most(): number {
    return Infinity;
  }
  put(value: unknown): void {
    const key = this.#key(value as never);
    this.#values.delete(key);
    this.#values.set(key, value);
  }
  take(count: number): unknown[] {
    const taken = [...this.#values].slice(0, count);
    for (const [key] of taken) this.#values.delete(key);
    return taken.map(([, value]) => value);
  }
}
