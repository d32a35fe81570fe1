import { isBytes, type Bytes } from '../registry/bytes.ts';
import type { RegistryError } from '../error.ts';
import { storageError, type Change, type KeyRange, type StorageAdapter, type StorageConnection } from './adapter.ts';

/** A higher number makes every tab that still runs older code close its connection and go on in memory. */
const VERSION = 1;
const STORE = 'records';

/** A storage in the browser's IndexedDB, shared by all pages and workers of an origin. */
export class IndexedDbStorage implements StorageAdapter {
  readonly #name: string;
  readonly #factory: IDBFactory | undefined;

  /** @param options.factory in place of the realm's `indexedDB` */
  constructor(options: { readonly name?: string; readonly factory?: IDBFactory } = {}) {
    this.#name = options.name ?? 'secure-registry';
    this.#factory = options.factory;
  }

  get identity(): string {
    return this.#name;
  }

  async open(): Promise<StorageConnection> {
    return connection(await this.#openDatabase());
  }

  #openDatabase(): Promise<IDBDatabase> {
    return new Promise((resolve, reject) => {
      const request = this.#request();
      let gaveUp = false;
      request.addEventListener('upgradeneeded', () => {
        if (!request.result.objectStoreNames.contains(STORE)) request.result.createObjectStore(STORE);
      });
      request.addEventListener('blocked', () => {
        gaveUp = true;
        reject(storageError('another tab holds an older version of the database open', 'Close or reload the other tabs of this site.'));
      });
      request.addEventListener('error', () => reject(coded(request.error)));
      request.addEventListener('success', () => {
        const database = request.result;
        // The request cannot be withdrawn: once the other tab gives way it succeeds, and an idle connection would block the next upgrade.
        if (gaveUp) database.close();
        else if (database.objectStoreNames.contains(STORE)) resolve(database);
        else {
          database.close();
          reject(storageError('a database of this name exists and is not ours', 'Choose another name, or clear the data of this site.'));
        }
      });
    });
  }

  /** @throws where there is no IndexedDB: absent from the realm, or forbidden to it (a sandboxed frame, cookies switched off) */
  #request(): IDBOpenDBRequest {
    try {
      const factory = this.#factory ?? globalThis.indexedDB;
      if (!factory) throw new DOMException('indexedDB is undefined', 'NotSupportedError');
      return factory.open(this.#name, VERSION);
    } catch (cause) {
      throw storageError('IndexedDB is not available here', 'Leave private browsing, allow site data, or give a sandboxed frame its origin.', cause);
    }
  }
}

function connection(database: IDBDatabase): StorageConnection {
  // Whoever waits for an upgrade or a deletion is held up until this connection is gone.
  database.addEventListener('versionchange', () => database.close());

  const read = async <T>(request: (store: IDBObjectStore) => T): Promise<T> => {
    const { transaction, done } = begin(database, 'readonly');
    const requests = request(transaction.objectStore(STORE));
    await done;
    return requests;
  };

  return {
    durable: true,
    getMany: async (keys) => {
      const { transaction, done } = begin(database, 'readonly');
      const store = transaction.objectStore(STORE);
      const requests = keys.map((key) => store.get(key as Bytes));
      // Requests are answered in their order, and before the transaction is told to be over.
      const last = new Promise<void>((resolve) => requests.at(-1)?.addEventListener('success', () => resolve()));
      await Promise.race([last, done]);
      return requests.map((request) => asRecord(request.result));
    },
    update: (changes) => update(database, changes),
    scan: async (range, limit) => {
      const { keys, records } = await read((store) => ({ keys: store.getAllKeys(idbRange(range), limit), records: store.getAll(idbRange(range), limit) }));
      return keys.result.map((key, i) => ({ key: new Uint8Array(key as ArrayBuffer), record: asRecord(records.result[i]) ?? new Uint8Array() }));
    },
    count: async (range) => (await read((store) => store.count(idbRange(range)))).result,
    close: () => {
      database.close();
      return Promise.resolve();
    },
  };
}

async function update(database: IDBDatabase, changes: readonly Change[]): Promise<void> {
  const { transaction, done } = begin(database, 'readwrite');
  const store = transaction.objectStore(STORE);
  let thrown: { readonly error: unknown } | undefined;
  for (const { key, decide } of changes) {
    const request = store.get(key as Bytes);
    request.addEventListener('success', () => {
      if (thrown) return;
      try {
        const record = decide(asRecord(request.result));
        // A view is cloned with the whole buffer it looks at.
        if (record) store.put(new Uint8Array(record), key as Bytes);
        else if (record === null) store.delete(key as Bytes);
      } catch (error) {
        // Thrown on, it would end as an uncaught error of the page.
        thrown = { error };
        transaction.abort();
      }
    });
  }
  try {
    await done;
  } catch (error) {
    throw thrown ? thrown.error : error;
  }
}

function begin(database: IDBDatabase, mode: IDBTransactionMode): { readonly transaction: IDBTransaction; readonly done: Promise<void> } {
  try {
    // Without `strict`, Chromium calls a transaction complete while it is still in the system's buffers.
    const transaction = database.transaction(STORE, mode, { durability: 'strict' });
    const done = new Promise<void>((resolve, reject) => {
      transaction.addEventListener('complete', () => resolve());
      transaction.addEventListener('abort', () => reject(coded(transaction.error)));
    });
    return { transaction, done };
  } catch (error) {
    throw coded(error);
  }
}

const idbRange = ({ from, before }: KeyRange): IDBKeyRange => IDBKeyRange.bound(from, before, false, true);

function asRecord(value: unknown): Bytes | undefined {
  if (value === undefined) return undefined;
  return isBytes(value) ? new Uint8Array(value) : new Uint8Array();
}

function coded(error: unknown): RegistryError {
  const name = error instanceof DOMException ? error.name : undefined;
  switch (name) {
    case 'QuotaExceededError':
      return storageError('the storage of this site is full', 'Free disk space, or clear the data of this site.', error);
    case 'VersionError':
      return storageError('a newer version of this library has upgraded the database', 'Reload the page.', error);
    case 'InvalidStateError':
    case 'AbortError':
      return storageError('the browser or another tab closed the database', 'It is opened again by the next attempt; else reload the page.', error);
    default:
      return storageError('the browser could not use its database', 'Free disk space, restart the browser, or clear the data of this site.', error);
  }
}
