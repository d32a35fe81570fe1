import { RegistryError } from '../../src/error.ts';
import type { Clock, Fetch } from '../../src/world.ts';

/** What a portal answered. */
export interface Answer {
  readonly status: number;
  /** Undefined if the body is not UTF-8. */
  readonly text: string | undefined;
  /** Whether the portal says that it keeps preconditions of writes. */
  readonly keepsPreconditions: boolean;
}

export interface Request {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  /** The portal's URL as it was configured, for errors. */
  readonly portal: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface ExchangeLimits {
  /** The longest body that is read, in bytes; reading stops where there is more: of a success it is `TOO_LARGE`, of anything else the status tells enough. */
  readonly answerBytes: number;
  /** From the first byte sent to the last byte read, in milliseconds. */
  readonly deadline: number;
}

/** HTTP exchanges with portals: each has a deadline and a largest answer, follows no redirect, and carries no cookie. */
export class Exchange {
  readonly #fetch: Fetch;
  readonly #clock: Clock;

  constructor(fetch: Fetch, clock: Clock) {
    this.#fetch = fetch;
    this.#clock = clock;
  }

  /**
   * @throws RegistryError `TIMEOUT`, `TOO_LARGE`, `ABORTED`, or `UNREACHABLE`, with the portal's URL; `UNCONFIRMED` for a POST that the portal may have got
   */
  async send(request: Request, limits: ExchangeLimits, signal?: AbortSignal): Promise<Answer> {
    const { method, url, portal, headers, body } = request;
    const abort = new AbortController();
    const timer = this.#clock.setTimeout(() => abort.abort(new RegistryError('TIMEOUT', `no answer within ${limits.deadline} ms`, { portal })), limits.deadline);
    const onAbort = (): void => abort.abort(new RegistryError('ABORTED', 'no longer needed', { portal }));
    signal?.addEventListener('abort', onAbort);
    if (signal?.aborted === true) onAbort();
    let response: Awaited<ReturnType<Fetch>> | undefined;
    try {
      response = await this.#fetch(url, {
        method,
        headers,
        ...(body === undefined ? {} : { body }),
        signal: abort.signal,
        redirect: 'error',
        cache: 'no-store',
        credentials: 'omit',
        referrerPolicy: 'no-referrer',
      });
      return answerOf(response, await readText(response, limits.answerBytes, portal));
    } catch (error) {
      if (abort.signal.aborted) throw abort.signal.reason;
      if (error instanceof RegistryError) {
        abort.abort(error); // stop what is still being sent to us
        // A long page is what stands before portals shows, about an error, or to have somebody sign in; that it is none of a portal's answers is enough.
        if (response !== undefined && !(response.ok && !isPage(response.headers))) return answerOf(response, undefined);
        throw error;
      }
      const isUnconfirmed = method === 'POST' && (response !== undefined || !neverLeft(error));
      throw new RegistryError(isUnconfirmed ? 'UNCONFIRMED' : 'UNREACHABLE', 'the portal could not be reached, or broke off', { portal, cause: error });
    } finally {
      this.#clock.clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    }
  }
}

const isPage = (headers: Headers): boolean => headers.get('content-type')?.startsWith('text/html') === true;

const answerOf = ({ status, headers }: Awaited<ReturnType<Fetch>>, text: string | undefined): Answer => ({ status, text, keepsPreconditions: headers.get('Registry-Preconditions') !== null });

/**
 * Whether the request surely never left: no connection was made. Node tells; a browser says the same of every failure, and so does not
 * count.
 */
function neverLeft(error: unknown): boolean {
  const { cause } = error as { cause?: { code?: unknown } };
  return typeof cause?.code === 'string' && /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/.test(cause.code);
}

async function readText({ body, headers }: Pick<Response, 'body' | 'headers'>, most: number, portal: string): Promise<string | undefined> {
  const tooLarge = (): RegistryError => new RegistryError('TOO_LARGE', `the answer is longer than ${most} bytes`, { portal });
  if (Number(headers.get('content-length') ?? 0) > most) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = body?.getReader();
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done) return textOf(chunks, length);
    length += value.length;
    // The length announced is the portal's word, and says nothing of what a compressed body unpacks to.
    if (length > most) throw tooLarge();
    chunks.push(value);
  }
}

function textOf(chunks: readonly Uint8Array[], length: number): string | undefined {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
