import type { IncomingMessage } from 'node:http';
import type { Customers } from '../customer.ts';
import { RefusedRequest } from './refusals.ts';

export interface PlacesOptions {
  /** What is done there, in the plural. */
  readonly noun: string;
  readonly most: number;
  /** For one address. */
  readonly mostEach: number;
  readonly customers: Customers;
}

/** So many of one kind at a time, and so many of one address, that one cannot hold all there are. */
export class Places {
  readonly #options: PlacesOptions;
  #taken = 0;
  readonly #takenBy = new Map<number, number>();

  constructor(options: PlacesOptions) {
    this.#options = options;
  }

  /**
   * Takes a place.
   * @returns what gives it back: once
   * @throws RefusedRequest 429 if the address has as many as it may, 503 if there is none
   */
  take(request: IncomingMessage): () => void {
    const { noun, most, mostEach, customers } = this.#options;
    const budget = customers.budgetOf(request);
    // A body that was not read is in the way of the next request.
    const headers = { 'Retry-After': '1', ...(request.method === 'POST' ? { Connection: 'close' } : {}) };
    if (budget !== undefined && this.#of(budget) >= mostEach) throw new RefusedRequest(429, `too many ${noun} at a time from this address`, headers);
    if (this.#taken >= most) throw new RefusedRequest(503, `too many ${noun} at a time`, headers);
    this.#count(budget, 1);
    return () => this.#count(budget, -1);
  }

  #of(budget: number): number {
    return this.#takenBy.get(budget) ?? 0;
  }

  #count(budget: number | undefined, change: 1 | -1): void {
    this.#taken += change;
    if (budget === undefined) return;
    const taken = this.#of(budget) + change;
    if (taken === 0) this.#takenBy.delete(budget);
    else this.#takenBy.set(budget, taken);
  }
}
