import { sha256 } from '@noble/hashes/sha2.js';
import { equalBytes, type Bytes } from '../../registry/bytes.ts';

/**
 * What is remembered of the newest vault that was seen in a place.
 *
 * | at | bytes | |
 * |---|---|---|
 * | 0 | 1 | version of this layout |
 * | 1 | 1 | 1 while it is being removed, else 0 |
 * | 2 | 8 | generation, big-endian |
 * | 10 | 32 | SHA-256 of the vault |
 */
export interface Seen {
  readonly generation: bigint;
  /** 32 bytes. */
  readonly digest: Bytes;
  /** It is being removed: that it is gone says nothing. */
  readonly isLeaving: boolean;
}

/** A vault that was read, as bytes and by its generation. */
export interface Copy {
  readonly bytes: Bytes;
  readonly generation: bigint;
}

const VERSION = 1;
const DIGEST = 10;
const LENGTH = 42;

export const seenOf = ({ bytes, generation }: Copy, isLeaving = false): Seen => ({ generation, digest: sha256(bytes), isLeaving });

export function packSeen({ generation, digest, isLeaving }: Seen): Bytes {
  const record = new Uint8Array(LENGTH);
  record[0] = VERSION;
  record[1] = isLeaving ? 1 : 0;
  new DataView(record.buffer).setBigUint64(2, generation);
  record.set(digest, DIGEST);
  return record;
}

/** Undefined for what is no such record. */
export function parseSeen(record: Bytes | undefined): Seen | undefined {
  if (record?.length !== LENGTH || record[0] !== VERSION) return undefined;
  return { generation: new DataView(record.buffer).getBigUint64(2), digest: record.slice(DIGEST), isLeaving: record[1] === 1 };
}

/** Whether a vault is this very one. */
export const isSeen = (copy: Copy, seen: Seen | undefined): boolean => seen?.generation === copy.generation && equalBytes(sha256(copy.bytes), seen.digest);

/** Whether a vault is older than what was seen, or another one of the same generation, which no program of ours has put there. */
export const isOutdated = (copy: Copy, seen: Seen | undefined): boolean =>
  seen !== undefined && (copy.generation < seen.generation || (copy.generation === seen.generation && !isSeen(copy, seen)));
