/** Reports that may wait before one verifier until the source is told to pause. */
export const HIGH_WATER = 4_096;

/** Whether reports pile up before any of the verifiers, so that no more should be read from a socket. */
export class Pressure {
  readonly #full = new Set<number>();
  readonly #listeners = new Set<(isFull: boolean) => void>();

  get isFull(): boolean {
    return this.#full.size > 0;
  }

  /** @param waiting how many reports wait before the verifier of this index; what was too much is so until half of it is gone */
  note(index: number, waiting: number): void {
    const before = this.isFull;
    if (waiting > HIGH_WATER) this.#full.add(index);
    else if (waiting <= HIGH_WATER / 2) this.#full.delete(index);
    if (this.isFull !== before) for (const listener of this.#listeners) listener(this.isFull);
  }

  /** Calls `listener` for every change until the answered function is called. */
  listen(listener: (isFull: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
