import { blake2b } from '@noble/hashes/blake2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { base58 } from '@scure/base';
import { getPublicKey, secretFromSeed, sign, verify } from '@scure/sr25519';
import type { Bytes } from '../../registry/bytes.ts';
import { randomSecret } from '../random.ts';
import type { Algorithm } from './algorithm.ts';

/** Any Substrate chain. */
const SS58_PREFIX = 42;
const SS58_CHECKSUM_BYTES = 2;

/** schnorrkel on ristretto255, in Substrate's signing context. The address is SS58 of prefix 42. */
export const sr25519: Algorithm = {
  secretBytes: 64,
  publicBytes: 32,
  generate() {
    const seed = randomSecret(32);
    try {
      return secretFromSeed(seed);
    } finally {
      seed.fill(0);
    }
  },
  publicKeyOf(secret) {
    // The scalar is kept times the cofactor, 8; the library drops a remainder, and so would know one key by eight names.
    if (((secret[0] ?? 0) & 7) !== 0) return undefined;
    try {
      return getPublicKey(secret);
    } catch {
      return undefined; // a scalar of zero, or beyond the order of the group
    }
  },
  addressOf: ss58,
  signFrame: signFresh,
  verifyFrame(signature, frame, publicKey) {
    try {
      return verify(frame, signature, publicKey);
    } catch {
      return false; // no mark of schnorrkel's, or no point of the group
    }
  },
  signPayload: signFresh,
};

/** A signature's randomness is the platform's, checked as that of secrets is. */
function signFresh(message: Bytes, secret: Bytes): Bytes {
  const random = randomSecret(32);
  try {
    return sign(secret, message, random);
  } finally {
    random.fill(0);
  }
}

function ss58(publicKey: Bytes): string {
  const body = concatBytes(Uint8Array.of(SS58_PREFIX), publicKey);
  const checksum = blake2b(concatBytes(new TextEncoder().encode('SS58PRE'), body), { dkLen: 64 }).subarray(0, SS58_CHECKSUM_BYTES);
  return base58.encode(concatBytes(body, checksum));
}
