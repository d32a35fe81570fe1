import { invalidInput } from '../error.ts';
import type { Bytes } from './bytes.ts';
import type { EntryKey } from './entry.ts';

/**
 * What an entry is called in maps and in messages between actors: the bytes of its key as characters. Cheaper than an entryId, which has to be
 * hashed, and a string crosses threads for a fraction of what two arrays cost.
 */
export const nameOf = ({ pubkey, datakey }: EntryKey): string => charactersOf(pubkey) + charactersOf(datakey);

/** A character for each byte: for maps. At most some thousands of bytes. */
export const charactersOf = (bytes: Uint8Array): string => String.fromCharCode.apply(null, bytes as unknown as number[]);

/**
 * The key of that name, in memory of its own.
 * @throws RegistryError `INVALID_INPUT`
 */
export function keyNamed(name: string): { readonly pubkey: Bytes; readonly datakey: Bytes } {
  if (name.length !== 64) throw invalidInput('name', '64 characters, a byte each');
  const bytes = new Uint8Array(64);
  for (let i = 0; i < 64; i++) {
    const byte = name.charCodeAt(i);
    if (byte > 255) throw invalidInput('name', '64 characters, a byte each');
    bytes[i] = byte;
  }
  return { pubkey: bytes.slice(0, 32), datakey: bytes.slice(32) };
}
