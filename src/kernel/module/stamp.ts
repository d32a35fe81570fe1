import { u64le, type Bytes } from '../../registry/bytes.ts';
import { bytesOf, packEntry, type CheckedEntry } from '../../registry/index.ts';
import type { KeyRange } from '../../storage/index.ts';
import type { Seal } from './seal.ts';

/** A portal's word about an entry. */
export interface Word {
  /** The portal's URL. */
  readonly portal: string;
  /** When it served it, epoch milliseconds. */
  readonly at: number;
}

/**
 * A stamp as it is stored. All integers are big-endian.
 *
 * | at | bytes | |
 * |---|---|---|
 * | 0 | 1 | version of this layout |
 * | 1 | 8 | who asked for the entry first |
 * | 9 | 8 | last use, epoch milliseconds |
 * | 17 | 8 | when a portal served the entry last, epoch milliseconds; 0 for never |
 * | 25 | 32 | seal of that, of the entry and of the portal |
 * | 57 | 0 … | the portal's URL, UTF-8 |
 */
const VERSION = 1;
const OWNER = 1;
const USED_AT = 9;
const SERVED_AT = 17;
const SEAL = 25;
const PORTAL = 57;

/** The first byte of the keys of stamps, and what kind of statement a seal of one is of. */
const TAG = 5;

/** All stamps of a storage. */
export const STAMPS: KeyRange = { from: Uint8Array.of(TAG), before: Uint8Array.of(TAG + 1) };

/** @param entryId 32 bytes */
export const stampKey = (entryId: Uint8Array): Bytes => Uint8Array.of(TAG, ...entryId);

/** @param owner 8 bytes */
export function packStamp(owner: Uint8Array, usedAt: number, word: { readonly entry: CheckedEntry; readonly word: Word } | undefined, id: Uint8Array, seal: Seal): Bytes {
  const portal = new TextEncoder().encode(word?.word.portal ?? '');
  const record = new Uint8Array(PORTAL + portal.length);
  const view = new DataView(record.buffer);
  record[0] = VERSION;
  record.set(owner, OWNER);
  view.setBigUint64(USED_AT, BigInt(Math.floor(usedAt)));
  if (word === undefined) return record;
  view.setBigUint64(SERVED_AT, BigInt(Math.floor(word.word.at)));
  record.set(portal, PORTAL);
  record.set(seal.of(TAG, ...sealed(id, record, word.entry)) ?? [], SEAL);
  return record;
}

/** Who asked first (8 bytes), and when it was used last, epoch milliseconds; undefined if it is no stamp. Anybody may have written it. */
export function ownerOf(record: Uint8Array): { readonly owner: Uint8Array; readonly usedAt: number } | undefined {
  if (!isStamp(record)) return undefined;
  return { owner: record.slice(OWNER, USED_AT), usedAt: millisecondsAt(record, USED_AT) };
}

/** The word that a stamp holds, if it is sealed, and of this entry. */
export function wordIn(record: Uint8Array | undefined, id: Uint8Array, entry: CheckedEntry, seal: Seal): Word | undefined {
  if (record === undefined || !isStamp(record) || !seal.holds(record.subarray(SEAL, PORTAL), TAG, ...sealed(id, record, entry))) return undefined;
  return { portal: new TextDecoder().decode(record.subarray(PORTAL)), at: millisecondsAt(record, SERVED_AT) };
}

const isStamp = (record: Uint8Array): boolean => record[0] === VERSION && record.length >= PORTAL;
const millisecondsAt = (record: Uint8Array, at: number): number => Number(new DataView(record.buffer, record.byteOffset).getBigUint64(at));
const sealed = (id: Uint8Array, record: Uint8Array, entry: CheckedEntry): readonly Uint8Array[] => [id, u64le(millisecondsAt(record, SERVED_AT)), bytesOf(packEntry(entry)), record.subarray(PORTAL)];
