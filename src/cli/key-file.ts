import { getPublicKey, hashes } from '@noble/ed25519';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { RegistryError } from '../error.ts';
import { bytesFromHex } from '../registry/wire/index.ts';
import { readSecretText, type SecretFile } from './secret-file.ts';

const KEY_FILE: SecretFile = { option: '--key-file', noun: 'key file', isSecret: (path) => /^(?:0x)?[0-9a-f]{32,}$/i.test(path) };

/**
 * The secret key, 64 bytes (seed ‖ public key), of the 32-byte seed that a file holds as 64 hex digits. Whoever takes it wipes it.
 * @throws RegistryError `INVALID_INPUT`; `FORBIDDEN` if others may read the file. No message quotes what is in it.
 */
export async function readKeyFile(path: string): Promise<Uint8Array> {
  const seed = bytesFromHex((await readSecretText(path, KEY_FILE)).trim(), 32);
  if (seed === undefined) throw new RegistryError('INVALID_INPUT', `the key file ${path} does not hold 64 hex digits`, { field: '--key-file', hint: 'it must hold the 32-byte seed of an ed25519 key as hex, and nothing else' });
  hashes.sha512 ??= sha512;
  const secretKey = concatBytes(seed, getPublicKey(seed));
  seed.fill(0);
  return secretKey;
}
