import { createHash } from 'node:crypto';
import { RegistryError } from '../../error.ts';

/**
 * How a file lies on disk: `version8 = 1 ‖ sha256(Merkle root ‖ used bytes) ‖ used bytes`. The checksum says whether a file was flipped, cut or put into another one's place,
 * and takes a hundredth of the time of the Merkle root.
 */
const VERSION = 1;
export const USED_FROM = 33;

export function packFile(merkleRoot: Uint8Array, used: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(VERSION), checksum(merkleRoot, used), used]);
}

/** @returns a view of the record. @throws RegistryError `STORAGE` for a file of a version we do not know, or that is not as it was written */
export function unpackFile(merkleRoot: Uint8Array, record: Buffer): Uint8Array {
  if (record.length > 0 && record[0] !== VERSION) {
    throw new RegistryError('STORAGE', 'a file of the file store has a version this program does not know', {
      retryable: false,
      hint: 'open it with the version of secure-registry that wrote it, or a later one',
    });
  }
  const used = record.subarray(USED_FROM);
  if (record.length < USED_FROM || !checksum(merkleRoot, used).equals(record.subarray(1, USED_FROM))) {
    throw new RegistryError('STORAGE', 'a file of the file store is damaged', { retryable: false, hint: 'upload it again, or restore the data directory from a copy' });
  }
  return used;
}

const checksum = (merkleRoot: Uint8Array, used: Uint8Array): Buffer => createHash('sha256').update(merkleRoot).update(used).digest();
