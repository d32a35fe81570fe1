import { open, type Database } from 'lmdb';
import { RegistryError } from '../../error.ts';
import { entryId, type CheckedEntry } from '../../registry/index.ts';
import { DirectoryClaim } from './claim.ts';
import { judgePut, type EntryStore, type Precondition, type PutResult } from './entry-store.ts';
import { packEntry, unpackEntry } from './record.ts';

/** As much of an lmdb database, with binary keys and values, as the store needs. */
export type EntryDatabase = Pick<Database<Buffer, Uint8Array>, 'get' | 'put' | 'transaction' | 'flushed' | 'close'>;

/** An entry store in one directory, by LMDB: what it has acknowledged is on disk. Puts that come together share a commit. */
export class LmdbStore implements EntryStore {
  readonly #database: EntryDatabase;
  readonly #released: () => Promise<void>;
  #closed: Promise<void> | undefined;

  /** @param database the store is its owner from now on, and closes it */
  constructor(database: EntryDatabase, released: () => Promise<void> = async () => {}) {
    this.#database = database;
    this.#released = released;
  }

  /** @throws RegistryError `STORAGE` if the directory cannot be written, or is another portal's */
  static async open(directory: string): Promise<LmdbStore> {
    const claim = await DirectoryClaim.take(directory);
    try {
      return new LmdbStore(openDatabase(directory), () => claim.release());
    } catch (cause) {
      await claim.release();
      throw new RegistryError('STORAGE', `the data directory ${directory} cannot be opened`, {
        cause,
        hint: 'name a directory that can be written and holds nothing else',
      });
    }
  }

  async get(id: Uint8Array): Promise<CheckedEntry | undefined> {
    this.#assertOpen();
    return this.#read(id);
  }

  async putIfNewer(entry: CheckedEntry, precondition?: Precondition): Promise<PutResult> {
    this.#assertOpen();
    const id = entryId(entry);
    const result = await this.#transaction(() => {
      const judged = judgePut(entry, this.#read(id), precondition);
      if (judged.outcome === 'stored') void this.#database.put(id, packEntry(id, entry)); // settles with the transaction
      return judged;
    });
    // `identical` too: the entry it is identical to may be on its way to the disk still.
    if (result.outcome === 'stored' || result.outcome === 'identical') await this.#database.flushed;
    return result;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    try {
      await this.#database.flushed;
      await this.#database.close();
    } finally {
      await this.#released();
    }
  }

  #read(id: Uint8Array): CheckedEntry | undefined {
    const record = this.#database.get(id);
    return record === undefined ? undefined : unpackEntry(id, record);
  }

  async #transaction<T>(action: () => T): Promise<T> {
    try {
      return await this.#database.transaction(action);
    } catch (error) {
      if (error instanceof RegistryError) throw error;
      throw new RegistryError('STORAGE', 'the entry could not be written', { cause: await reasonOf(error), hint: 'see whether the disk is full' });
    }
  }

  #assertOpen(): void {
    if (this.#closed !== undefined) throw new RegistryError('STORAGE', 'the entry store is closed', { retryable: false });
  }
}

function openDatabase(path: string): EntryDatabase {
  return open<Buffer, Uint8Array>({
    path,
    noSubdir: false,
    keyEncoding: 'binary',
    encoding: 'binary',
    // LMDB's own way: a commit is on disk before anybody can read it. With overlapping syncs readers see entries that a power cut
    // takes back, and a sync that failed is not reported.
    overlappingSync: false,
  });
}

/** lmdb puts the reason of a failed commit into a promise of its own, which would be an unhandled rejection if nobody took it. */
async function reasonOf(error: unknown): Promise<unknown> {
  const { commitError } = error as { commitError?: Promise<never> };
  try {
    await commitError;
    return error;
  } catch (reason) {
    return reason;
  }
}
