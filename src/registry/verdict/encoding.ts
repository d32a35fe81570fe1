import { hexToBytes } from '@noble/hashes/utils.js';
import { equalBytes } from '../bytes.ts';

/**
 * The y coordinates, little-endian, of the eight points of small order: 0 (order 4), 1 (the identity), −1 (order 2) and the two of
 * order 8. Each with either sign bit.
 */
const SMALL_ORDER_Y = /* @__PURE__ */ [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
].map(hexToBytes);

/**
 * Whether engines may differ about an encoded point (32 bytes): it is of small order, or its y is not below p = 2²⁵⁵−19. What Web
 * Crypto should do with such keys and signatures is still argued about (WICG webcrypto-secure-curves, issue 27), and noble and
 * libsodium do differ, so the reference alone decides about them.
 */
export function isContested(point: Uint8Array): boolean {
  const y = Uint8Array.from(point);
  y[31] = (y[31] as number) & 0x7f;
  return !isBelowP(y) || SMALL_ORDER_Y.some((small) => equalBytes(small, y));
}

/** p is `ed ff … ff 7f`, little-endian. */
function isBelowP(y: Uint8Array): boolean {
  if (y[31] !== 0x7f || (y[0] as number) < 0xed) return true;
  return y.subarray(1, 31).some((byte) => byte !== 0xff);
}
