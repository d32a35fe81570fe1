import { getPublicKey, hashes, sign } from '@noble/ed25519';
import { sha512 } from '@noble/hashes/sha2.js';
import type { Bytes } from './bytes.ts';

/** The public key of a seed (RFC 8032, section 5.1.5): 32 bytes of 32 bytes. */
export function publicKeyOfSeed(seed: Bytes): Bytes {
  useOwnSha512();
  return Uint8Array.from(getPublicKey(seed));
}

/** Signs a message (ed25519, RFC 8032, section 5.1.6): 64 bytes. `seed` is 32 bytes. */
export function signWithSeed(message: Uint8Array, seed: Bytes): Bytes {
  useOwnSha512();
  return Uint8Array.from(sign(message, seed));
}

/** noble calls whatever stands in this slot, which all code of the realm shares: with another hash the key would be another. */
function useOwnSha512(): void {
  if (hashes.sha512 !== sha512) hashes.sha512 = sha512;
}
