import { hexToBytes } from '@noble/hashes/utils.js';
import type { CheckedEntry, EntryType } from '../../src/registry/index.ts';
import { ENTRY_ROWS, TYPE2_ROW, type EntryRow } from '../vectors/registry.ts';

/** The entry a row of the golden vectors is about. A new one each time: tests may write to it. */
export function entryOf(row: EntryRow): CheckedEntry {
  const { pubkey, datakey, data, signature } = row;
  return {
    pubkey: hexToBytes(pubkey),
    datakey: hexToBytes(datakey),
    data: hexToBytes(data),
    revision: BigInt(row.revision),
    signature: hexToBytes(signature),
    type: 1,
  };
}

/** The first of the golden rows, whose key signed most of the others. */
export const ROW = ENTRY_ROWS[0] as EntryRow;

export const rowNamed = (name: string): EntryRow => {
  const row = ENTRY_ROWS.find((candidate) => candidate.name.startsWith(name));
  if (row === undefined) throw new Error(`no golden row is named ${name}`);
  return row;
};

export const secretKeyOf = (row: EntryRow): Uint8Array => hexToBytes(row.secretKey);

/** The golden entry of type 2. */
export function type2Entry(): CheckedEntry {
  return {
    pubkey: hexToBytes(ROW.pubkey),
    datakey: hexToBytes(TYPE2_ROW.datakey),
    data: hexToBytes(TYPE2_ROW.data),
    revision: BigInt(TYPE2_ROW.revision),
    signature: hexToBytes(TYPE2_ROW.signature),
    type: 2 satisfies EntryType,
  };
}
