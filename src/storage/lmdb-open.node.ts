import { join } from 'node:path';
import type { Database } from 'lmdb';
import { flawOf } from './lmdb-file.node.ts';

/**
 * Opens the LMDB environment in a directory, with binary keys and values. What has been committed is on disk, and what fails is told
 * to who wrote it.
 * @typeParam Value what is written; what is read are Buffers
 * @throws Error for a data file that must not be opened, and what LMDB throws
 */
export async function openLmdb<Value extends Uint8Array>(directory: string): Promise<Database<Value, Uint8Array>> {
  const flaw = await flawOf(join(directory, 'data.mdb'));
  if (flaw !== undefined) throw new Error(`data.mdb: ${flaw}`);
  const { open } = await import('lmdb');
  return open<Value, Uint8Array>({
    path: directory,
    noSubdir: false,
    keyEncoding: 'binary',
    encoding: 'binary',
    // LMDB's own way: a commit is on disk before anybody can read it. With overlapping syncs a transaction resolves before that,
    // readers see what a power cut takes back, and a sync that failed is not reported.
    overlappingSync: false,
    // The batches it makes of each event turn have a promise nobody can take: a full disk would end the process.
    eventTurnBatching: false,
  });
}
