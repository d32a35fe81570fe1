import { invalidInput, RegistryError } from '../error.ts';
import { equalBytes, type Bytes } from './bytes.ts';
import { publicKeyOfSeed, signWithSeed } from './ed25519.ts';
import { takeSecretKey, takeSignedEntry, takeUnsignedEntry, type CheckedUnsignedEntry, type SignedEntry, type UnsignedEntry } from './entry.ts';
import { hashChecked } from './hash.ts';
import { compareChecked } from './order.ts';
import { verifyEntry } from './verify.ts';

/** What signs entries without giving its key away: a key of a keyring or a vault, or anything of this shape. */
export interface EntrySigner {
  signEntry(entry: UnsignedEntry): Promise<SignedEntry>;
}

/**
 * Signs an entry (ed25519, RFC 8032, over {@link hashEntry}).
 * @param entry its `pubkey` must be the signer's
 * @param secretKey 64 bytes, the 32-byte seed followed by the public key; its halves must belong together
 * @throws RegistryError `INVALID_INPUT`; `BAD_SIGNATURE` if a signer returned anything but this entry, validly signed
 */
export function signEntry(entry: UnsignedEntry, secretKey: Uint8Array): SignedEntry;
export function signEntry(entry: UnsignedEntry, signer: EntrySigner): Promise<SignedEntry>;
export function signEntry(entry: UnsignedEntry, key: Uint8Array | EntrySigner): SignedEntry | Promise<SignedEntry> {
  const signer = signerOf(key);
  return signer === undefined ? signBySecretKey(entry, key) : signByOther(takeUnsignedEntry(entry), signer);
}

/** The signer a value is, its method read once; undefined for anything else. */
function signerOf(value: unknown): EntrySigner | undefined {
  try {
    const method = (value as Partial<EntrySigner> | null | undefined)?.signEntry;
    return typeof method === 'function' ? { signEntry: async (entry) => method.call(value as EntrySigner, entry) } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Signs an entry at once: what {@link signEntry} does with a secret key, in a tenth of its weight.
 * @param key 64 bytes, the 32-byte seed followed by the public key; its halves must belong together. The caller's, and not wiped
 * @throws RegistryError `INVALID_INPUT`
 */
export function signBySecretKey(unsigned: UnsignedEntry, key: unknown): SignedEntry {
  const entry = takeUnsignedEntry(unsigned);
  const secretKey = takeSecretKey(key);
  const seed = secretKey.subarray(0, 32);
  try {
    // Signing under a public key that is not the seed's own gives the seed away.
    if (!equalBytes(publicKeyOfSeed(seed), secretKey.subarray(32))) throw invalidInput('secretKey', 'a seed followed by its public key');
    if (!equalBytes(entry.pubkey, secretKey.subarray(32))) throw invalidInput('entry.pubkey', 'the public key of the secret key');
    return { ...entry, signature: signWithSeed(hashChecked(entry), seed) };
  } finally {
    secretKey.fill(0);
  }
}

/**
 * Signs an entry with a seed and the public key that is known to be its own: to find that out takes as long as to sign.
 * @param seed 32 bytes; the caller's, and not wiped
 * @throws RegistryError `INVALID_INPUT`
 */
export function signByOwnKey(entry: UnsignedEntry, seed: Bytes, publicKey: Bytes): SignedEntry {
  const unsigned = takeUnsignedEntry(entry);
  if (!equalBytes(unsigned.pubkey, publicKey)) throw invalidInput('entry.pubkey', 'the public key of the secret key');
  return { ...unsigned, signature: signWithSeed(hashChecked(unsigned), seed) };
}

async function signByOther(entry: CheckedUnsignedEntry, signer: EntrySigner): Promise<SignedEntry> {
  // A copy of its own: what a signer writes to it must not be what its answer is compared with.
  const signed = checkedAnswer(await signer.signEntry(takeUnsignedEntry(entry)));
  const isOurs = signed !== undefined && equalBytes(signed.pubkey, entry.pubkey) && equalBytes(signed.datakey, entry.datakey) && compareChecked(signed, entry) === 0;
  if (!isOurs || !verifyEntry(signed)) throw new RegistryError('BAD_SIGNATURE', 'the signer did not return this entry validly signed');
  return signed;
}

function checkedAnswer(answer: unknown): ReturnType<typeof takeSignedEntry> | undefined {
  try {
    return takeSignedEntry(answer);
  } catch {
    return undefined;
  }
}
