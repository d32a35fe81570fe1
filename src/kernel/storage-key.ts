import { sha512 } from '@noble/hashes/sha2.js';
import type { Bytes } from '../registry/bytes.ts';

const PREFIX = 'secure-registry module storage v1';

/**
 * The key that a module's storage is kept under, 32 bytes: the first half of sha512(`secure-registry module storage v1` ‖ `seed`). All modules of a kernel share one
 * origin, and so one storage; this is told by no other module's seed.
 * @param seed what the kernel presented: 16 bytes, or a key's 32. It is not written to
 */
export function storageKey(seed: Uint8Array): Bytes {
  const prefix = new TextEncoder().encode(PREFIX);
  const preimage = new Uint8Array(prefix.length + seed.length);
  preimage.set(prefix);
  preimage.set(seed, prefix.length);
  const hash = sha512(preimage);
  try {
    return hash.slice(0, 32);
  } finally {
    preimage.fill(0);
    hash.fill(0);
  }
}
