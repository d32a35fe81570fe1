import type { IncomingMessage } from 'node:http';
import { RegistryError } from '../../error.ts';
import type { RateLimit } from '../rate.ts';
import { tooManyRequests, type Refusal } from '../refusal.ts';

/** What is refused on the way to an answer. It is thrown: what asks is several steps away from what answers. */
export class RefusedRequest extends Error {
  readonly refusal: Refusal;
  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.refusal = { status, message, headers };
  }
}

export const notFound = (what: string): RefusedRequest => new RefusedRequest(404, what);

/** The result of reading what a client sent; what cannot be read is a 400 that says so. */
export function readOr400<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RegistryError && (error.code === 'INVALID_INPUT' || error.code === 'UNSUPPORTED')) throw new RefusedRequest(400, `${what}: ${error.message}`);
    throw error;
  }
}

/** Counts the work on so many bytes of files for who asks for it. @throws RefusedRequest 429 */
export async function countWork(rate: RateLimit, request: IncomingMessage, bytes: number): Promise<void> {
  const seconds = await rate.secondsToWaitFor(request, bytes);
  if (seconds === undefined) return;
  const { status, message, headers } = tooManyRequests(seconds);
  throw new RefusedRequest(status, message, headers);
}
