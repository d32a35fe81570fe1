import { constants } from 'node:fs';
import { lstat, open, unlink, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { invalidInput, RegistryError } from '../error.ts';

/** Read and write by the owner; anything for anybody else is too much. */
const MODE = 0o600;
const FOR_OTHERS = 0o077;
/** Windows has no such modes, and opens no folder. */
const IS_WINDOWS = process.platform === 'win32';

/** Far more than any secret of ours is long. */
const MOST_BYTES = 16_384;
const LINE_FEED = 0x0a;

/** A file that somebody keeps a secret in. */
export interface SecretFile {
  /** By which it is named: `--key-file`. */
  readonly option: string;
  /** What it is called: `key file`. */
  readonly noun: string;
  /** Whether what was given as its path may be the secret itself, which no terminal's log should hold once more. */
  readonly isSecret: (path: string) => boolean;
}

/**
 * What a secret file holds, text in UTF-8.
 * @throws RegistryError `INVALID_INPUT`; `FORBIDDEN` if others may read it. No message quotes what is in it
 */
export async function readSecretText(path: string, secret: SecretFile): Promise<string> {
  return decoded(await bytesOf(path, secret), `the ${secret.noun} ${path}`, secret);
}

/**
 * The first line of a secret file, without its end.
 * @throws RegistryError as {@link readSecretText}; `INVALID_INPUT` if it is empty
 */
export async function readSecretLine(path: string, secret: SecretFile): Promise<string> {
  return firstLineOf(await bytesOf(path, secret), `the ${secret.noun} ${path}`, secret);
}

/**
 * The first line of what comes through a pipe: what it would be if that were a file.
 * @throws RegistryError `INVALID_INPUT`
 */
export async function readPipedLine(pipe: AsyncIterable<unknown>, secret: SecretFile): Promise<string> {
  const bytes = new Uint8Array(MOST_BYTES + 1);
  let length = 0;
  for await (const chunk of pipe) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError('a pipe gives bytes'); // unless somebody set an encoding
    const taken = chunk.subarray(0, bytes.length - length);
    bytes.set(taken, length);
    length += taken.length;
    chunk.fill(0);
    if (length === bytes.length || taken.includes(LINE_FEED)) break;
  }
  const isWhole = length <= MOST_BYTES || bytes.includes(LINE_FEED);
  if (!isWhole) throw tooLong(bytes, 'standard input', secret);
  return firstLineOf(bytes.subarray(0, length), 'standard input', secret);
}

function firstLineOf(bytes: Uint8Array, what: string, secret: SecretFile): string {
  const end = bytes.indexOf(LINE_FEED);
  try {
    const line = decoded(end === -1 ? bytes : bytes.subarray(0, end), what, secret).replace(/\r$/, '');
    if (line === '') throw invalidInput(secret.option, 'a file whose first line is not empty');
    return line;
  } finally {
    bytes.fill(0);
  }
}

/** UTF-8 and nothing else, without the mark that some editors begin it with. Wipes the bytes. */
function decoded(bytes: Uint8Array, what: string, { option }: SecretFile): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new RegistryError('INVALID_INPUT', `${what} is not text in UTF-8`, { field: option, hint: 'see whether it is the right one' });
  } finally {
    bytes.fill(0);
  }
}

function tooLong(bytes: Uint8Array, what: string, { option, noun }: SecretFile): RegistryError {
  bytes.fill(0);
  return new RegistryError('INVALID_INPUT', `${what} is too long to be a ${noun}`, { field: option, hint: 'see whether it is the right one' });
}

/**
 * Refuses what stands at a path, before anybody is asked for anything.
 * @throws RegistryError `INVALID_INPUT`
 */
export async function refuseStanding(path: string, option: string): Promise<void> {
  const stands = await lstat(path).then(() => true, () => false); // what cannot be looked at cannot be made either, which tells why
  if (stands) throw standing(path, option);
}

/**
 * Makes a file that only this user can read, on the medium when this resolves. One that could not be written whole is removed.
 * @throws RegistryError `INVALID_INPUT` if something is there already, or it cannot be made
 */
export async function createSecretFile(path: string, text: string, option: string): Promise<void> {
  const file = await openNew(path, option);
  try {
    await file.writeFile(text);
    await file.sync();
    await syncFolderOf(path);
  } catch (cause) {
    await unlink(path);
    throw new RegistryError('INVALID_INPUT', `${path} could not be written`, { field: option, cause, hint: 'free disk space, or name another file' });
  } finally {
    await file.close();
  }
}

/** Whoever takes them wipes them. */
async function bytesOf(path: string, secret: SecretFile): Promise<Uint8Array> {
  const { option, noun } = secret;
  const file = await openToRead(path, secret);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw unreadable(path, secret);
    if (!IS_WINDOWS && (stats.mode & FOR_OTHERS) !== 0) throw new RegistryError('FORBIDDEN', `others may read the ${noun} ${path}`, { field: option, hint: `chmod 600 ${path}` });
    const bytes = new Uint8Array(MOST_BYTES + 1);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    if (bytesRead > MOST_BYTES) throw tooLong(bytes, path, secret);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Else a loss of power takes the file's name away. */
async function syncFolderOf(path: string): Promise<void> {
  if (IS_WINDOWS) return;
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function openNew(path: string, option: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', MODE);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') throw standing(path, option);
    throw new RegistryError('INVALID_INPUT', `${path} cannot be made`, { field: option, cause, hint: 'name a file in a folder that this user can write to' });
  }
}

async function openToRead(path: string, secret: SecretFile): Promise<FileHandle> {
  try {
    // Without O_NONBLOCK, opening a pipe would wait for ever.
    return await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (cause) {
    throw unreadable(path, secret, cause);
  }
}

function unreadable(path: string, { option, noun, isSecret }: SecretFile, cause?: unknown): RegistryError {
  const message = isSecret(path) ? `${option} names no file that can be read` : `the ${noun} ${path} cannot be read`;
  return new RegistryError('INVALID_INPUT', message, { field: option, cause, hint: 'name a file that this user can read' });
}

const standing = (path: string, option: string): RegistryError =>
  new RegistryError('INVALID_INPUT', `${path} is there already, and is not written over`, { field: option, hint: 'name a file that is not there yet' });
