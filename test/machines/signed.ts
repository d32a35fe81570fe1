import { getPublicKey, hashes } from '@noble/ed25519';
import { sha512 } from '@noble/hashes/sha2.js';
import { hashDatakey, signEntry, takeSignedEntry, workHash, type CheckedEntry } from '../../src/registry/index.ts';

hashes.sha512 = sha512;
const seed = new Uint8Array(32).fill(7);
const pubkey = getPublicKey(seed);
const secretKey = Uint8Array.from([...seed, ...pubkey]);
const sign = (revision: bigint, text: string): CheckedEntry =>
  takeSignedEntry(signEntry({ pubkey, datakey: hashDatakey('an entry'), data: new TextEncoder().encode(text), revision }, secretKey));

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Of one revision the one with the smaller work hash is the newer, so it comes last. */
const rivals = ['one', 'another', 'a third'].map((text) => sign(2n, text)).sort((a, b) => (hex(workHash(a)) < hex(workHash(b)) ? 1 : -1));

/** Entries of one key, genuinely signed, the oldest first. */
export const ranked: readonly CheckedEntry[] = [sign(1n, 'the first'), ...rivals, sign(2n ** 53n, 'later'), sign(2n ** 53n + 1n, 'later still'), sign(2n ** 64n - 1n, 'the last')];

export function entryOf(rank: number): CheckedEntry {
  const entry = ranked[rank];
  if (entry === undefined) throw new RangeError('there is no such entry');
  return entry;
}
