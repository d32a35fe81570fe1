import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Refusal } from './refusal.ts';

type Body<T> = T | { readonly refusal: Refusal };

const brokenOff = { refusal: { status: 400, message: 'the connection ended within the body' } };
const late = { refusal: { status: 408, message: 'the request took too long to arrive', headers: { Connection: 'close' } } };

/**
 * The body of a request, up to so many bytes and milliseconds. What is longer is not read on: a length that is announced is believed, one
 * that is not is counted.
 */
export function readBytes(request: IncomingMessage, most: number, timeout: number): Promise<Body<{ readonly bytes: Buffer }>> {
  const tooLarge = { refusal: { status: 413, message: `the body is larger than ${most} bytes`, headers: { Connection: 'close' } } };
  if (Number(request.headers['content-length'] ?? 0) > most) return Promise.resolve(tooLarge);
  // Of one whose connection has ended already, nothing more would be heard.
  if (request.destroyed) return Promise.resolve(brokenOff);
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const settle = (body: Body<{ readonly bytes: Buffer }>) => {
      clearTimeout(deadline);
      request.off('data', take).off('end', finish).off('error', breakOff).off('close', breakOff);
      resolve(body);
    };
    const giveUp = (refusal: typeof tooLarge) => {
      request.pause();
      settle(refusal);
    };
    const take = (chunk: Buffer) => {
      length += chunk.length;
      if (length <= most) chunks.push(chunk);
      else giveUp(tooLarge);
    };
    const finish = () => settle({ bytes: whole(chunks) });
    const breakOff = () => settle(brokenOff);
    const deadline = setTimeout(() => giveUp(late), timeout);
    request.on('data', take).on('end', finish).on('error', breakOff).on('close', breakOff);
  });
}

function whole(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
}

/** {@link readBytes}, as text. */
export async function readBody(request: IncomingMessage, most: number, timeout: number): Promise<Body<{ readonly text: string }>> {
  const body = await readBytes(request, most, timeout);
  if ('refusal' in body) return body;
  return isUtf8(body.bytes) ? { text: body.bytes.toString() } : { refusal: { status: 400, message: 'Failed to decode request: not UTF-8' } };
}
