/** Pauses that can be paused, and skipped. */
export class Pace {
  readonly #signal: AbortSignal;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #until = 0;
  #left = 0;
  #end: (() => void) | undefined;
  #isPaused = false;

  /** @param signal ends them all */
  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', () => this.skip(), { once: true });
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Resolves after so many milliseconds in which it was not paused, or when it is skipped. @throws what the signal says when it aborts */
  async wait(milliseconds: number): Promise<void> {
    this.#signal.throwIfAborted();
    await new Promise<void>((resolve) => {
      this.#end = resolve;
      this.#left = milliseconds;
      if (!this.#isPaused) this.#run();
    });
    clearTimeout(this.#timer);
    this.#end = undefined;
    this.#signal.throwIfAborted();
  }

  pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    clearTimeout(this.#timer);
    this.#left = Math.max(0, this.#until - performance.now());
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    if (this.#end !== undefined) this.#run();
  }

  skip(): void {
    this.#end?.();
  }

  #run(): void {
    this.#until = performance.now() + this.#left;
    this.#timer = setTimeout(() => this.#end?.(), this.#left);
  }
}
