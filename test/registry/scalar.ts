import { bytesToHex } from '@noble/hashes/utils.js';

/** The order of the base point, RFC 8032 section 5.1. */
const L = 2n ** 252n + 27742317777372353535851937790883648493n;

/** Whether the second half of a signature is a number below L, which tweetnacl does not ask. */
export function isBelowL(signature: Uint8Array): boolean {
  return BigInt(`0x${bytesToHex(signature.subarray(32).toReversed())}`) < L;
}
