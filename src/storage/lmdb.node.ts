import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve as absolute } from 'node:path';
import type { Database } from 'lmdb';
import type { Bytes } from '../registry/bytes.ts';
import { storageError, type Change, type StorageAdapter, type StorageConnection } from './adapter.ts';
import { openLmdb } from './lmdb-open.node.ts';

/** A storage in a directory, an LMDB environment that any number of processes and threads may open at a time. */
export class LmdbStorage implements StorageAdapter {
  readonly #path: string;

  /** @param options.path a directory, made for this user alone (0700) if it does not exist; default: {@link stateDirectory} */
  constructor(options: { readonly path?: string } = {}) {
    this.#path = absolute(options.path ?? stateDirectory());
  }

  get identity(): string {
    return this.#path;
  }

  async open(): Promise<StorageConnection> {
    try {
      await mkdir(this.#path, { recursive: true, mode: 0o700 });
      return connection(await openLmdb(this.#path));
    } catch (cause) {
      throw storageError(`the storage in ${this.#path} cannot be opened`, 'Check that the directory is writable and its files are whole, move them away, or name another.', cause);
    }
  }
}

/** Where programs of this user keep what is worth keeping and no configuration: `$XDG_STATE_HOME` and its like elsewhere. */
export function stateDirectory(): string {
  const home = homedir();
  const base = {
    darwin: join(home, 'Library', 'Application Support'),
    win32: process.env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'),
  }[process.platform as string];
  return join(base ?? process.env['XDG_STATE_HOME'] ?? join(home, '.local', 'state'), 'secure-registry');
}

function connection(database: Database<Uint8Array, Uint8Array>): StorageConnection {
  let isOpen = true;
  const use = <T>(action: () => T | Promise<T>): Promise<T> => attempt(isOpen, action);
  const read = <T>(action: () => T): Promise<T> =>
    use(() => {
      database.resetReadTxn(); // lmdb reads on from an older snapshot for as long as the event loop is busy
      return action();
    });
  return {
    durable: true,
    getMany: (keys) => read(() => keys.map((key) => copy(database.get(key)))),
    update: (changes) => use(() => update(database, changes)),
    scan: ({ from, before }, limit) =>
      read(() => Array.from(database.getRange({ start: from, end: before, limit }), ({ key, value }) => ({ key: new Uint8Array(key), record: new Uint8Array(value) }))),
    count: ({ from, before }) => read(() => database.getKeysCount({ start: from, end: before })),
    close: async () => {
      if (!isOpen) return;
      isOpen = false;
      await database.close();
    },
  };
}

async function attempt<T>(isOpen: boolean, action: () => T | Promise<T>): Promise<T> {
  if (!isOpen) throw storageError('the storage is closed', 'Open it again.');
  return action();
}

async function update(database: Database<Uint8Array, Uint8Array>, changes: readonly Change[]): Promise<void> {
  let thrown: { readonly error: unknown } | undefined;
  try {
    // A child transaction, because LMDB commits what a throwing callback of a plain one has written so far.
    await database.childTransaction(() => {
      for (const { key, decide } of changes) {
        const record = decided(decide, copy(database.get(key)));
        if (record) database.putSync(key, record);
        else if (record === null) database.removeSync(key);
      }
    });
  } catch (cause) {
    if (thrown) throw thrown.error;
    throw await commitError(cause);
  }

  function decided(decide: Change['decide'], current: Bytes | undefined): Uint8Array | null | undefined {
    try {
      return decide(current);
    } catch (error) {
      thrown = { error };
      throw error;
    }
  }
}

/** lmdb keeps the reason of a failed commit in a promise of its own, which rejects in the same turn or never, heard or not. */
async function commitError(cause: unknown): Promise<Error> {
  const given = cause instanceof Error && 'commitError' in cause ? Promise.resolve(cause.commitError).catch((reason: unknown) => reason) : cause;
  const reason = await Promise.race([given, new Promise((resolve) => setImmediate(resolve, cause))]);
  return storageError('the storage could not be written', 'Free disk space and check the permissions of its directory.', reason);
}

const copy = (value: Uint8Array | undefined): Bytes | undefined => value && new Uint8Array(value);
