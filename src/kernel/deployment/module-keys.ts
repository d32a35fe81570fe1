import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { publicKeyOfSeed, type EntryKey } from '../../registry/index.ts';
import { takeBytes, type Bytes } from '../../registry/bytes.ts';

/** The key of one registry entry. Whoever asked for it wipes the secret. */
export interface EntryKeys extends EntryKey {
  /** 64 bytes: seed ‖ public key. */
  readonly secretKey: Bytes;
}

const SEED_BYTES = 16;

/** By which the entry that a module's link names is derived. */
const KEYPAIR_TAG = 'module-build';
const DATAKEY_TAG = 'module-key';

/**
 * The keys of the entry that says which bundle a module is, as the tools of Skynet's kernel derive them (libskynet `taggedRegistryEntryKeys`): the key pair of
 * `sha512(seed ‖ "module-build")`, and as datakey `sha512(seed ‖ 0c ‖ "module-build" ‖ "module-key")`, of each the first 32 bytes.
 * @param seed 16 bytes; it stays the caller's
 * @throws RegistryError `INVALID_INPUT`
 */
export function moduleKeys(seed: Uint8Array): EntryKeys {
  const own = takeBytes(seed, 'seed', SEED_BYTES);
  const [keypairTag, datakeyTag] = [utf8ToBytes(KEYPAIR_TAG), utf8ToBytes(DATAKEY_TAG)];
  const entropy = hashed(own, keypairTag);
  const datakey = hashed(own, Uint8Array.of(keypairTag.length), keypairTag, datakeyTag);
  const pubkey = publicKeyOfSeed(entropy);
  const secretKey = concatBytes(entropy, pubkey);
  own.fill(0);
  entropy.fill(0);
  return { pubkey, datakey, secretKey };
}

/** The first 32 bytes of a SHA-512. The parts are put together for it, and wiped. */
function hashed(...parts: readonly Uint8Array[]): Bytes {
  const message = concatBytes(...parts);
  const hash = sha512(message);
  const half = hash.slice(0, 32);
  message.fill(0);
  hash.fill(0);
  return half;
}
