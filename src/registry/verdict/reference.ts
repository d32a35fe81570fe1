import { Point } from '@noble/ed25519';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { equalBytes } from '../bytes.ts';

/** The order of the base point. */
const L = /* @__PURE__ */ (() => Point.CURVE().n)();

/**
 * The rule itself: a signature is valid exactly when Go's `crypto/ed25519`, which the network's hosts run, says so. S < L; the public
 * key A is decoded leniently (y ≥ p and x = 0 with a sign bit pass); R is recomputed as [S]B − [k]A without the cofactor and compared
 * byte by byte, so R has one encoding. k hashes the bytes as they came.
 * Not noble's own `verify`: it multiplies by the cofactor, and accepts what hosts refuse.
 * @param signature 64 bytes, R ‖ S; any other length is `false`
 * @param publicKey 32 bytes; any other length is `false`
 */
export function verifyByReference(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.length !== 64 || publicKey.length !== 32) return false;
  const R = signature.subarray(0, 32);
  const S = fromLittleEndian(signature.subarray(32));
  if (S >= L) return false;
  const A = decodeLeniently(publicKey);
  if (A === undefined) return false;
  const k = fromLittleEndian(sha512(concatBytes(R, publicKey, message))) % L;
  const recomputed = Point.BASE.multiplyUnsafe(S).subtract(A.multiplyUnsafe(k));
  return equalBytes(recomputed.toBytes(), R);
}

function decodeLeniently(publicKey: Uint8Array): Point | undefined {
  try {
    return Point.fromBytes(publicKey, true);
  } catch {
    return undefined; // not the y of any point of the curve
  }
}

function fromLittleEndian(bytes: Uint8Array): bigint {
  let hex = '0x';
  for (let i = bytes.length - 1; i >= 0; i--) hex += (bytes[i] as number).toString(16).padStart(2, '0');
  return BigInt(hex);
}
