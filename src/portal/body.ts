import type { IncomingMessage } from 'node:http';
import type { Refusal } from './refusal.ts';

/**
 * The body of a request as text, up to so many bytes. What is longer is not read on: a length that is announced is believed, one
 * that is not is counted.
 */
export async function readBody(request: IncomingMessage, most: number): Promise<{ readonly text: string } | { readonly refusal: Refusal }> {
  const tooLarge = { refusal: { status: 413, message: `the body is larger than ${most} bytes`, headers: { Connection: 'close' } } };
  if (Number(request.headers['content-length'] ?? 0) > most) return tooLarge;
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    // The connection must outlive the loop: the refusal goes out on it.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > most) return tooLarge;
      chunks.push(chunk);
    }
  } catch {
    return { refusal: { status: 400, message: 'the connection ended within the body' } };
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks)) };
  } catch {
    return { refusal: { status: 400, message: 'Failed to decode request: not UTF-8' } };
  }
}
