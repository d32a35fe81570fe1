import { blake2b } from '@noble/hashes/blake2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { invalidInput } from '../error.ts';
import { u64le, type Bytes } from './bytes.ts';
import { HOST_PREFIX_BYTES, takeEntryKey, takeUnsignedEntry, type CheckedUnsignedEntry, type EntryKey, type UnsignedEntry } from './entry.ts';

const blake2b256 = (...parts: Uint8Array[]): Bytes => blake2b(concatBytes(...parts), { dkLen: 32 });

/** Sia's name for the algorithm, sixteen bytes, zero-padded (siad `types.SignatureEd25519`). */
const ED25519_SPECIFIER = /* @__PURE__ */ (() => {
  const specifier = new Uint8Array(16);
  specifier.set(new TextEncoder().encode('ed25519'));
  return specifier;
})();

/**
 * The 32-byte name of an entry on the network:
 * blake2b-256(`specifier16` ‖ `u64le(32)` ‖ `pubkey` ‖ `datakey`) (siad `modules.DeriveRegistryEntryID`).
 * @throws RegistryError `INVALID_INPUT`
 */
export function entryId(key: EntryKey): Bytes {
  const { pubkey, datakey } = takeEntryKey(key);
  return blake2b256(ED25519_SPECIFIER, u64le(32), pubkey, datakey);
}

/**
 * The 32 bytes that are signed: blake2b-256(`datakey` ‖ `u64le(data length)` ‖ `data` ‖ `u64le(revision)`), with `u64le(2)` after it
 * for type 2 only (siad `modules.RegistryValue.hash`).
 * @throws RegistryError `INVALID_INPUT`
 */
export function hashEntry(entry: UnsignedEntry): Bytes {
  return hashChecked(takeUnsignedEntry(entry));
}

/** {@link hashEntry} of an entry whose shape was checked already. */
export function hashChecked({ datakey, data, revision, type }: CheckedUnsignedEntry): Bytes {
  const signed = [datakey, u64le(data.length), data, u64le(revision)];
  return type === 2 ? blake2b256(...signed, u64le(2)) : blake2b256(...signed);
}

/**
 * The 32 bytes that decide between two entries of one revision, the bytewise smaller wins: the hash of type 1, whatever the type,
 * over the data without its host prefix (siad `modules.RegistryValue.work`).
 * @throws RegistryError `INVALID_INPUT`
 */
export function workHash(entry: UnsignedEntry): Bytes {
  return workChecked(takeUnsignedEntry(entry));
}

/** {@link workHash} of an entry whose shape was checked already. */
export function workChecked({ datakey, data, revision, type }: CheckedUnsignedEntry): Bytes {
  const payload = type === 2 ? data.subarray(HOST_PREFIX_BYTES) : data;
  return blake2b256(datakey, u64le(payload.length), payload, u64le(revision));
}

/**
 * The datakey of a name, 32 bytes: blake2b-256(`u64le(UTF-8 length)` ‖ UTF-8) (skynet-js `hashDataKey`).
 * @throws RegistryError `INVALID_INPUT` for what is no string, or holds a lone surrogate and so has no UTF-8 of its own
 */
export function hashDatakey(name: string): Bytes {
  if (typeof name !== 'string' || LONE_SURROGATE.test(name)) throw invalidInput('name', 'a well-formed string');
  const utf8 = new TextEncoder().encode(name);
  return blake2b256(u64le(utf8.length), utf8);
}

const LONE_SURROGATE = /\p{Surrogate}/u;
