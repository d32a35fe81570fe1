import { secp256k1 as curve } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { randomSecret } from '../random.ts';
import type { Algorithm } from './algorithm.ts';

/**
 * ECDSA on secp256k1 (SEC 1, nonces of RFC 6979), s in the lower half. Messages are hashed with SHA-256; payloads as Ethereum's
 * accounts on Substrate's chains are, with keccak-256, the signature being r ‖ s ‖ recovery (65 bytes). The address is EIP-55.
 */
export const secp256k1: Algorithm = {
  secretBytes: 32,
  publicBytes: 33,
  generate() {
    // A draw beyond the order of the group is as rare as a collision.
    for (;;) {
      const secret = randomSecret(32);
      if (curve.utils.isValidSecretKey(secret)) return secret;
    }
  },
  publicKeyOf: (secret) => (curve.utils.isValidSecretKey(secret) ? curve.getPublicKey(secret, true) : undefined),
  addressOf: (publicKey) => checksummed(keccak_256(curve.Point.fromBytes(publicKey).toBytes(false).subarray(1)).subarray(12)),
  signFrame: (frame, secret) => curve.sign(sha256(frame), secret, { prehash: false, lowS: true }),
  verifyFrame(signature, frame, publicKey) {
    try {
      return curve.verify(signature, sha256(frame), publicKey, { prehash: false, lowS: true });
    } catch {
      return false; // no point of the curve, or no numbers of the group
    }
  },
  signPayload(payload, secret) {
    const recovered = curve.sign(keccak_256(payload), secret, { prehash: false, lowS: true, format: 'recovered' });
    const signature = new Uint8Array(65);
    signature.set(recovered.subarray(1));
    signature.set(recovered.subarray(0, 1), 64);
    return signature;
  },
};

/** An account as EIP-55 writes its 20 bytes: a letter is large where the same digit of the hash of the small ones is 8 or more. */
export function checksummed(address: Uint8Array): string {
  const small = bytesToHex(address);
  const hash = bytesToHex(keccak_256(new TextEncoder().encode(small)));
  return `0x${Array.from(small, (letter, i) => (Number.parseInt(hash.charAt(i), 16) >= 8 ? letter.toUpperCase() : letter)).join('')}`;
}
