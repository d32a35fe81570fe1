import { equalBytes } from '../../src/registry/bytes.ts';
import { RegistryError } from '../../src/error.ts';

/**
 * Built-ins that secrets go through, asked what everybody knows the answer to: where one was replaced by something that does less, as a careless
 * polyfill is, a password would be stretched as zeros, or a signature tell its key. What was replaced to spy cannot be told from within.
 * @throws RegistryError `UNSUPPORTED`
 */
export function checkRealm(): void {
  if (!isSound()) throw new RegistryError('UNSUPPORTED', 'built-ins of this realm do not do what they should', { hint: 'Keep scripts out of here that replace them.' });
}

const isSound = (): boolean => {
  try {
    return KNOWN.every((holds) => holds());
  } catch {
    return false;
  }
};

const bytes = (): Uint8Array => Uint8Array.of(1, 2, 3, 4);

/** Compared as text, which goes another way than what is asked. */
const are = (found: Uint8Array | readonly number[], text: string): boolean => found.join() === text;

const KNOWN: readonly (() => boolean)[] = [
  () => are(bytes(), '1,2,3,4') && are(new Uint8Array(bytes()), '1,2,3,4'),
  () => are(bytes().slice(), '1,2,3,4') && are(bytes().slice(1, 3), '2,3'),
  () => are(bytes().subarray(1), '2,3,4'),
  () => are(bytes().fill(0), '0,0,0,0'),
  () => {
    const into = new Uint8Array(4);
    into.set(bytes());
    into.set(Uint8Array.of(9), 1);
    return are(into, '1,9,3,4');
  },
  () => equalBytes(bytes(), bytes()) && !equalBytes(bytes(), Uint8Array.of(1, 2, 3, 5)),
  () => are([1, 2, 3].map((n) => n + 1), '2,3,4'),
  () => new DataView(Uint8Array.of(1, 2, 3, 4).buffer).getUint32(0, true) === 0x04030201,
  () => (JSON.parse('{"a":[1,"b"]}') as { a: unknown[] }).a[1] === 'b' && JSON.stringify({ a: [1, 'b'] }) === '{"a":[1,"b"]}',
  () => are(new TextEncoder().encode('aä'), '97,195,164') && new TextDecoder().decode(Uint8Array.of(97, 195, 164)) === 'aä',
];

/** Has what secrets go through stay as it is, in a thread that is nobody else's. */
export function freezeRealm(): void {
  const shared = [Uint8Array.prototype, Object.getPrototypeOf(Uint8Array.prototype), ArrayBuffer.prototype, DataView.prototype, Array.prototype, JSON, TextEncoder.prototype, TextDecoder.prototype, Object.getPrototypeOf(crypto), crypto];
  for (const intrinsic of shared) Object.freeze(intrinsic);
  Object.defineProperty(globalThis, 'crypto', { value: crypto, writable: false, configurable: false });
}
