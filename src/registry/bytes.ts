import { invalidInput } from '../error.ts';

/** Bytes that own their memory: what this library hands out, and what Web Crypto takes. */
export type Bytes = Uint8Array<ArrayBuffer>;

/**
 * The built-in getters tell a Uint8Array of any realm from look-alikes, which `instanceof` and duck typing do not, and its length from
 * a `length` of its own.
 */
const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;
const tag = Object.getOwnPropertyDescriptor(typedArray, Symbol.toStringTag) as Getter<string | undefined>;
const length = Object.getOwnPropertyDescriptor(typedArray, 'length') as Getter<number>;
interface Getter<T> {
  readonly get: (this: unknown) => T;
}

export function isBytes(value: unknown): value is Uint8Array {
  return tag.get.call(value) === 'Uint8Array';
}

/**
 * Takes bytes from a caller as a copy of its own: what another thread can still write to (a SharedArrayBuffer), resize, transfer
 * away or change after the call must not change between the check and the use.
 * @param field how the argument is named in the error
 * @param lengths the exact length in bytes, or the least and the most
 * @throws RegistryError `INVALID_INPUT`
 */
export function takeBytes(value: unknown, field: string, lengths: number | readonly [least: number, most: number]): Bytes {
  const isOne = typeof lengths === 'number';
  const least = isOne ? lengths : lengths[0];
  const most = isOne ? lengths : lengths[1];
  // A length read twice may be two lengths; the copy has one. Nothing larger than the limit is copied.
  const copy = isBytes(value) && length.get.call(value) <= most ? copyOf(value) : undefined;
  if (copy !== undefined && copy.length >= least && copy.length <= most) return copy;
  throw invalidInput(field, least === most ? `a Uint8Array of ${most} bytes` : `a Uint8Array of ${least} to ${most} bytes`);
}

/** Undefined for bytes whose memory was transferred away, or shrank from under them. */
function copyOf(bytes: Uint8Array): Bytes | undefined {
  try {
    return new Uint8Array(bytes);
  } catch {
    return undefined;
  }
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Bytewise order, shorter before longer where one begins the other: negative, zero or positive. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Eight bytes, little-endian: how Sia writes every integer. `value` is 0 … 2⁶⁴−1. */
export function u64le(value: bigint | number): Bytes {
  const bytes = new Uint8Array(8);
  // Most numbers are lengths.
  if (value <= 0xff) bytes[0] = Number(value);
  else new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
  return bytes;
}
