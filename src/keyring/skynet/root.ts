import { hkdf } from '@noble/hashes/hkdf.js';
import { sha512 } from '@noble/hashes/sha2.js';
import type { Bytes } from '../../registry/bytes.ts';
import { cachedRoot, type CachedRoot } from '../root.ts';

/**
 * Keys of a keyring are apart from all that Skynet derives of the same 16 bytes: HKDF (RFC 5869) with SHA-512, no salt, and a name of
 * our own. These can never change.
 */
const INFO = new TextEncoder().encode('secure-registry keyring v1');
const SUBSTRATE_INFO = new TextEncoder().encode('secure-registry keyring v1 substrate');

/** The root of the keys of a Skynet seed. Takes over the seed, 16 bytes. */
export const skynetRoot = (seed: Bytes): CachedRoot =>
  cachedRoot({ seed: () => hkdf(sha512, seed, undefined, INFO, 64), miniSecret: () => hkdf(sha512, seed, undefined, SUBSTRATE_INFO, 32) }, seed);
