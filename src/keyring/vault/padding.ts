import type { Bytes } from '../../registry/bytes.ts';

/** Hides how many keys a vault holds. */
const STEP = 256;
const LENGTH_BYTES = 4;

/** What the padded payload may have, in bytes. */
export const MAX_PADDED_BYTES = 524_288;
export const MAX_PAYLOAD_BYTES = MAX_PADDED_BYTES - LENGTH_BYTES;

/** `u32be(length) ‖ payload ‖ zeros`, the fewest that make a multiple of 256 bytes. Whoever takes it wipes it. */
export function pad(payload: Uint8Array): Bytes {
  const padded = new Uint8Array(paddedLength(payload.length));
  new DataView(padded.buffer).setUint32(0, payload.length);
  padded.set(payload, LENGTH_BYTES);
  return padded;
}

/** The payload as a copy, or undefined if it was not padded so. */
export function unpad(padded: Uint8Array): Bytes | undefined {
  if (padded.length < STEP) return undefined;
  const length = new DataView(padded.buffer, padded.byteOffset).getUint32(0);
  if (paddedLength(length) !== padded.length) return undefined;
  if (padded.subarray(LENGTH_BYTES + length).some((byte) => byte !== 0)) return undefined;
  return padded.slice(LENGTH_BYTES, LENGTH_BYTES + length);
}

const paddedLength = (length: number): number => Math.ceil((LENGTH_BYTES + length) / STEP) * STEP;
