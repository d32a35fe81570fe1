import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Who may use a portal: everybody, or who knows its key. The key itself is forgotten, only its hash is kept. */
export class Access {
  readonly #hash: Buffer | undefined;

  constructor(apiKey: string | undefined) {
    this.#hash = apiKey === undefined ? undefined : sha256(apiKey);
  }

  /** Whether the headers bring the key, in one of the three ways clients have. */
  allows(headers: IncomingHttpHeaders): boolean {
    const hash = this.#hash;
    // Hashes are of one length, and comparing them takes one time whatever they are.
    return hash === undefined || keysIn(headers).some((key) => timingSafeEqual(sha256(key), hash));
  }
}

function keysIn(headers: IncomingHttpHeaders): readonly string[] {
  const apiKey = headers['skynet-api-key'];
  const [, scheme = '', credentials = ''] = /^(\S+) +(\S+) *$/.exec(headers.authorization ?? '') ?? [];
  return [
    ...(typeof apiKey === 'string' ? [apiKey] : []),
    ...(scheme.toLowerCase() === 'bearer' ? [credentials] : []),
    ...(scheme.toLowerCase() === 'basic' ? [passwordOf(credentials)] : []),
  ];
}

/** RFC 7617: base64 of `user:password`, the user without a colon. */
function passwordOf(credentials: string): string {
  const pair = Buffer.from(credentials, 'base64').toString();
  return pair.slice(pair.indexOf(':') + 1);
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
