import { RegistryError } from '../../error.ts';
import { isBytes, takeBytes, type Bytes } from '../../registry/bytes.ts';
import { MAX_DATA_BYTES, MAX_REVISION, signBySecretKey, type EntryKey, type SignedEntry } from '../../registry/index.ts';
import { own } from '../own.ts';

// The input of `readEntry` and `writeEntry`, judged in the words of the module that had these methods first, and in its order: of several
// faults the first is told. Callers show these texts.

const fault = (text: string): RegistryError => new RegistryError('INVALID_INPUT', text);

function check(holds: boolean, text: string): void {
  if (!holds) throw fault(text);
}

/** A copy of so many bytes; undefined of anything else. */
function copyOf(value: unknown, lengths: number | readonly [least: number, most: number]): Bytes | undefined {
  try {
    return takeBytes(value, '', lengths);
  } catch {
    return undefined;
  }
}

function present(fields: Readonly<Record<string, unknown>>, name: string, label = `${name} input`): unknown {
  check(name in fields, `input should contain ${/^[aeio]/.test(name) ? 'an' : 'a'} ${name} field`);
  check(isBytes(fields[name]), `${label} should be a Uint8Array`);
  return fields[name];
}

function bytes(fields: Readonly<Record<string, unknown>>, name: string, length: number): Bytes {
  const copy = copyOf(present(fields, name), length);
  if (copy === undefined) throw fault(`${name} should have a length of ${length}`);
  return copy;
}

/** @throws RegistryError `INVALID_INPUT`, whose message is the original's */
export function takeReadEntry(data: unknown): EntryKey {
  const fields = own(data, ['publicKey', 'dataKey']);
  // The original did not look at lengths here: what it did look at comes first.
  for (const name of ['publicKey', 'dataKey']) present(fields, name);
  return { pubkey: bytes(fields, 'publicKey', 32), datakey: bytes(fields, 'dataKey', 32) };
}

/**
 * What `writeEntry` writes, signed: of the secret key nothing is left but in the message, which its receiver overwrites.
 * @throws RegistryError `INVALID_INPUT`, whose message is the original's and holds no byte of any field
 */
export function takeWriteEntry(data: unknown): SignedEntry {
  const fields = own(data, ['publicKey', 'secretKey', 'dataKey', 'entryData', 'revision']);
  const pubkey = bytes(fields, 'publicKey', 32);
  const secretKey = bytes(fields, 'secretKey', 64);
  try {
    const datakey = copyOf(present(fields, 'dataKey'), 32);
    const entryData = copyOf(present(fields, 'entryData', 'data input'), [0, MAX_DATA_BYTES]);
    if (entryData === undefined) throw fault('provided data is too large to fit in a registry entry');
    check('revision' in fields, 'input should contain a revision field');
    const { revision } = fields;
    if (typeof revision !== 'bigint') throw fault('revision should be a BigInt');
    if (datakey === undefined) throw fault('unable to derive entry ID from pubkey and datakey: datakey is not a valid hash, length is wrong');
    check(revision >= 0n, 'unable to encode revisionNumber: expected a positive integer');
    check(revision <= MAX_REVISION, 'unable to encode revisionNumber: expected a number no larger than a uint64');
    return signed({ pubkey, datakey, data: entryData, revision }, secretKey);
  } finally {
    secretKey.fill(0);
  }
}

/** Of what was checked, a key that is not the other's is all that can be wrong. */
function signed(entry: Parameters<typeof signBySecretKey>[0], secretKey: Bytes): SignedEntry {
  try {
    return signBySecretKey(entry, secretKey);
  } catch {
    throw fault('secretKey does not belong to publicKey');
  }
}
