/** Tells whoever listens what there is to tell, from when they began. As much of a Subject of RxJS as actors need, and a tenth of its weight: they go into workers, and all of them into one file. */
export class Feed<T> {
  readonly #listeners = new Set<{ readonly next: (value: T) => void; readonly complete: () => void }>();
  #isComplete = false;

  /**
   * @param complete told that no more will come
   * @returns what ends it
   */
  subscribe(next: (value: T) => void, complete: () => void = () => {}): () => void {
    const listener = { next, complete };
    if (this.#isComplete) complete();
    else this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  next(value: T): void {
    for (const { next } of this.#listeners) next(value);
  }

  complete(): void {
    if (this.#isComplete) return;
    this.#isComplete = true;
    for (const { complete } of this.#listeners) complete();
    this.#listeners.clear();
  }
}
