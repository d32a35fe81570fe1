import { bytesToHex } from '@noble/hashes/utils.js';
import { compareBytes, type Bytes } from '../registry/bytes.ts';
import { storageError, type Change, type KeyRange, type StorageAdapter, type StorageConnection, type StoredRecord } from './adapter.ts';

/**
 * What a {@link MemoryStorage} can be told to suffer from: `full` refuses writes, `blocked` refuses to open, `closed` breaks every
 * open connection's calls, `silent` never answers.
 */
export type StorageFault = 'full' | 'blocked' | 'closed' | 'silent';

/**
 * A storage in this thread's memory. It answers within the microtasks of the call, without a timer, so a simulated run replays
 * exactly. It lasts as long as the object: a test that reopens it sees what a disk would have kept.
 */
export class MemoryStorage implements StorageAdapter {
  readonly #records = new Map<string, StoredRecord>();
  readonly #durable: boolean;
  /** Strikes from the next call on; `undefined` mends it. */
  fault: StorageFault | undefined;
  /** How many transactions have written something. */
  commits = 0;

  /** @param options.durable whether connections claim to be; for tests that let the object stand for a disk */
  constructor(options: { readonly durable?: boolean } = {}) {
    this.#durable = options.durable ?? false;
  }

  async open(): Promise<StorageConnection> {
    await this.#suffer('blocked');
    let isOpen = true;
    const use = async (fault: StorageFault): Promise<void> => {
      await this.#suffer(fault);
      if (!isOpen) throw storageError('the storage is closed', 'Open it again.');
    };
    return {
      durable: this.#durable,
      getMany: async (keys) => {
        await use('closed');
        return keys.map((key) => this.#get(key));
      },
      update: async (changes) => {
        await use('closed');
        await this.#update(changes);
      },
      scan: async (range, limit) => {
        await use('closed');
        return this.#within(range)
          .slice(0, limit)
          .map(({ key, record }) => ({ key: new Uint8Array(key), record: new Uint8Array(record) }));
      },
      count: async (range) => {
        await use('closed');
        return this.#within(range).length;
      },
      close: () => {
        isOpen = false;
        return Promise.resolve();
      },
    };
  }

  #get(key: Uint8Array): Bytes | undefined {
    const found = this.#records.get(bytesToHex(key));
    return found && new Uint8Array(found.record);
  }

  #within({ from, before }: KeyRange): StoredRecord[] {
    return [...this.#records.values()]
      .filter(({ key }) => compareBytes(key, from) >= 0 && compareBytes(key, before) < 0)
      .sort((a, b) => compareBytes(a.key, b.key));
  }

  async #update(changes: readonly Change[]): Promise<void> {
    if (this.fault === 'full') await this.#suffer('full');
    const writes = changes.map(({ key, decide }) => ({ key, record: decide(this.#get(key)) })).filter(({ record }) => record !== undefined);
    for (const { key, record } of writes) {
      if (record) this.#records.set(bytesToHex(key), { key: new Uint8Array(key), record: new Uint8Array(record) });
      else this.#records.delete(bytesToHex(key));
    }
    if (writes.length > 0) this.commits += 1;
  }

  async #suffer(fault: StorageFault): Promise<void> {
    if (this.fault === 'silent') await new Promise(() => {});
    if (this.fault === fault) throw storageError(`the storage is ${fault}`, 'This is an injected fault.');
  }
}
