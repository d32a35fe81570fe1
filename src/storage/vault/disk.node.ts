import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MAX_VAULT_BYTES } from '../../keyring/vault/index.ts';
import type { Bytes } from '../../registry/bytes.ts';
import type { Disk, FileName } from './disk.ts';
import { vaultIsExposed } from './refusal.ts';

/** Read and write by the owner; anything for anybody else is too much. */
const MODE = 0o600;
const FOR_OTHERS = 0o077;
/** Windows has neither links of this kind nor modes. */
const IS_WINDOWS = process.platform === 'win32';

/** A directory of this machine. */
export class NodeDisk implements Disk {
  readonly #directory: string;

  /** @param directory one that exists */
  constructor(directory: string) {
    this.#directory = directory;
  }

  read(name: FileName): Bytes | undefined {
    const file = this.#openToRead(name);
    if (file === undefined) return undefined;
    try {
      const stats = fstatSync(file);
      if (!stats.isFile()) throw vaultIsExposed(`Remove ${this.#path(name)}: it is no plain file.`);
      if (!IS_WINDOWS && (stats.mode & FOR_OTHERS) !== 0) throw vaultIsExposed(`chmod 600 ${this.#path(name)}`);
      return readUpTo(file, MAX_VAULT_BYTES + 1);
    } finally {
      closeSync(file);
    }
  }

  create(name: FileName, bytes: Uint8Array): void {
    // Exclusive: no file that somebody has put there, and no link, is written to.
    const file = openSync(this.#path(name), constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0), MODE);
    try {
      writeFileSync(file, bytes);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }

  rename(from: FileName, to: FileName): void {
    renameSync(this.#path(from), this.#path(to));
  }

  remove(name: FileName): void {
    try {
      unlinkSync(this.#path(name));
    } catch (error) {
      if (!hasErrno(error, 'ENOENT')) throw error;
    }
  }

  sync(name: FileName): void {
    syncPath(this.#path(name), constants.O_RDWR | (constants.O_NOFOLLOW ?? 0));
  }

  syncDirectory(): void {
    if (!IS_WINDOWS) syncPath(this.#directory, constants.O_RDONLY); // which opens no directory
  }

  #openToRead(name: FileName): number | undefined {
    try {
      // Without O_NONBLOCK, opening a pipe would wait for ever.
      return openSync(this.#path(name), constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    } catch (error) {
      if (hasErrno(error, 'ENOENT')) return undefined;
      if (hasErrno(error, 'ELOOP', 'EMLINK')) throw vaultIsExposed(`Remove the link ${this.#path(name)}, and put the file itself in its place.`);
      throw error;
    }
  }

  #path(name: FileName): string {
    return join(this.#directory, name);
  }
}

function readUpTo(file: number, most: number): Bytes {
  const buffer = new Uint8Array(most);
  let length = 0;
  for (let read = 1; read > 0 && length < most; length += read) read = readSync(file, buffer, length, most - length, null);
  return buffer.slice(0, length);
}

function syncPath(path: string, flags: number): void {
  const file = openSync(path, flags);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

const hasErrno = (error: unknown, ...codes: readonly string[]): boolean => error instanceof Error && 'code' in error && codes.includes(error.code as string);
