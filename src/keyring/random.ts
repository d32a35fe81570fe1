import { sha256 } from '@noble/hashes/sha2.js';
import { RegistryError } from '../error.ts';
import { equalBytes, type Bytes } from '../registry/bytes.ts';

/** What two draws are compared by. A source that repeats itself does so whatever the lengths. */
const COMPARED_BYTES = 16;

/** Of the draw before this one, which was somebody's secret: its hash, not itself. */
let drawnBefore: Bytes | undefined;

/**
 * Random bytes for a secret, of the platform's generator. One that is broken in the ways generators were seen to be, giving
 * nothing or the same again, is not used.
 * @param length 16 or more
 * @throws RegistryError `UNSUPPORTED`
 */
export function randomSecret(length: number): Bytes {
  drawnBefore ??= fingerprint(draw(COMPARED_BYTES));
  const bytes = draw(length);
  const drawn = fingerprint(bytes);
  if (equalBytes(drawn, drawnBefore)) {
    bytes.fill(0);
    throw brokenSource('repeats itself');
  }
  drawnBefore = drawn;
  return bytes;
}

function draw(length: number): Bytes {
  const bytes = new Uint8Array(length);
  crypto.getRandomValues(bytes);
  if (bytes.every((byte) => byte === 0)) throw brokenSource('gives nothing but zeros');
  return bytes;
}

const fingerprint = (bytes: Bytes): Bytes => sha256(bytes.subarray(0, COMPARED_BYTES));

const brokenSource = (fault: string): RegistryError =>
  new RegistryError('UNSUPPORTED', `the random number generator of this platform ${fault}`, { hint: 'No secret can be made here; use another browser or machine.' });
