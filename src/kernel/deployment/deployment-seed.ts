import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { invalidInput } from '../../error.ts';
import { seedOf } from '../../keyring/skynet/index.ts';
import { takeText } from '../../keyring/text.ts';
import { stretch } from '../../keyring/vault/index.ts';
import type { Bytes } from '../../registry/bytes.ts';

const SEED_BYTES = 16;
const SEED_WORDS = 13;
const SALT_BYTES = 32;
const MOST_CHARACTERS = 1_024;

/** What the two hashes of a stretched derivation are kept apart by, from each other and from all else. */
const SALT_DOMAIN = 'secure-registry module deployment v1 salt\n';
const SEED_DOMAIN = 'secure-registry module deployment v1 seed\n';

/** Argon2id (RFC 9106), version 19, one lane: 64 MiB, three passes. A link follows of these: they can never change. */
const MEMORY = 65_536;
const PASSES = 3;

/** Whose seed a module's link follows of. */
export interface DeploymentSecret {
  readonly password: string;
  /** The text of the salt, without a line's end. */
  readonly salt: string;
}

/**
 * The seed of a module's production version: `sha512(SEED_DOMAIN ‖ Argon2id(password, sha512(SALT_DOMAIN ‖ salt)[0:32]))[0:16]`, where the password is NFKC in UTF-8.
 * It takes some 0.3 seconds, and as long again for each guess of whoever knows the salt and the public key, which are public.
 * @returns 16 bytes. Whoever asked wipes them
 * @throws RegistryError `INVALID_INPUT`, which never quotes the password
 */
export async function stretchedSeed({ password, salt }: DeploymentSecret): Promise<Bytes> {
  const bytes = passwordBytes(password.normalize('NFKC'));
  const argonSalt = sha512(utf8ToBytes(`${SALT_DOMAIN}${salt}`)).slice(0, SALT_BYTES);
  try {
    const stretched = await stretch({ password: bytes, salt: argonSalt, memory: MEMORY, passes: PASSES }, { signal: new AbortController().signal, onProgress: () => {} });
    return seedOfKey(stretched);
  } finally {
    bytes.fill(0);
  }
}

/** Wipes the key. */
function seedOfKey(key: Bytes): Bytes {
  const message = concatBytes(utf8ToBytes(SEED_DOMAIN), key);
  const hash = sha512(message);
  const seed = hash.slice(0, SEED_BYTES);
  for (const used of [key, message, hash]) used.fill(0);
  return seed;
}

/**
 * The seed that the tools of Skynet's kernel derive: 13 words, each by one byte of `sha512(password ‖ salt)`, which reach a quarter of the dictionary: 104 bits, and a
 * guess costs next to nothing. For links that were made so.
 * @returns 16 bytes. Whoever asked wipes them
 * @throws RegistryError `INVALID_INPUT`, which never quotes the password
 */
export function legacySeed({ password, salt }: DeploymentSecret): Bytes {
  const bytes = passwordBytes(password, salt);
  const hash = sha512(bytes);
  const numbers = Array.from(hash.subarray(0, SEED_WORDS));
  const seed = seedOf(numbers);
  for (const used of [bytes, hash, numbers]) used.fill(0);
  return seed;
}

function passwordBytes(password: string, ...after: readonly string[]): Bytes {
  takeText(password, 'password', MOST_CHARACTERS);
  if (password === '') throw invalidInput('password', 'at least one character');
  return utf8ToBytes([password, ...after].join(''));
}
