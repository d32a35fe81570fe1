/** Whether reports pile up before any of the verifiers, so that no more should be read from a socket. */
export class Pressure {
  readonly #full = new Set<number>();
  readonly #listeners = new Set<(isFull: boolean) => void>();

  get isFull(): boolean {
    return this.#full.size > 0;
  }

  set(index: number, isFull: boolean): void {
    const before = this.isFull;
    if (isFull) this.#full.add(index);
    else this.#full.delete(index);
    if (this.isFull !== before) for (const listener of this.#listeners) listener(this.isFull);
  }

  /** Calls `listener` for every change until the answered function is called. */
  listen(listener: (isFull: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
