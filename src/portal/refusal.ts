import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { refusalBody } from '../registry/wire/index.ts';

export const JSON_TYPE = 'application/json; charset=utf-8';

/** An answer other than what was asked for, in the one shape all of them have: `{"message":…}` and a line feed. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const UNAUTHORIZED: Refusal = {
  status: 401,
  message: 'unauthorized: this portal wants an API key',
  // Not Basic, though it is taken: a browser would open a dialog.
  headers: { 'WWW-Authenticate': 'Bearer' },
};

export const tooManyRequests = (seconds: number): Refusal => ({
  status: 429,
  message: 'too many requests from this address',
  headers: { 'Retry-After': String(seconds) },
});

/** Writes a refusal where there is no response to write it to: before an upgrade, or for what Node could not read. Ends the socket. */
export function refuseSocket(socket: Duplex, { status, message, headers = {} }: Refusal, identity: Readonly<Record<string, string>>): void {
  const body = refusalBody(message);
  const lines = Object.entries({
    ...identity,
    ...headers,
    'Content-Type': JSON_TYPE,
    'Content-Length': String(Buffer.byteLength(body)),
    'Cache-Control': 'no-store',
    Connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`, () => socket.destroy());
}
