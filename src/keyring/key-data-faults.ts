import { invalidInput } from '../error.ts';
import type { Key, KeyData } from './key-data.ts';
import { readKey, type Fault } from './key-faults.ts';
import { isKeyName, MAX_KEYS, NAME_EXPECTED } from './key-name.ts';
import { isOrdinary, readPlainData } from './plain-data.ts';

/** The version of the format that this library writes. */
export const KEY_DATA_VERSION = 1;

/** More faults than these help nobody. */
const MAX_FAULTS = 64;

/** What a value is as key data: a frozen copy of its own, or what is wrong with it. */
export type KeyDataReading = { readonly keyData: KeyData } | { readonly faults: readonly [Fault, ...Fault[]] };

/** Reads whatever it is given, each property once. Nothing throws, and no fault quotes what was read but names of keys that are valid ones. */
function readKeyData(value: unknown, field: string): KeyDataReading {
  const faults: Fault[] = [];
  const tell = (fault: Fault): void => void (faults.length < MAX_FAULTS && faults.push(fault));
  const keys = readKeys(value, field, tell);
  // What is known to be small is cloned, to tell proxies.
  if (faults.length === 0 && !isOrdinary(value)) tell({ field, expected: 'plain data, without proxies' });
  const [first, ...others] = faults;
  return first === undefined ? { keyData: keyDataOf(keys) } : { faults: [first, ...others] };
}

/** Key data of these keys, which were checked. */
export function keyDataOf(keys: Iterable<readonly [name: string, Key]>): KeyData {
  const properties: readonly (readonly [string, unknown])[] = [['version', KEY_DATA_VERSION], ...keys];
  return Object.freeze(Object.fromEntries(properties)) as KeyData;
}

function readKeys(value: unknown, field: string, tell: (fault: Fault) => void): ReadonlyMap<string, Key> {
  const keys = new Map<string, Key>();
  const properties = readPlainData(value, 1 + MAX_KEYS);
  if (properties === undefined) {
    tell({ field, expected: `a plain object of a version and 1 to ${MAX_KEYS} keys` });
    return keys;
  }
  if (properties.get('version') !== KEY_DATA_VERSION) tell({ field: `${field}.version`, expected: `${KEY_DATA_VERSION}` });
  if (properties.size - (properties.has('version') ? 1 : 0) === 0) tell({ field, expected: 'an object of one key or more' });
  const named = new Map<string, string>();
  let place = 0;
  for (const [name, entry] of properties) {
    if (name === 'version') continue;
    place++;
    if (!isKeyName(name)) {
      // By its place: what is no name may be a secret.
      tell({ field, expected: `an object of keys; the name of key ${place} must be ${NAME_EXPECTED}` });
      continue;
    }
    const key = readKey(entry, `${field}.${name}`, tell);
    if (key === undefined) continue;
    const other = named.get(key.public);
    if (other === undefined) keys.set(name, key);
    else tell({ field: `${field}.${name}`, expected: `another key than ${other}` });
    named.set(key.public, name);
  }
  return keys;
}

/**
 * Whether a value is key data, to the last character: nothing more is in it than there may be, and public keys and addresses are those of
 * the secrets. Never throws.
 */
export const isValidKeyData = (value: unknown): value is KeyData => 'keyData' in readKeyData(value, 'keyData');

/** Every fault of a value as key data, a sentence each, at most 64; none if it is valid. No secret is in them. Never throws. */
export function explainKeyData(value: unknown): string[] {
  const reading = readKeyData(value, 'keyData');
  return 'faults' in reading ? reading.faults.map(({ field, expected }) => `${field} must be ${expected}`) : [];
}

/**
 * Takes key data from a caller: a frozen copy of its own.
 * @throws RegistryError `INVALID_INPUT` naming the first fault
 */
export function takeKeyData(value: unknown, field = 'keyData'): KeyData {
  const reading = readKeyData(value, field);
  if ('keyData' in reading) return reading.keyData;
  const [first] = reading.faults;
  throw invalidInput(first.field, first.expected);
}
