import type { CheckedEntry, EntryType, SignedEntry } from './entry.ts';
import { charactersOf, keyNamed } from './key-name.ts';
import { compareChecked } from './order.ts';

const SIGNATURE = 9;
const DATA = SIGNATURE + 64;

/** Filled and read in one go, never kept. */
const scratch = new Uint8Array(DATA + 113);
const scratchView = new DataView(scratch.buffer);

/**
 * What an entry says, without its key, as one string, a character for each byte: type, revision (8 bytes, big-endian), signature, data. Kept by the
 * hundred thousand: a third of the memory that an object with two arrays takes, and nobody can change it.
 */
export function packEntry({ type, revision, signature, data }: Pick<SignedEntry, 'revision' | 'signature' | 'data'> & { readonly type: EntryType }): string {
  scratch[0] = type;
  scratchView.setBigUint64(1, revision);
  scratch.set(signature, SIGNATURE);
  scratch.set(data, DATA);
  return charactersOf(scratch.subarray(0, DATA + data.length));
}

/**
 * The entry again, in memory of its own.
 * @param name {@link nameOf} its key
 * @param packed what {@link packEntry} made
 */
export function unpackEntry(name: string, packed: string): CheckedEntry {
  for (let i = 0; i < packed.length; i++) scratch[i] = packed.charCodeAt(i);
  return {
    ...keyNamed(name),
    type: scratch[0] as EntryType,
    revision: scratchView.getBigUint64(1),
    signature: scratch.slice(SIGNATURE, DATA),
    data: scratch.slice(DATA, packed.length),
  };
}

/**
 * As `compareChecked` does, an entry with a packed one of its key. Revisions mostly tell, and to see them nothing has to be unpacked.
 * @param name {@link nameOf} the key of both
 */
export function compareWithPacked(entry: CheckedEntry, name: string, packed: string): -1 | 0 | 1 {
  for (let i = 1; i < SIGNATURE; i++) scratch[i] = packed.charCodeAt(i);
  const revision = scratchView.getBigUint64(1);
  if (entry.revision !== revision) return entry.revision > revision ? 1 : -1;
  return isPackedAs(entry, packed) ? 0 : compareChecked(entry, unpackEntry(name, packed));
}

/** Whether an entry says what a packed one of its key says: compared in place, as it is what portals send most. Signatures play no part. */
export function isPackedAs({ type, revision, data }: Pick<CheckedEntry, 'type' | 'revision' | 'data'>, packed: string): boolean {
  if (packed.length !== DATA + data.length || packed.charCodeAt(0) !== type) return false;
  scratchView.setBigUint64(1, revision);
  for (let i = 1; i < SIGNATURE; i++) if (packed.charCodeAt(i) !== scratch[i]) return false;
  for (let i = 0; i < data.length; i++) if (packed.charCodeAt(DATA + i) !== data[i]) return false;
  return true;
}

/** Whether two packed entries of one key say the same. Signatures play no part. */
export const isSamePacked = (a: string, b: string): boolean => a === b || (a.slice(0, SIGNATURE) === b.slice(0, SIGNATURE) && a.slice(DATA) === b.slice(DATA));

/** Positive if `a` has the higher revision, negative if `b` has. */
export function compareRevisions(a: string, b: string): -1 | 0 | 1 {
  // Big-endian: as texts they are in the order of the numbers.
  const [one, other] = [a.slice(1, SIGNATURE), b.slice(1, SIGNATURE)];
  return one === other ? 0 : one > other ? 1 : -1;
}
