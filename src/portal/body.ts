import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Refusal } from './refusal.ts';

type Body = { readonly text: string } | { readonly refusal: Refusal };

const brokenOff = { refusal: { status: 400, message: 'the connection ended within the body' } };

/**
 * The body of a request as text, up to so many bytes. What is longer is not read on: a length that is announced is believed, one
 * that is not is counted.
 */
export function readBody(request: IncomingMessage, most: number): Promise<Body> {
  const tooLarge = { refusal: { status: 413, message: `the body is larger than ${most} bytes`, headers: { Connection: 'close' } } };
  if (Number(request.headers['content-length'] ?? 0) > most) return Promise.resolve(tooLarge);
  // Of one whose connection has ended already, nothing more would be heard.
  if (request.destroyed) return Promise.resolve(brokenOff);
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const settle = (body: Body) => {
      request.off('data', take).off('end', finish).off('error', breakOff).off('close', breakOff);
      resolve(body);
    };
    const take = (chunk: Buffer) => {
      length += chunk.length;
      if (length <= most) chunks.push(chunk);
      else {
        request.pause();
        settle(tooLarge);
      }
    };
    const finish = () => settle(textOf(chunks));
    const breakOff = () => settle(brokenOff);
    request.on('data', take).on('end', finish).on('error', breakOff).on('close', breakOff);
  });
}

function textOf(chunks: readonly Buffer[]): Body {
  const [first] = chunks;
  const bytes = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
  return isUtf8(bytes) ? { text: bytes.toString() } : { refusal: { status: 400, message: 'Failed to decode request: not UTF-8' } };
}
