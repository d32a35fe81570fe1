import type { SimulatedWorld } from '../../src/testing/index.ts';

/** How many lines are kept, unless all are wanted. */
const LAST = 60;

/** What happened in a seed, line by line, and how often there was which fault. */
export class Journal {
  readonly #clock: SimulatedWorld['clock'];
  readonly #isWhole: boolean;
  readonly #faults = new Map<string, number>();
  #lines: string[] = [];
  #hash = 0x811c9dc5;

  /** @param isWhole whether to keep every line */
  constructor(clock: SimulatedWorld['clock'], isWhole: boolean) {
    this.#clock = clock;
    this.#isWhole = isWhole;
  }

  /** Every line, or the last ones. */
  get lines(): readonly string[] {
    return this.#isWhole ? this.#lines : this.#lines.slice(-LAST);
  }

  /** Of every line there was: 8 hex digits. */
  get fingerprint(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, '0');
  }

  get faults(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#faults].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  note(what: string): void {
    const line = `${this.#clock.elapsed()} ${what}`;
    // FNV-1a.
    for (let i = 0; i < line.length; i++) this.#hash = Math.imul(this.#hash ^ line.charCodeAt(i), 0x01000193);
    this.#lines.push(line);
    if (!this.#isWhole && this.#lines.length > 20 * LAST) this.#lines = this.#lines.slice(-LAST);
  }

  /** Counts a fault. */
  count(kind: string): void {
    this.#faults.set(kind, (this.#faults.get(kind) ?? 0) + 1);
  }

  /** Counts a fault that is over at once, and notes it. */
  once(kind: string, act: () => void): void {
    this.count(kind);
    this.note(kind);
    act();
  }
}
