import { getPublicKey, hashes } from '@noble/ed25519';
import { sha512 } from '@noble/hashes/sha2.js';
import type { SignedEntry } from '../../src/registry/entry.ts';
import { entryId, hashDatakey } from '../../src/registry/hash.ts';
import { signEntry } from '../../src/registry/sign.ts';
import { verifyEntry } from '../../src/registry/verify.ts';
import type { Clock } from '../../src/world.ts';
import type { StorageAdapter, StorageConnection } from '../../src/storage/adapter.ts';
import { FloorStore, type CorruptRecord, type FloorOptions } from '../../src/storage/floors.ts';
import { floorKey, parseFloor } from '../../src/storage/record.ts';

hashes.sha512 = sha512;
const seed = new Uint8Array(32).fill(7);
const pubkey = getPublicKey(seed);
const secretKey = Uint8Array.from([...seed, ...pubkey]);

const signed = new Map<string, SignedEntry>();

/** A genuine entry of the key called `name`. Signing is slow, so each is signed once. */
export function genuine(name: string, revision: bigint | number, text = `${name} ${revision}`): SignedEntry {
  const id = `${name}/${revision}/${text}`;
  let entry = signed.get(id);
  if (!entry) {
    entry = signEntry({ pubkey, datakey: hashDatakey(name), data: new TextEncoder().encode(text), revision: BigInt(revision) }, secretKey);
    signed.set(id, entry);
  }
  return entry;
}

/** An entry of the same key that its holder never signed. */
export const forged = (name: string, revision: bigint | number): SignedEntry => ({ ...genuine(name, 1), revision: BigInt(revision) });

export const idOf = (name: string): Uint8Array => entryId({ pubkey, datakey: hashDatakey(name) });
export const keyOf = (name: string): Uint8Array => floorKey(idOf(name));

/** Time that stands still unless told. Timers fire only through `elapse`. */
export class HandClock implements Clock {
  time = 1_800_000_000_000;
  readonly #timers = new Map<object, { readonly at: number; readonly callback: () => void }>();

  now(): number {
    return this.time;
  }

  setTimeout(callback: () => void, milliseconds: number): unknown {
    const timer = {};
    this.#timers.set(timer, { at: this.time + milliseconds, callback });
    return timer;
  }

  clearTimeout(timer: unknown): void {
    this.#timers.delete(timer as object);
  }

  get pending(): number {
    return this.#timers.size;
  }

  elapse(milliseconds: number): void {
    this.time += milliseconds;
    for (const [timer, { at, callback }] of this.#timers) {
      if (at > this.time) continue;
      this.#timers.delete(timer);
      callback();
    }
  }
}

/** Real verdicts, remembered: the same bytes are verified over and over. */
const verdicts = new Map<string, boolean>();
export const verify = (entry: SignedEntry): Promise<boolean> => {
  const id = [entry.signature, entry.pubkey, entry.datakey, entry.data, entry.revision, entry.type].join('|');
  const verdict = verdicts.get(id) ?? verifyEntry(entry);
  verdicts.set(id, verdict);
  return Promise.resolve(verdict);
};

export interface TestStore {
  readonly floors: FloorStore;
  readonly clock: HandClock;
  readonly corrupt: CorruptRecord[];
  readonly states: string[];
}

export async function openFloors(adapter: StorageAdapter, options: Partial<FloorOptions> & { clock?: HandClock } = {}): Promise<TestStore> {
  const clock = options.clock ?? new HandClock();
  const corrupt: CorruptRecord[] = [];
  const states: string[] = [];
  const floors = await FloorStore.open(adapter, {
    verify,
    onCorrupt: (record) => corrupt.push(record),
    onState: (state) => states.push(state.status),
    ...options,
    clock,
  });
  return { floors, clock, corrupt, states };
}

/** Puts bytes into a storage behind the back of everybody. */
export async function plant(adapter: StorageAdapter, key: Uint8Array, record: Uint8Array): Promise<void> {
  await withConnection(adapter, (connection) => connection.update([{ key, decide: () => record }]));
}

/** The revision stored under a name, or what else is there. */
export async function storedRevision(adapter: StorageAdapter, name: string): Promise<bigint | 'nothing' | 'unreadable'> {
  const [record] = await withConnection(adapter, (connection) => connection.getMany([keyOf(name)]));
  return record === undefined ? 'nothing' : (parseFloor(record)?.revision ?? 'unreadable');
}

export async function withConnection<T>(adapter: StorageAdapter, action: (connection: StorageConnection) => Promise<T>): Promise<T> {
  const connection = await adapter.open();
  try {
    return await action(connection);
  } finally {
    await connection.close();
  }
}
