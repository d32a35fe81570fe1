import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP, isIPv6 } from 'node:net';
import type { PortalLimits } from './limits.ts';

/**
 * Addresses share this many budgets, so that no number of addresses fills the memory (a budget takes some 400 bytes). Which ones share
 * is a secret of the process: nobody can choose whose budget to use up.
 */
const BUDGETS = 2 ** 17;

/** Who is behind requests, as far as limits are concerned: whom one budget is for. */
export class Customers {
  readonly #secret = randomBytes(32);
  readonly #exempts: boolean;
  readonly #trustsProxy: boolean;
  #hasWarned = false;

  constructor(limits: Pick<PortalLimits, 'exemptPrivateAddresses'>, trustsProxy: boolean) {
    this.#exempts = limits.exemptPrivateAddresses;
    this.#trustsProxy = trustsProxy;
  }

  /** The number of a budget; undefined for who has no limits of its own. */
  budgetOf(request: IncomingMessage): number | undefined {
    const address = clientAddress(request, this.#trustsProxy);
    if (isPrivate(address)) {
      // Of who asks for others it is not known where those are: to spare a proxy its limits would spare them to everybody.
      const isForOthers = FORWARDED.some((field) => request.headers[field] !== undefined) && !(this.#trustsProxy && forwardedAddress(request) !== undefined);
      if (isForOthers && !this.#trustsProxy) this.#warn();
      if (this.#exempts && !isForOthers) return undefined;
    }
    return createHmac('sha256', this.#secret).update(networkOf(address)).digest().readUInt32BE() % BUDGETS;
  }

  #warn(): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    process.emitWarning('requests come through a reverse proxy that the portal was not told of: all who use it share the limits of one address, until trustProxy is said', {
      type: 'PortalWarning',
      code: 'UNTRUSTED_PROXY',
    });
  }
}

/** What proxies add to a request that they pass on. */
const FORWARDED = ['x-forwarded-for', 'forwarded', 'x-real-ip'] as const;

export function clientAddress(request: IncomingMessage, trustsProxy: boolean): string {
  const address = (trustsProxy ? forwardedAddress(request) : undefined) ?? request.socket.remoteAddress ?? '';
  return address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '');
}

/** The last address in `X-Forwarded-For` is the one the proxy itself added; those before it are the client's own words. */
function forwardedAddress({ headers }: IncomingMessage): string | undefined {
  const forwarded = headers['x-forwarded-for'];
  const last = (Array.isArray(forwarded) ? forwarded.join() : forwarded)?.split(',').at(-1)?.trim();
  return last !== undefined && isIP(last) !== 0 ? last : undefined;
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
