import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesToHex } from '@noble/hashes/utils.js';
import { RegistryError } from '../../error.ts';
import { DirectoryClaim } from '../store/claim.ts';
import type { FilePutOutcome, FileStore } from './file-store.ts';
import { packFile, unpackFile, USED_FROM } from './record.ts';
import { Room } from './room.ts';

/** Files that are being written; whatever is here when a store opens was not acknowledged. */
const UNFINISHED = 'unfinished';
/** Files lie in 256 folders, by the first byte of their roots: few file systems like a million of them in one. */
const SHARD = /^[0-9a-f]{2}$/;

/** A file store in one directory: what it has acknowledged is on disk, under the name of its root. */
export class DirectoryFileStore implements FileStore {
  readonly #directory: string;
  readonly #claim: DirectoryClaim;
  readonly #room: Room;
  /** Puts under way by their names: of one file there is one at a time. */
  readonly #writing = new Map<string, Promise<unknown>>();
  #closed: Promise<void> | undefined;

  private constructor(directory: string, claim: DirectoryClaim, room: Room) {
    this.#directory = directory;
    this.#claim = claim;
    this.#room = room;
  }

  /**
   * @param mostBytes all files together
   * @throws RegistryError `STORAGE` if the directory cannot be written, or is another portal's
   */
  static async open(directory: string, mostBytes: number): Promise<DirectoryFileStore> {
    const claim = await DirectoryClaim.take(directory);
    try {
      await rm(join(directory, UNFINISHED), { recursive: true, force: true });
      await mkdir(join(directory, UNFINISHED));
      const room = new Room(mostBytes);
      for (const shard of (await readdir(directory)).filter((name) => SHARD.test(name))) {
        // All of a folder at a time: one after the other, a hundred thousand take five seconds.
        const files = await readdir(join(directory, shard));
        for (const { size } of await Promise.all(files.map((name) => stat(join(directory, shard, name))))) room.count(size - USED_FROM);
      }
      return new DirectoryFileStore(directory, claim, room);
    } catch (cause) {
      await claim.release();
      throw new RegistryError('STORAGE', `the folder of files ${directory} cannot be opened`, { cause, hint: 'check that it can be written, or name another data directory' });
    }
  }

  async get(merkleRoot: Uint8Array): Promise<Uint8Array | undefined> {
    this.#assertOpen();
    const record = await this.#record(bytesToHex(merkleRoot));
    return record && unpackFile(merkleRoot, record);
  }

  async put(merkleRoot: Uint8Array, used: Uint8Array): Promise<FilePutOutcome> {
    this.#assertOpen();
    const name = bytesToHex(merkleRoot);
    const before = this.#writing.get(name);
    const put = (async () => {
      await before;
      return this.#put(name, merkleRoot, used);
    })();
    // Whoever waits for its turn waits for the end of the one before, however it ended.
    const ended = Promise.allSettled([put]);
    this.#writing.set(name, ended);
    try {
      return await put;
    } finally {
      if (this.#writing.get(name) === ended) this.#writing.delete(name);
    }
  }

  close(): Promise<void> {
    this.#closed ??= Promise.all(this.#writing.values()).then(() => this.#claim.release());
    return this.#closed;
  }

  async #put(name: string, merkleRoot: Uint8Array, used: Uint8Array): Promise<FilePutOutcome> {
    const record = packFile(merkleRoot, used);
    const known = await this.#record(name);
    try {
      if (known?.equals(record) === true) {
        await syncFolder(this.#folder(name)); // its name may be newer than its folder on disk
        return 'identical';
      }
      if (!this.#room.take(used.length)) return 'full';
      await this.#write(name, record).catch((failure: unknown) => {
        this.#room.give(used.length);
        throw failure;
      });
      if (known !== undefined) this.#room.give(known.length - USED_FROM);
      return 'stored';
    } catch (cause) {
      if (['ENOSPC', 'EDQUOT'].includes((cause as NodeJS.ErrnoException).code ?? '')) return 'full';
      throw new RegistryError('STORAGE', 'the file could not be written', { cause, hint: 'see whether the disk is full' });
    }
  }

  /** Whole and on disk before it has its name, and its name on disk before anybody is told. */
  async #write(name: string, record: Buffer): Promise<void> {
    const unfinished = join(this.#directory, UNFINISHED, randomBytes(16).toString('hex'));
    try {
      const file = await open(unfinished, 'wx', 0o600);
      try {
        await file.writeFile(record);
        await file.sync();
      } finally {
        await file.close();
      }
      const folder = this.#folder(name);
      if ((await mkdir(folder, { recursive: true })) !== undefined) await syncFolder(this.#directory);
      await rename(unfinished, join(folder, name));
      await syncFolder(folder);
    } catch (failure) {
      await rm(unfinished, { force: true });
      throw failure;
    }
  }

  async #record(name: string): Promise<Buffer | undefined> {
    try {
      return await readFile(join(this.#folder(name), name));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new RegistryError('STORAGE', 'a file of the file store cannot be read', { cause });
    }
  }

  #folder(name: string): string {
    return join(this.#directory, name.slice(0, 2));
  }

  #assertOpen(): void {
    if (this.#closed !== undefined) throw new RegistryError('STORAGE', 'the file store is closed', { retryable: false });
  }
}

/** A name is on disk when its folder is. Windows opens no folders, and keeps names by itself. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
