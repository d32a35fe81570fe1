import type { ReadRequest } from '../../actors/entries/reading.ts';
import type { WriteRequest } from '../../actors/entries/writing.ts';
import { invalidInput } from '../error.ts';
import { takeRecord } from '../input.ts';
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

export interface WatchOptions {
  /** Whether a change of `status` alone is told too. */
  readonly status?: boolean | undefined;
  /** As for a read: a value is told when so many portals confirm it. */
  readonly confirmations?: number | 'all' | undefined;
}

/** @param origins how many there are among the portals */
function takeConfirmations(value: unknown, least: 0 | 1, origins: number): number {
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

/** @throws RegistryError `INVALID_INPUT` */
export function takeKeys(value: unknown): readonly EntryKey[] {
  if (!Array.isArray(value)) throw invalidInput('keys', 'a list of entry keys');
  // `map` would pass over the holes of a sparse list.
  return Array.from(value, (key: unknown, i) => takeEntryKey(key, `keys[${i}]`));
}
