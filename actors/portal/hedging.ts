import { Deadlines } from '../../src/deadlines.ts';
import type { Clock } from '../../src/world.ts';
import { Latencies } from './latencies.ts';

/** What waits for a hedge. */
interface Waiting {
  hedge(): void;
}

/** Hedges are not sooner than this, in milliseconds: below it, a machine that is busy for a moment would ask everybody. */
const LEAST = 25;

/**
 * How long an answer is waited for before another portal is asked as well: as long as nineteen of twenty of this portal's answers took, up to the next half of the
 * half of the policy's `hedgeDelay`, and that at most.
 */
export class Hedging<T extends Waiting> {
  readonly #latencies = new Map<string, Latencies>();
  /** The shortest first. One timer for each: of those that wait for equally long, the first comes due first. */
  readonly #steps: readonly { readonly delay: number; readonly deadlines: Deadlines<T> }[];
  readonly #set = new Map<T, Deadlines<T>>();

  constructor(clock: Clock, hedgeDelay: number) {
    const delays = [hedgeDelay];
    while ((delays[0] ?? 0) / 2 >= LEAST) delays.unshift((delays[0] ?? 0) / 2);
    this.#steps = delays.map((delay) => ({ delay, deadlines: new Deadlines<T>(clock, delay, () => this.#due(delay)) }));
  }

  /** A portal took so many milliseconds to answer. */
  note(portal: string, milliseconds: number): void {
    const known = this.#latencies.get(portal) ?? new Latencies();
    this.#latencies.set(portal, known);
    known.note(milliseconds);
  }

  /**
   * (Re)starts the wait.
   * @param portal whose answer is waited for; without one, it is the longest wait
   */
  set(waiting: T, portal?: string): void {
    this.clear(waiting);
    const p95 = portal === undefined ? undefined : this.#latencies.get(portal)?.p95;
    const deadlines = (this.#steps.find(({ delay }) => delay >= (p95 ?? Infinity)) ?? this.#steps.at(-1))?.deadlines;
    if (deadlines === undefined) return;
    this.#set.set(waiting, deadlines);
    deadlines.set(waiting);
  }

  clear(waiting: T): void {
    this.#set.get(waiting)?.clear(waiting);
    this.#set.delete(waiting);
  }

  #due(delay: number): void {
    const due = this.#steps.find((step) => step.delay === delay)?.deadlines.takeDue() ?? [];
    for (const waiting of due) {
      this.#set.delete(waiting);
      waiting.hedge();
    }
  }
}
