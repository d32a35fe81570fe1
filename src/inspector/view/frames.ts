/** Redraws once a frame, however much changed in it. */
export class Frames {
  readonly #listeners = new Set<() => void>();
  #requested: number | undefined;

  /** Something changed. */
  readonly request = (): void => {
    this.#requested ??= requestAnimationFrame(() => {
      this.#requested = undefined;
      for (const listener of this.#listeners) listener();
    });
  };

  /** @returns what ends it */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  dispose(): void {
    if (this.#requested !== undefined) cancelAnimationFrame(this.#requested);
    this.#listeners.clear();
  }
}
