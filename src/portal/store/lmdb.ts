import { RegistryError } from '../../error.ts';
import { entryId, type CheckedEntry } from '../../registry/index.ts';
import { openLmdb } from '../../storage/lmdb-open.node.ts';
import { DirectoryClaim } from './claim.ts';
import { judgePut, type EntryStore, type Precondition, type PutResult } from './entry-store.ts';
import { packEntry, unpackEntry } from './record.ts';

/** As much of an lmdb database, with binary keys and values, as the store needs. In words of our own: lmdb's declarations have faults. */
export interface EntryDatabase {
  get(id: Uint8Array): Buffer | undefined;
  put(id: Uint8Array, record: Buffer): Promise<boolean>;
  transaction<T>(action: () => T): Promise<T>;
  /** Resolves once what was written before is on disk. */
  readonly flushed: Promise<unknown>;
  close(): Promise<void>;
}

interface QueuedPut {
  readonly id: Uint8Array;
  readonly entry: CheckedEntry;
  readonly precondition: Precondition | undefined;
  readonly resolve: (result: PutResult) => void;
  readonly reject: (error: Error) => void;
}

/** An entry store in one directory, by LMDB: what it has acknowledged is on disk. Puts that come together share a commit. */
export class LmdbStore implements EntryStore {
  readonly #database: EntryDatabase;
  readonly #released: () => Promise<void>;
  #queue: QueuedPut[] = [];
  #working: Promise<void> | undefined;
  #closed: Promise<void> | undefined;

  /** @param database the store is its owner from now on, and closes it */
  constructor(database: EntryDatabase, released: () => Promise<void> = async () => {}) {
    this.#database = database;
    this.#released = released;
  }

  /** @throws RegistryError `STORAGE` if the directory cannot be written, is another portal's, or holds a damaged file */
  static async open(directory: string): Promise<LmdbStore> {
    const claim = await DirectoryClaim.take(directory);
    try {
      return new LmdbStore(await openLmdb(directory), () => claim.release());
    } catch (cause) {
      await claim.release();
      throw new RegistryError('STORAGE', `the data directory ${directory} cannot be opened`, {
        cause,
        hint: 'check that it can be written and its files are whole, move them away, or name another directory',
      });
    }
  }

  async get(id: Uint8Array): Promise<CheckedEntry | undefined> {
    this.#assertOpen();
    return this.#read(id);
  }

  putIfNewer(entry: CheckedEntry, precondition?: Precondition): Promise<PutResult> {
    return new Promise((resolve, reject) => {
      this.#assertOpen();
      this.#queue.push({ id: entryId(entry), entry, precondition, resolve, reject });
      this.#working ??= this.#work();
    });
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    try {
      await this.#working; // what it has acknowledged is on disk
      await this.#database.close();
    } finally {
      await this.#released();
    }
  }

  /** Puts what is queued, all of it in one transaction, until nothing is: what comes during a commit shares the next one. */
  async #work(): Promise<void> {
    while (this.#queue.length > 0) {
      let puts: readonly QueuedPut[] | undefined;
      try {
        const settlements = await this.#database.transaction(() => {
          // Taken only now that the transaction has begun: a put that came while it waited for its turn need not wait for the next.
          puts = this.#takeQueue();
          return puts.map((put) => this.#put(put));
        });
        // Also for `identical`: the entry it is identical to may be one of these.
        await this.#database.flushed;
        for (const settle of settlements) settle();
      } catch (error) {
        const cause = await reasonOf(error);
        const failure = new RegistryError('STORAGE', 'the entry could not be written', { cause, hint: 'see whether the disk is full' });
        for (const { reject } of puts ?? this.#takeQueue()) reject(failure);
      }
    }
    this.#working = undefined;
  }

  #takeQueue(): readonly QueuedPut[] {
    const puts = this.#queue;
    this.#queue = [];
    return puts;
  }

  /** @returns what to tell the writer once it is on disk. One record that is damaged fails its own put only. */
  #put({ id, entry, precondition, resolve, reject }: QueuedPut): () => void {
    try {
      const result = judgePut(entry, this.#read(id), precondition);
      if (result.outcome === 'stored') void this.#database.put(id, packEntry(id, entry)); // settles with the transaction
      return () => resolve(result);
    } catch (error) {
      return () => reject(error as Error);
    }
  }

  #read(id: Uint8Array): CheckedEntry | undefined {
    const record = this.#database.get(id);
    return record === undefined ? undefined : unpackEntry(id, record);
  }

  #assertOpen(): void {
    if (this.#closed !== undefined) throw new RegistryError('STORAGE', 'the entry store is closed', { retryable: false });
  }
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
