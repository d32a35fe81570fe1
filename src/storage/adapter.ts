import { RegistryError } from '../error.ts';
import type { Bytes } from '../registry/bytes.ts';

/**
 * A place where records outlive a process: the seam between this library and what the host offers. Keys and records are bytes.
 * Several tabs, workers or processes may open one storage at a time. `conformance.ts` tells whether an implementation keeps the contract.
 */
export interface StorageAdapter {
  /** What all who open the same storage know it by; undefined where nobody else can. */
  readonly identity?: string | undefined;
  /** @throws RegistryError `STORAGE`, with a hint */
  open(): Promise<StorageConnection>;
}

/**
 * One open storage. Every method rejects with `STORAGE` once the connection is closed, by us or by the host.
 * What is stored under a key but is no bytes, because another program put it there, is handed over as no bytes at all (length 0).
 */
export interface StorageConnection {
  /** Whether what was committed outlives this process and a loss of power. */
  readonly durable: boolean;

  /** The record of each key, in order. */
  getMany(keys: readonly Uint8Array[]): Promise<(Bytes | undefined)[]>;

  /**
   * Decides and writes in one transaction, which no other writer of this storage can come between. Resolves when it is on disk (for
   * a `durable` storage); rejects when nothing was written, or when that is unknown. No key may occur twice.
   */
  update(changes: readonly Change[]): Promise<void>;

  /** At most `limit` records of a range, in bytewise order of their keys. */
  scan(range: KeyRange, limit: number): Promise<StoredRecord[]>;

  /** How many records a range holds. */
  count(range: KeyRange): Promise<number>;

  close(): Promise<void>;
}

export interface Change {
  /** 1 … 64 bytes. */
  readonly key: Uint8Array;
  /**
   * What becomes of the record, told from what stands there now: bytes replace it, `null` deletes it, `undefined` leaves it. Runs
   * inside the transaction and so cannot wait. If it throws, nothing of the batch is written and `update` rejects with its error.
   */
  readonly decide: (current: Bytes | undefined) => Uint8Array | null | undefined;
}

/** Keys from `from` on, up to but without `before`, bytewise. */
export interface KeyRange {
  readonly from: Uint8Array;
  readonly before: Uint8Array;
}

export interface StoredRecord {
  readonly key: Bytes;
  readonly record: Bytes;
}

/** `STORAGE`: what failed, and what its owner can do about it. */
export function storageError(message: string, hint: string, cause?: unknown): RegistryError {
  return new RegistryError('STORAGE', message, { hint, cause });
}
