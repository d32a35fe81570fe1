import { open, type FileHandle } from 'node:fs/promises';
import { getPublicKey, hashes } from '@noble/ed25519';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { RegistryError } from '../error.ts';
import { bytesFromHex } from '../registry/wire/index.ts';

/** Read and write by the owner; anything for anybody else is too much. */
const FOR_OTHERS = 0o077;

/**
 * The secret key, 64 bytes (seed ‖ public key), of the 32-byte seed that a file holds as 64 hex digits. Whoever takes it wipes it.
 * @throws RegistryError `INVALID_INPUT`; `FORBIDDEN` if others may read the file. No message quotes what is in it.
 */
export async function readKeyFile(path: string): Promise<Uint8Array> {
  const file = await openKeyFile(path);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw unreadable(path);
    const { mode } = stats;
    if (process.platform !== 'win32' && (mode & FOR_OTHERS) !== 0) {
      throw new RegistryError('FORBIDDEN', `others may read the key file ${path}`, { field: '--key-file', hint: `chmod 600 ${path}` });
    }
    const seed = bytesFromHex((await file.readFile('utf8')).trim(), 32);
    if (seed === undefined) throw new RegistryError('INVALID_INPUT', `the key file ${path} does not hold 64 hex digits`, { field: '--key-file', hint: 'it must hold the 32-byte seed of an ed25519 key as hex, and nothing else' });
    hashes.sha512 ??= sha512;
    const secretKey = concatBytes(seed, getPublicKey(seed));
    seed.fill(0);
    return secretKey;
  } finally {
    await file.close();
  }
}

async function openKeyFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause?: unknown): RegistryError {
  // Somebody may have given the seed itself, which no terminal's log should hold once more.
  const message = /^(?:0x)?[0-9a-f]{32,}$/i.test(path) ? '--key-file names no file that can be read' : `the key file ${path} cannot be read`;
  return new RegistryError('INVALID_INPUT', message, { field: '--key-file', cause, hint: 'name a file that this user can read' });
}
