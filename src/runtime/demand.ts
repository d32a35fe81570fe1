/** Those who wait for what actors do: one that hangs is found sooner while there are any. */
export class Demand {
  #waiting = 0;
  readonly #listeners = new Set<() => void>();

  get isOpen(): boolean {
    return this.#waiting > 0;
  }

  /** Somebody waits from now on. */
  begin(): void {
    if (++this.#waiting === 1) for (const listener of this.#listeners) listener();
  }

  /** Somebody who {@link begin began} does no more. */
  end(): void {
    this.#waiting--;
  }

  /** Calls back when there is somebody who waits. @returns what ends that */
  follow(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
