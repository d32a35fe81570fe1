import { crc32 } from 'node:zlib';
import { RegistryError } from '../../error.ts';
import { MAX_DATA_BYTES, type CheckedEntry, type EntryType } from '../../registry/index.ts';

/**
 * How an entry lies on disk: `version8 = 1 ‖ crc32 ‖ type8 ‖ revision64 ‖ pubkey32 ‖ datakey32 ‖ signature64 ‖ data`, integers
 * big-endian. The checksum covers the entry's id and all that follows it, so a record that was flipped, cut or moved to another id
 * is noticed.
 */
const VERSION = 1;
const CHECKED_FROM = 5;
const DATA_FROM = 142;

export function packEntry(id: Uint8Array, entry: CheckedEntry): Buffer {
  const record = Buffer.alloc(DATA_FROM + entry.data.length);
  record.writeUInt8(VERSION, 0);
  record.writeUInt8(entry.type, CHECKED_FROM);
  record.writeBigUInt64BE(entry.revision, 6);
  record.set(entry.pubkey, 14);
  record.set(entry.datakey, 46);
  record.set(entry.signature, 78);
  record.set(entry.data, DATA_FROM);
  record.writeUInt32BE(checksum(id, record), 1);
  return record;
}

/** @throws RegistryError `STORAGE` for a record of a version we do not know, or that is not as it was written */
export function unpackEntry(id: Uint8Array, record: Buffer): CheckedEntry {
  if (record[0] !== VERSION) {
    throw new RegistryError('STORAGE', 'a record of the entry store has a version this program does not know', {
      retryable: false,
      hint: 'open it with the version of secure-registry that wrote it, or a later one',
    });
  }
  if (record.length < DATA_FROM || record.length > DATA_FROM + MAX_DATA_BYTES || record.readUInt32BE(1) !== checksum(id, record)) {
    throw new RegistryError('STORAGE', 'a record of the entry store is damaged', {
      retryable: false,
      hint: 'restore the data directory from a copy; its entries are also on other portals',
    });
  }
  return {
    type: record.readUInt8(CHECKED_FROM) as EntryType,
    revision: record.readBigUInt64BE(6),
    pubkey: new Uint8Array(record.subarray(14, 46)),
    datakey: new Uint8Array(record.subarray(46, 78)),
    signature: new Uint8Array(record.subarray(78, DATA_FROM)),
    data: new Uint8Array(record.subarray(DATA_FROM)),
  };
}

const checksum = (id: Uint8Array, record: Buffer): number => crc32(record.subarray(CHECKED_FROM), crc32(id));
