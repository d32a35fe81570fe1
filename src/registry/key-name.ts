import { invalidInput } from '../error.ts';
import type { Bytes } from './bytes.ts';
import type { EntryKey } from './entry.ts';

/** Filled and read in one go, never kept. */
const scratch = new Uint8Array(64);

/**
 * What an entry is called in maps and in messages between actors: the bytes of its key as characters. Cheaper than an entryId, which has to be
 * hashed, and a string crosses threads for a fraction of what two arrays cost.
 */
export function nameOf({ pubkey, datakey }: EntryKey): string {
  // In one piece: a string put together of two keeps both.
  scratch.set(pubkey);
  scratch.set(datakey, 32);
  return charactersOf(scratch);
}

/** A character for each byte: for maps. At most some thousands of bytes. */
export const charactersOf = (bytes: Uint8Array): string => String.fromCharCode.apply(null, bytes as unknown as number[]);

/** The bytes that {@link charactersOf} made characters of. */
export const bytesOf = (characters: string): Bytes => Uint8Array.from(characters, (character) => character.charCodeAt(0));

/**
 * The key of that name, in memory of its own.
 * @throws RegistryError `INVALID_INPUT`
 */
export function keyNamed(name: string): { readonly pubkey: Bytes; readonly datakey: Bytes } {
  let bits = 0;
  for (let i = 0; i < 64; i++) bits |= scratch[i] = name.charCodeAt(i);
  if (name.length !== 64 || bits > 255) throw invalidInput('name', '64 characters, a byte each');
  return { pubkey: scratch.slice(0, 32), datakey: scratch.slice(32) };
}
