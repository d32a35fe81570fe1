/** Answers that are looked back at, and without so many of which nothing is said. */
const WINDOW = 64;
const FEW = 20;

/** A p95 is found out anew after so many answers. */
const EVERY = 8;

/** How long one portal took to answer lately, in milliseconds. */
export class Latencies {
  readonly #last: number[] = [];
  #noted = 0;
  #p95: number | undefined;

  note(milliseconds: number): void {
    this.#last[this.#noted++ % WINDOW] = milliseconds;
    if (this.#noted >= FEW && this.#noted % EVERY === 0) this.#p95 = percentile(this.#last, 0.95);
  }

  /** Within which nineteen of twenty answers came; undefined while there were few. */
  get p95(): number | undefined {
    return this.#p95;
  }
}

function percentile(values: readonly number[], share: number): number | undefined {
  return [...values].sort((a, b) => a - b)[Math.ceil(values.length * share) - 1];
}
