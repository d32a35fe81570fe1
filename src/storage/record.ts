import { equalBytes, type Bytes } from '../registry/bytes.ts';
import { takeSignedEntry, type CheckedEntry } from '../registry/entry.ts';
import type { KeyRange } from './adapter.ts';

/**
 * A floor as it is stored: the signed entry itself, and when it was last used. All integers are big-endian.
 *
 * | at | bytes | |
 * |---|---|---|
 * | 0 | 1 | version of this layout |
 * | 1 | 8 | last use, epoch milliseconds; in the future while it is pinned |
 * | 9 | 1 | type |
 * | 10 | 8 | revision |
 * | 18 | 32 | pubkey |
 * | 50 | 32 | datakey |
 * | 82 | 64 | signature |
 * | 146 | 0 … 113 | data |
 *
 * A new layout takes a new tag of the key or a new version of the database, never this tag with another version byte: older code
 * holds that for a corrupt record and replaces it.
 */
const VERSION = 1;
const USED_AT = 1;
const ENTRY = 9;
const DATA = 146;

/** The first byte of the keys of floors; other kinds of records take other tags. */
const TAG = 1;

/** All floors of a storage. */
export const FLOORS: KeyRange = { from: Uint8Array.of(TAG), before: Uint8Array.of(TAG + 1) };

/** @param entryId 32 bytes */
export function floorKey(entryId: Uint8Array): Bytes {
  const key = new Uint8Array(33);
  key[0] = TAG;
  key.set(entryId, 1);
  return key;
}

export function packFloor(entry: CheckedEntry, time: number): Bytes {
  const record = new Uint8Array(DATA + entry.data.length);
  const view = new DataView(record.buffer);
  record[0] = VERSION;
  view.setBigUint64(USED_AT, BigInt(time));
  record[ENTRY] = entry.type;
  view.setBigUint64(10, entry.revision);
  record.set(entry.pubkey, 18);
  record.set(entry.datakey, 50);
  record.set(entry.signature, 82);
  record.set(entry.data, DATA);
  return record;
}

/** The entry of a record, or `undefined` if it is none. Whether its signature holds and its key is the record's is not known yet. */
export function parseFloor(record: Bytes): CheckedEntry | undefined {
  if (record[0] !== VERSION || record.length < DATA) return undefined;
  try {
    return takeSignedEntry({
      type: record[ENTRY],
      revision: new DataView(record.buffer).getBigUint64(10),
      pubkey: record.subarray(18, 50),
      datakey: record.subarray(50, 82),
      signature: record.subarray(82, DATA),
      data: record.subarray(DATA),
    });
  } catch {
    return undefined;
  }
}

/** When a record was last used, epoch milliseconds; 0 if it is no floor, so that it goes first. */
export function usedAt(record: Bytes): number {
  return record[0] === VERSION && record.length >= DATA ? Number(new DataView(record.buffer).getBigUint64(USED_AT)) : 0;
}

export function withUsedAt(record: Bytes, time: number): Bytes {
  const copy = new Uint8Array(record);
  new DataView(copy.buffer).setBigUint64(USED_AT, BigInt(time));
  return copy;
}

/** Whether two records hold the same entry with the same signature, whenever they were used. */
export function holdsSameEntry(a: Bytes, b: Bytes): boolean {
  return a[0] === b[0] && equalBytes(a.subarray(ENTRY), b.subarray(ENTRY));
}
