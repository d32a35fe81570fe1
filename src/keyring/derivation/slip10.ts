import { hmac } from '@noble/hashes/hmac.js';
import { sha512 } from '@noble/hashes/sha2.js';
import type { Bytes } from '../../registry/bytes.ts';
import { HARDENED, indexesOf } from './path.ts';

const MASTER = new TextEncoder().encode('ed25519 seed');

/** {@link indexesOf}, all of them hardened: ed25519 has no others. */
export function hardenedIndexesOf(path: string): readonly number[] | undefined {
  const indexes = indexesOf(path);
  return indexes?.every((index) => index >= HARDENED) === true ? indexes : undefined;
}

/**
 * The ed25519 seed at a path (SLIP-0010): 32 bytes.
 * @param seed 16 to 64 bytes
 */
export function deriveSlip10(seed: Bytes, indexes: readonly number[]): Bytes {
  let node = hmac(sha512, MASTER, seed);
  for (const index of indexes) {
    const child = childOf(node, index);
    node.fill(0);
    node = child;
  }
  const key = node.slice(0, 32);
  node.fill(0);
  return key;
}

/** HMAC(chain code, 0x00 ‖ key ‖ index); a node is key ‖ chain code. */
function childOf(node: Bytes, index: number): Bytes {
  const data = new Uint8Array(37);
  data.set(node.subarray(0, 32), 1);
  new DataView(data.buffer).setUint32(33, index);
  const child = hmac(sha512, node.subarray(32), data);
  data.fill(0);
  return child;
}
