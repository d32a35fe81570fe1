import type { IncomingMessage } from 'node:http';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Customers } from './customer.ts';
import type { PortalLimits } from './limits.ts';

/** Work on so many bytes of files, which takes some 10 ms, counts as one request more. */
const BYTES_A_REQUEST = 256 * 1024;

/** Whether a customer has asked too often, or for too much: a budget a minute. */
export class RateLimit {
  readonly #limiter: RateLimiterMemory;
  readonly #points: number;
  readonly #customers: Customers;

  constructor(limits: Pick<PortalLimits, 'requestsPerMinute'>, customers: Customers) {
    this.#points = limits.requestsPerMinute;
    this.#limiter = new RateLimiterMemory({ points: limits.requestsPerMinute, duration: 60 });
    this.#customers = customers;
  }

  /** Counts a request. @returns after how many seconds to come again, or undefined if it may go on */
  async secondsToWait(request: IncomingMessage): Promise<number | undefined> {
    const budget = this.#customers.budgetOf(request);
    if (budget === undefined) return undefined;
    try {
      await this.#limiter.consume(budget);
      return undefined;
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return secondsUntil(refusal);
      throw refusal;
    }
  }

  /**
   * Counts the work that a request turned out to be. What is left of a budget may be overdrawn by it, so that no file is too large for a portal with a low limit; it is refused if that was done by another one meanwhile.
   * @param bytes of files that were sent or are to be hashed
   * @returns as {@link secondsToWait}
   */
  async secondsToWaitFor(request: IncomingMessage, bytes: number): Promise<number | undefined> {
    const budget = this.#customers.budgetOf(request);
    if (budget === undefined) return undefined;
    const points = Math.floor(bytes / BYTES_A_REQUEST);
    const counted = await this.#limiter.penalty(budget, points);
    return counted.consumedPoints - points > this.#points ? secondsUntil(counted) : undefined;
  }
}

const secondsUntil = ({ msBeforeNext }: RateLimiterRes): number => Math.max(1, Math.ceil(msBeforeNext / 1000));
