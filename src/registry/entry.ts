import { invalidInput } from '../error.ts';
import { takeBytes, type Bytes } from './bytes.ts';

/** The most a registry entry holds, in bytes. */
export const MAX_DATA_BYTES = 113;

/** The last revision there is, 2⁶⁴−1. An entry that reached it can never be updated again. */
export const MAX_REVISION = 2n ** 64n - 1n;

/** Type 2 data begins with this many bytes of the hash of a host's key. */
export const HOST_PREFIX_BYTES = 20;

/** What names a registry entry. */
export interface EntryKey {
  /** ed25519 public key, 32 bytes. */
  readonly pubkey: Uint8Array;
  /** 32 bytes, chosen by the key's holder; {@link hashDatakey} makes one of a name. */
  readonly datakey: Uint8Array;
}

/**
 * Type 1: data is free. Type 2: data begins with the first {@link HOST_PREFIX_BYTES} bytes of blake2b-256 of a host's key, which
 * makes that host the entry's primary one.
 */
export type EntryType = 1 | 2;

/** What a signature covers, and the key it is made with. */
export interface UnsignedEntry extends EntryKey {
  /** At most {@link MAX_DATA_BYTES} bytes. */
  readonly data: Uint8Array;
  /** 0 … {@link MAX_REVISION}. */
  readonly revision: bigint;
  /** Default 1. */
  readonly type?: EntryType;
}

/** A registry entry, ready to be sent to a portal or verified by anybody. */
export interface SignedEntry extends UnsignedEntry {
  /** ed25519, 64 bytes, over {@link hashEntry}. */
  readonly signature: Uint8Array;
}

/** A signed entry whose shape was checked: its own memory, and a type. Whether the signature holds is the verdict's to say. */
export interface CheckedEntry extends SignedEntry {
  readonly pubkey: Bytes;
  readonly datakey: Bytes;
  readonly data: Bytes;
  readonly signature: Bytes;
  readonly type: EntryType;
}
export type CheckedUnsignedEntry = Omit<CheckedEntry, 'signature'>;

const SECRET_KEY_BYTES = 64;

function takeObject(value: unknown, field: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw invalidInput(field, 'an object');
  return value as Record<string, unknown>;
}

/** One reading of a property: a getter may answer differently the second time, or throw. */
function read(object: Record<string, unknown>, name: string, field: string): unknown {
  try {
    return object[name];
  } catch {
    throw invalidInput(`${field}.${name}`, 'readable');
  }
}

function takeRevision(value: unknown, field: string): bigint {
  if (typeof value !== 'bigint' || value < 0n || value > MAX_REVISION) throw invalidInput(field, 'a bigint from 0 to 2^64-1');
  return value;
}

/** @throws RegistryError `INVALID_INPUT` naming the field */
export function takeEntryKey(value: unknown, field = 'key'): { readonly pubkey: Bytes; readonly datakey: Bytes } {
  const object = takeObject(value, field);
  return { pubkey: takeBytes(read(object, 'pubkey', field), `${field}.pubkey`, 32), datakey: takeBytes(read(object, 'datakey', field), `${field}.datakey`, 32) };
}

/** @throws RegistryError `INVALID_INPUT` naming the field */
export function takeUnsignedEntry(value: unknown, field = 'entry'): CheckedUnsignedEntry {
  const object = takeObject(value, field);
  const given = read(object, 'type', field);
  const type = given === undefined ? 1 : given;
  if (type !== 1 && type !== 2) throw invalidInput(`${field}.type`, '1 or 2');
  return {
    ...takeEntryKey(object, field),
    data: takeBytes(read(object, 'data', field), `${field}.data`, [type === 2 ? HOST_PREFIX_BYTES : 0, MAX_DATA_BYTES]),
    revision: takeRevision(read(object, 'revision', field), `${field}.revision`),
    type,
  };
}

/** @throws RegistryError `INVALID_INPUT` naming the field */
export function takeSignedEntry(value: unknown, field = 'entry'): CheckedEntry {
  const object = takeObject(value, field);
  return { ...takeUnsignedEntry(object, field), signature: takeBytes(read(object, 'signature', field), `${field}.signature`, 64) };
}

/** @throws RegistryError `INVALID_INPUT`; the message never holds a byte of the key */
export function takeSecretKey(value: unknown, field = 'secretKey'): Bytes {
  return takeBytes(value, field, SECRET_KEY_BYTES);
}
