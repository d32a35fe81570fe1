import type { ReadRequest } from '../../actors/entries/reading.ts';
import type { ReadResult } from '../../actors/entries/result.ts';
import type { WriteRequest } from '../../actors/entries/writing.ts';
import { invalidInput } from '../error.ts';
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
  /**
   * How many portals, of different origins, have to serve exactly what is answered, or to claim that there is nothing: what a live connection vouches for
   * counts as one. `'all'`: every origin. Default 1: whoever is first.
   */
  readonly confirmations?: number | 'all' | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface WriteOptions {
  /** Allows a leap beyond `policy.maxRevisionStep`, and the last revision there is. */
  readonly final?: true | undefined;
  /** How many portals, of different origins, have to be seen to serve the entry before the write resolves. Default 0. */
  readonly confirmations?: number | undefined;
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
  /** How many distinct origins of portals have to be seen to serve what was written, unless something newer is served that was made of it. Default 0. */
  readonly confirmations?: number | undefined;
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
  /** As for a read: a value is told when so many portals confirm it. */
  readonly confirmations?: number | 'all' | undefined;
}

/** @param origins how many there are among the portals */
export function takeConfirmations(value: unknown, least: 0 | 1, origins: number): number {
  if (value === undefined) return least;
  if (value === 'all' && least > 0) return origins;
  if (!(Number.isInteger(value) && (value as number) >= least && (value as number) <= origins)) throw invalidInput('options.confirmations', `a whole number from ${least} to ${origins}, the origins of all portals`);
  return value as number;
}

/**
 * @param origins how many there are among the portals
 * @throws RegistryError `INVALID_INPUT`
 */
export function takeReadOptions(value: unknown, origins: number): ReadRequest & { readonly signal: AbortSignal | undefined } {
  const { maxStaleness, confirmations, signal } = takeRecord(value, 'options', ['maxStaleness', 'confirmations', 'signal']);
  if (maxStaleness !== undefined && !(typeof maxStaleness === 'number' && maxStaleness >= 0)) throw invalidInput('options.maxStaleness', 'a number of milliseconds from 0 to Infinity');
  return { maxStaleness, confirmations: takeConfirmations(confirmations, 1, origins), signal: takeSignal(signal, 'options.signal') };
}

/** @throws RegistryError `INVALID_INPUT` */
export function takeWriteOptions(value: unknown, origins: number): Omit<WriteRequest, 'entry'> & { readonly signal: AbortSignal | undefined } {
  const { final, confirmations, signal } = takeRecord(value, 'options', ['final', 'confirmations', 'signal']);
  if (final !== undefined && final !== true) throw invalidInput('options.final', 'true, or left out');
  return { isFinal: final === true, confirmations: takeConfirmations(confirmations, 0, origins), signal: takeSignal(signal, 'options.signal') };
}

/** @throws RegistryError `INVALID_INPUT` */
export function takeWatchOptions(value: unknown, origins: number): { readonly withStatus: boolean; readonly confirmations: number } {
  const { status, confirmations } = takeRecord(value, 'options', ['status', 'confirmations']);
  if (status !== undefined && typeof status !== 'boolean') throw invalidInput('options.status', 'true or false');
  return { withStatus: status === true, confirmations: takeConfirmations(confirmations, 1, origins) };
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
