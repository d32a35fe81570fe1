import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import type { Bytes } from '../bytes.ts';
import { MAX_DATA_BYTES, MAX_REVISION, type CheckedEntry, type EntryType } from '../entry.ts';
import { charactersOf } from '../key-name.ts';
import { JsonNumber, readJson, type JsonObject, type JsonValue } from '../json.ts';

/** Every key any message of the portal protocol has a meaning for; others are skipped. */
const KNOWN_KEYS: ReadonlySet<string> = new Set([
  'action',
  'algorithm',
  'data',
  'datakey',
  'error',
  'key',
  'message',
  'pubkey',
  'publickey',
  'responsetype',
  'revision',
  'signature',
  'type',
]);

/** One JSON object with its known keys, or undefined for anything else. */
export function readObject(text: string): JsonObject | undefined {
  const value = readJson(text, KNOWN_KEYS);
  return isObject(value) ? value : undefined;
}

/** The objects of a JSON array, or undefined for anything else. */
export function readObjects(text: string): readonly JsonObject[] | undefined {
  const value = readJson(text, KNOWN_KEYS);
  return Array.isArray(value) && value.every(isObject) ? value : undefined;
}

const isObject = (value: JsonValue | undefined): value is JsonObject => value instanceof Map;

/** The text of a `publickey` everywhere but in bodies: `ed25519:` and 64 hex digits. */
export function pubkeyText(pubkey: Uint8Array): string {
  return `${PUBKEY_PREFIX}${bytesToHex(pubkey)}`;
}

const PUBKEY_PREFIX = 'ed25519:';

/** Hex digits of either case; undefined unless they are exactly `length` bytes. */
export function bytesFromHex(value: JsonValue | undefined, length: number | { readonly atMost: number }): Bytes | undefined {
  if (typeof value !== 'string' || !/^(?:[0-9a-f]{2})*$/i.test(value)) return undefined;
  const fits = typeof length === 'number' ? value.length === 2 * length : value.length <= 2 * length.atMost;
  return fits ? hexToBytes(value) : undefined;
}

/** A public key in either of its forms: the text, or `{algorithm: 'ed25519', key}` with base64 or an array of numbers. */
export function pubkeyFrom(value: JsonValue | undefined): Bytes | undefined {
  if (typeof value === 'string') return value.startsWith(PUBKEY_PREFIX) ? bytesFromHex(value.slice(PUBKEY_PREFIX.length), 32) : undefined;
  if (!isObject(value) || value.get('algorithm') !== 'ed25519') return undefined;
  const key = bytesFromGo(value.get('key'), 32);
  return key?.length === 32 ? key : undefined;
}

/** Bytes as Go's encoding/json takes a slice: base64, or an array of numbers; nothing at all for none. At most `most` bytes. */
export function bytesFromGo(value: JsonValue | undefined, most: number): Bytes | undefined {
  if (value === undefined || value === null) return new Uint8Array(0);
  return typeof value === 'string' ? bytesFromBase64(value, most) : bytesFromArray(value, most);
}

/** An array of numbers from 0 to 255, at most `most` of them. */
export function bytesFromArray(value: JsonValue | undefined, most: number): Bytes | undefined {
  if (!Array.isArray(value) || value.length > most) return undefined;
  const bytes = new Uint8Array(value.length);
  for (const [i, item] of (value as readonly JsonValue[]).entries()) {
    const byte = item instanceof JsonNumber ? item.unsigned(255n) : undefined;
    if (byte === undefined) return undefined;
    bytes[i] = Number(byte);
  }
  return bytes;
}

function bytesFromBase64(text: string, most: number): Bytes | undefined {
  if (text.length > 4 * Math.ceil(most / 3)) return undefined;
  try {
    const characters = atob(text);
    // atob takes spaces, and leaves out padding; a field that is written otherwise than it would be here is none.
    return characters.length <= most && btoa(characters) === text ? Uint8Array.from(characters, (character) => character.charCodeAt(0)) : undefined;
  } catch {
    return undefined;
  }
}

export function revisionFrom(value: JsonValue | undefined): bigint | undefined {
  return value instanceof JsonNumber ? value.unsigned(MAX_REVISION) : undefined;
}

/** 1 or 2; a portal before skyd 1.5.9 leaves it out and means 1. */
function typeFrom(value: JsonValue | undefined): EntryType | undefined {
  if (value === undefined) return 1;
  const type = value instanceof JsonNumber ? value.unsigned(2n) : undefined;
  return type === 1n ? 1 : type === 2n ? 2 : undefined;
}

/** What a portal claims of an entry besides its key. Only a verdict turns a claim into an entry. */
export type Claim = Pick<CheckedEntry, 'data' | 'revision' | 'signature' | 'type'>;

/** The claim in an object with hex fields, as every answer of a portal has it; undefined unless whole. */
export function claimFrom(object: JsonObject): Claim | undefined {
  const data = bytesFromHex(object.get('data') ?? '', { atMost: MAX_DATA_BYTES });
  const revision = revisionFrom(object.get('revision'));
  const signature = bytesFromHex(object.get('signature'), 64);
  const type = typeFrom(object.get('type'));
  if (data === undefined || revision === undefined || signature === undefined || type === undefined) return undefined;
  if (type === 2 && data.length < 20) return undefined;
  return { data, revision, signature, type };
}

/** The `publickey` of bodies and of generation A: `{"algorithm":"ed25519","key":<base64>}`. */
export function pubkeyJson(pubkey: Uint8Array): string {
  // The platform's own: whoever only writes has no use for a decoder's kilobyte.
  return `{"algorithm":"ed25519","key":"${btoa(charactersOf(pubkey))}"}`;
}
