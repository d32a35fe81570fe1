import type { ReadResult } from '../../actors/entries/result.ts';
import { invalidInput, RegistryError } from '../error.ts';
import { takeRecord } from '../input.ts';
import type { Signer } from '../keyring/index.ts';
import { takeBytes } from '../registry/bytes.ts';
import { takeEntryKey, type EntryKey } from '../registry/index.ts';
import { takeSignal } from './options.ts';

export interface ReadOptions {
  /**
   * How long ago, in milliseconds, a portal may have confirmed what is answered, whatever a live connection says: 0 asks now, `Infinity`
   * takes whatever is known. Default: a live connection vouches, else `policy.maxStaleness`.
   */
  readonly maxStaleness?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface WriteOptions {
  /** Allows a leap beyond `policy.maxRevisionStep`, and the last revision there is. */
  readonly final?: true | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How an entry is to be changed. */
export interface EntryUpdate {
  /** Who signs: the name of a key in the runtime's vault, or an ed25519 signer. */
  readonly signer: string | Signer;
  /**
   * Makes new data, at most 113 bytes, of the newest that is known; `null` deletes the entry, `undefined` leaves it as it is. It is called again where somebody else was faster, and
   * so should do nothing else. What it throws is what the update rejects with.
   * @param current of its own bytes
   */
  change(current: ReadResult): UpdatedData | Promise<UpdatedData>;
}

export type UpdatedData = Uint8Array | null | undefined;

export interface UpdateRequest extends EntryUpdate {
  /** 32 bytes. */
  readonly datakey: Uint8Array;
}

export interface UpdateOptions {
  /** How often others may be faster before the update is `CONFLICT`. Default 256. */
  readonly maxAttempts?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An update as it was asked for: its signer is not looked at yet. */
export interface TakenUpdate {
  readonly signer: unknown;
  readonly datakey: Uint8Array;
  /** The only key that may sign, 32 bytes. */
  readonly pubkey: Uint8Array | undefined;
  readonly change: EntryUpdate['change'];
}

export interface WatchOptions {
  /** Whether a change of `status` alone is told too. */
  readonly status?: boolean | undefined;
}

/** Takes options of these names. What the public contract names and this version does not do yet is refused, not ignored. */
export function takeKnown<K extends string>(value: unknown, keys: readonly K[]): Partial<Record<K, unknown>> {
  const options = takeRecord(value, 'options', [...keys, 'confirmations']);
  if ('confirmations' in options && options.confirmations !== undefined) {
    throw new RegistryError('UNSUPPORTED', 'confirmations are not built yet', { field: 'options.confirmations', hint: 'leave it out' });
  }
  return options;
}

/** @throws RegistryError `INVALID_INPUT`, `UNSUPPORTED` */
export function takeReadOptions(value: unknown): { readonly maxStaleness: number | undefined; readonly signal: AbortSignal | undefined } {
  const { maxStaleness, signal } = takeKnown(value, ['maxStaleness', 'signal']);
  if (maxStaleness !== undefined && !(typeof maxStaleness === 'number' && maxStaleness >= 0)) throw invalidInput('options.maxStaleness', 'a number of milliseconds from 0 to Infinity');
  return { maxStaleness, signal: takeSignal(signal, 'options.signal') };
}

/** @throws RegistryError `INVALID_INPUT`, `UNSUPPORTED` */
export function takeWriteOptions(value: unknown): { readonly isFinal: boolean; readonly signal: AbortSignal | undefined } {
  const { final, signal } = takeKnown(value, ['final', 'signal']);
  if (final !== undefined && final !== true) throw invalidInput('options.final', 'true, or left out');
  return { isFinal: final === true, signal: takeSignal(signal, 'options.signal') };
}

/** @throws RegistryError `INVALID_INPUT`, `UNSUPPORTED` */
export function takeWatchOptions(value: unknown): { readonly withStatus: boolean } {
  const { status } = takeKnown(value, ['status']);
  if (status !== undefined && typeof status !== 'boolean') throw invalidInput('options.status', 'true or false');
  return { withStatus: status === true };
}

/**
 * @param handle the key of the handle that it is asked of
 * @throws RegistryError `INVALID_INPUT`
 */
export function takeUpdate(value: unknown, handle?: EntryKey): TakenUpdate {
  const { signer, datakey, change } = takeRecord(value, 'request', ['signer', 'change', ...(handle === undefined ? (['datakey'] as const) : [])]);
  if (typeof change !== 'function') throw invalidInput('request.change', 'a function');
  return { signer, change: change as EntryUpdate['change'], pubkey: handle?.pubkey, datakey: handle?.datakey ?? takeBytes(datakey, 'request.datakey', 32) };
}

/** @throws RegistryError `INVALID_INPUT` */
export function takeKeys(value: unknown): readonly EntryKey[] {
  if (!Array.isArray(value)) throw invalidInput('keys', 'a list of entry keys');
  // `map` would pass over the holes of a sparse list.
  return Array.from(value, (key: unknown, i) => takeEntryKey(key, `keys[${i}]`));
}
