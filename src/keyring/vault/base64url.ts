import { base64urlnopad } from '@scure/base';
import { vaultDamaged } from './damage.ts';

export const toBase64url = (bytes: Uint8Array): string => base64urlnopad.encode(bytes);

/**
 * The bytes of a field that is read from a vault. Whether it was their only spelling is told by encoding them again.
 * @param lengths the exact length in bytes, or the least and the most
 * @throws RegistryError `STORAGE`
 */
export function fromBase64url(value: unknown, lengths: number | readonly [least: number, most: number]): Uint8Array<ArrayBuffer> {
  const [least, most] = typeof lengths === 'number' ? [lengths, lengths] : lengths;
  if (typeof value !== 'string') throw vaultDamaged();
  const bytes = decoded(value);
  if (bytes.length < least || bytes.length > most) throw vaultDamaged();
  return bytes;
}

function decoded(text: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(base64urlnopad.decode(text));
  } catch {
    throw vaultDamaged(); // the decoder's own error quotes what it was given
  }
}
