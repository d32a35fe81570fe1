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
  return equalBytes(combine(S, k, A).toBytes(), R);
}

/** Digits of a number below 2²⁵⁴ in base 4. */
const DIGITS = 127;

/**
 * [S]B − [k]A, two bits of both at a time (Straus, "Addition chains of vectors"): no slower than with noble's table of multiples of B, which has to be
 * made first, and costs as much as twenty signatures. The additions are complete: whatever points of the curve come together.
 */
function combine(S: bigint, k: bigint, A: Point): Point {
  const multiples = [Point.ZERO];
  for (let i = 1; i < 16; i++) multiples.push(i < 4 ? (multiples[i - 1] as Point).add(Point.BASE) : (multiples[i - 4] as Point).subtract(A));
  const [ofB, ofA] = [S, k].map((scalar) => scalar.toString(4).padStart(DIGITS, '0')) as [string, string];
  let sum = Point.ZERO;
  for (let i = 0; i < DIGITS; i++) sum = sum.double().double().add(multiples[Number(ofB[i]) + 4 * Number(ofA[i])] as Point);
  return sum;
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
