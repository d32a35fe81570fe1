import { bytesToHex } from '@noble/hashes/utils.js';
import { hasCode, RegistryError } from '../../src/error.ts';
import { workChecked, type CheckedEntry, type EntryKey } from '../../src/registry/index.ts';
import { REGISTRY_PATH, readAnswer, readPath, readRefusal, writeBody, type Claim } from '../../src/registry/wire/index.ts';
import type { Random } from '../../src/world.ts';
import type { Conduct } from './conduct.ts';
import type { Answer, Exchange, ExchangeLimits, Request } from './exchange.ts';

/** A portal as it was configured. */
export interface PortalAddress {
  /** Origin and path, without a slash at the end. */
  readonly url: string;
  readonly apiKey?: string | undefined;
}

/** What a portal said when it was asked for an entry. */
export type AskOutcome = { readonly kind: 'claim'; readonly claim: Claim } | { readonly kind: 'missing' };

/** What a portal said when it was sent an entry. */
export type PostOutcome =
  /** `isGuarded`: it would not have been, had the portal held another entry than the one that was named. */
  | { readonly kind: 'accepted'; readonly isGuarded: boolean }
  /** A definite no: it holds another entry, or does not take this one. */
  | { readonly kind: 'refused'; readonly status: number; readonly message: string };

export interface ClientLimits extends ExchangeLimits {
  /** As the deadline of a question is {@link ExchangeLimits.deadline}, that of a write, in milliseconds. */
  readonly writeDeadline: number;
  /** How long the portal itself may look for an entry, in whole seconds. */
  readonly lookupSeconds: number;
}

/** One portal's HTTP registry API, as a client sees it. */
export class RegistryClient {
  readonly #exchange: Exchange;
  readonly #limits: ClientLimits;
  readonly #conduct: Pick<Conduct, 'sentGarbage' | 'sentTooMuch'>;
  /** URLs of the portals whose last answer about an entry said that they keep preconditions. */
  readonly #keeping = new Set<string>();

  /** What no other client's keys of writes begin with. */
  readonly #keys: string;

  /** @param conduct told what no portal answers that understands what it is asked */
  constructor(exchange: Exchange, limits: ClientLimits, conduct: Pick<Conduct, 'sentGarbage' | 'sentTooMuch'>, random: Random) {
    this.#exchange = exchange;
    this.#limits = limits;
    this.#conduct = conduct;
    this.#keys = `${random()}`.slice(2) + `${random()}`.slice(2);
  }

  /** @throws RegistryError for whatever is neither an entry nor a "not found" */
  async ask(portal: PortalAddress, key: EntryKey, signal: AbortSignal): Promise<AskOutcome> {
    const url = `${portal.url}${readPath(key, this.#limits.lookupSeconds)}`;
    const answer = await this.#send({ method: 'GET', url, portal: portal.url, headers: authorization(portal) }, this.#limits, signal);
    if (answer.status === 200) {
      const claim = this.#claimIn(answer, portal);
      this.#note(portal, answer);
      return { kind: 'claim', claim };
    }
    const message = messageIn(answer);
    // A portal whose own search timed out answers 404 as well; only the text tells (portal protocol, "Errors").
    if (answer.status === 404 && message !== undefined && !/tim(?:ed[ -]?out|e[ -]?out)/i.test(message)) {
      this.#note(portal, answer);
      return { kind: 'missing' };
    }
    if (answer.status === 404 && message !== undefined) throw new RegistryError('TIMEOUT', 'the portal gave up looking for the entry', { portal: portal.url });
    throw unusable(answer, portal);
  }

  /**
   * @param replaces the entry that it is to take the place of, or `null` for none: a precondition, where the portal keeps them
   * @throws RegistryError for whatever is neither a yes nor a definite no; then the entry may have been stored, or may not
   */
  async post(portal: PortalAddress, entry: CheckedEntry, replaces?: CheckedEntry | null, signal?: AbortSignal): Promise<PostOutcome> {
    const precondition = replaces === undefined || !this.#keeping.has(portal.url) ? undefined : { ...preconditionOf(replaces), 'Idempotency-Key': this.#keyOf(entry) };
    const headers = { ...authorization(portal), ...precondition, 'content-type': 'text/plain;charset=UTF-8' };
    const request = { method: 'POST', url: `${portal.url}${REGISTRY_PATH}`, portal: portal.url, headers, body: writeBody(entry) } as const;
    const answer = await this.#send(request, { ...this.#limits, deadline: this.#limits.writeDeadline }, signal);
    if (answer.status === 204) return { kind: 'accepted', isGuarded: precondition !== undefined && answer.keepsPreconditions };
    const message = messageIn(answer);
    if (message !== undefined && isDefinite(answer.status, message)) return { kind: 'refused', status: answer.status, message };
    throw unusable(answer, portal, 'UNCONFIRMED');
  }

  async #send(request: Request, limits: ExchangeLimits, signal: AbortSignal | undefined): Promise<Answer> {
    try {
      return await this.#exchange.send(request, limits, signal);
    } catch (error) {
      if (hasCode(error, 'TOO_LARGE')) this.#conduct.sentTooMuch(request.portal);
      throw error;
    }
  }

  #claimIn({ text }: Answer, { url }: PortalAddress): Claim {
    const claim = text === undefined ? undefined : readAnswer(text);
    if (claim !== undefined) return claim;
    this.#conduct.sentGarbage(url, text);
    throw new RegistryError('UNREACHABLE', 'the portal answered something that is no entry', { portal: url });
  }

  /**
   * The key of a write: the same when it is sent again, by us, or by a browser, which sends what got no answer once more without a word; another one than that of a writer who
   * makes the very same entry.
   */
  #keyOf({ signature }: CheckedEntry): string {
    return (this.#keys + bytesToHex(signature.subarray(0, 12))).slice(-64);
  }

  /** Other answers may be those of what stands before the portal, and say nothing of it. */
  #note({ url }: PortalAddress, { keepsPreconditions }: Answer): void {
    if (keepsPreconditions) this.#keeping.add(url);
    else this.#keeping.delete(url);
  }
}

/** RFC 9110, section 13.1; an entry's tag is its work hash in hex. */
const preconditionOf = (replaces: CheckedEntry | null): Readonly<Record<string, string>> =>
  replaces === null ? { 'If-None-Match': '*' } : { 'If-Match': `"${bytesToHex(workChecked(replaces))}"` };

/** `text/plain` and no header of ours unless a key is given: then a browser sends no preflight. */
function authorization({ apiKey }: PortalAddress): Readonly<Record<string, string>> {
  return apiKey === undefined ? {} : { 'Skynet-Api-Key': apiKey };
}

/** 400 and 412 are about the entry; a bad signature is a 500 that says so. Other statuses are about the portal. */
const isDefinite = (status: number, message: string): boolean => status === 400 || status === 412 || (status === 500 && message.includes('invalid signature'));

const messageIn = ({ text }: Answer): string | undefined => (text === undefined ? undefined : readRefusal(text));

/** @param otherwise what it means that a portal was there, and could not or would not do it */
function unusable({ status }: Answer, { url }: PortalAddress, otherwise: 'UNREACHABLE' | 'UNCONFIRMED' = 'UNREACHABLE'): RegistryError {
  if (status === 429) return new RegistryError('THROTTLED', 'the portal says that it was asked too often', { portal: url });
  if (status === 401 || status === 403) return new RegistryError('FORBIDDEN', `the portal wants a key (status ${status})`, { portal: url, hint: 'give the portal an apiKey' });
  return new RegistryError(otherwise, `the portal answered with status ${status}`, { portal: url });
}
