import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP, isIPv6 } from 'node:net';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { PortalLimits } from './limits.ts';

/**
 * Addresses share this many budgets, so that no number of addresses fills the memory (a budget takes some 400 bytes). Which ones share
 * is a secret of the process: nobody can choose whose budget to use up.
 */
const BUDGETS = 2 ** 17;

/** Whether an address has asked too often: a budget a minute. */
export class RateLimit {
  readonly #limiter: RateLimiterMemory;
  readonly #secret = randomBytes(32);
  readonly #exempts: boolean;
  readonly #trustsProxy: boolean;

  constructor(limits: Pick<PortalLimits, 'requestsPerMinute' | 'exemptPrivateAddresses'>, trustsProxy: boolean) {
    this.#limiter = new RateLimiterMemory({ points: limits.requestsPerMinute, duration: 60 });
    this.#exempts = limits.exemptPrivateAddresses;
    this.#trustsProxy = trustsProxy;
  }

  /** Counts a request. @returns after how many seconds to come again, or undefined if it may go on */
  async secondsToWait(request: IncomingMessage): Promise<number | undefined> {
    const address = clientAddress(request, this.#trustsProxy);
    if (this.#exempts && isPrivate(address)) return undefined;
    try {
      await this.#limiter.consume(this.#budgetOf(address));
      return undefined;
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
      throw refusal;
    }
  }

  #budgetOf(address: string): number {
    return createHmac('sha256', this.#secret).update(networkOf(address)).digest().readUInt32BE() % BUDGETS;
  }
}

/** The last address in `X-Forwarded-For` is the one the proxy itself added; those before it are the client's own words. */
export function clientAddress(request: IncomingMessage, trustsProxy: boolean): string {
  const forwarded = trustsProxy ? request.headers['x-forwarded-for'] : undefined;
  const last = (Array.isArray(forwarded) ? forwarded.join() : forwarded)?.split(',').at(-1)?.trim();
  const address = last !== undefined && isIP(last) !== 0 ? last : (request.socket.remoteAddress ?? '');
  return address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '');
}

/** What one customer holds: an IPv4 address, the first 64 bits of an IPv6 one. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('%', 1).join().split('::');
  const given = groups(head);
  // An embedded IPv4 address stands for two groups, but never among the first four unless the gap is.
  const zeros = tail === undefined ? 0 : 8 - given.length - groups(tail).length - (tail.includes('.') ? 1 : 0);
  const all = [...given, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...groups(tail ?? '')];
  return all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

const groups = (text: string): readonly string[] => (text === '' ? [] : text.split(':'));

/** RFC 1918, RFC 3927, RFC 4193, RFC 4291: loopback, private and link-local. A regular expression, since `BlockList` takes ten times as long. */
const PRIVATE = /^(?:10|127|169\.254|172\.(?:1[6-9]|2\d|3[01])|192\.168)\.|^::1$|^f[cd][\da-f]{2}:|^fe[89ab][\da-f]:/;

const isPrivate = (address: string): boolean => PRIVATE.test(address);
