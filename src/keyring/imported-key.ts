import { hexToBytes } from '@noble/hashes/utils.js';
import { invalidInput } from '../error.ts';
import { algorithmOf, isKeyType, KEY_TYPES } from './algorithm/index.ts';
import type { Key } from './key-data.ts';
import { publicParts, readKey, type Fault } from './key-faults.ts';
import { readPlainData } from './plain-data.ts';

/**
 * A key that somebody brings along: a whole one, or its type and secret alone, the rest of which follows.
 * @throws RegistryError `INVALID_INPUT` naming the first fault
 */
export function takeImportedKey(value: unknown, field: string): Key {
  const faults: Fault[] = [];
  const key = readKey(completed(value, field), field, (fault) => faults.push(fault));
  if (key !== undefined) return key;
  throw invalidInput(faults[0]?.field ?? field, faults[0]?.expected ?? 'a key');
}

/** What is no type and secret alone is left as it is. */
function completed(value: unknown, field: string): unknown {
  const given = readPlainData(value, 6);
  if (given?.size !== 2 || !given.has('type') || !given.has('secret')) return value;
  const [type, secret] = [given.get('type'), given.get('secret')];
  if (!isKeyType(type)) throw invalidInput(`${field}.type`, KEY_TYPES.join(' or '));
  const algorithm = algorithmOf(type);
  const { secretBytes } = algorithm;
  const isHex = typeof secret === 'string' && secret.length === 2 + 2 * secretBytes && /^0x[\da-f]+$/.test(secret);
  const bytes = isHex ? hexToBytes(secret.slice(2)) : new Uint8Array(secretBytes);
  const publicKey = isHex ? algorithm.publicKeyOf(bytes) : undefined;
  bytes.fill(0);
  if (publicKey === undefined) throw invalidInput(`${field}.secret`, `a secret of its type: 0x and ${2 * secretBytes} lowercase hex digits`);
  return { type, secret, ...publicParts(type, publicKey), origin: 'imported' };
}
