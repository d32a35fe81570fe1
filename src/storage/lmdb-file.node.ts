import { open } from 'node:fs/promises';

/** LMDB's file format, as lmdb-js writes it: two meta pages, each a page header and then this (`MDB_meta` in mdb.c). */
const HEADER_BYTES = 24;
const MAGIC = 0xbeefc0de;
const PAGE_SIZE = HEADER_BYTES + 24;
/** Of the free pages, and of the records. */
const ROOTS = [HEADER_BYTES + 64, HEADER_BYTES + 112];
const TRANSACTION = HEADER_BYTES + 128;
const META_BYTES = TRANSACTION + 8;
/** The root of an empty tree. */
const NO_PAGE = 2n ** 64n - 1n;

/**
 * Why a data file must not be opened, or `undefined` if it may be. LMDB maps what it finds without a look: a file that is cut short
 * or holds something else ends the process with a signal, which no `catch` sees. What is found is a file that is no LMDB file, or that
 * lacks a meta page or the root of a tree. Damage further in is not: a whole file may end before the last page it has allocated.
 */
export async function flawOf(path: string): Promise<string | undefined> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined; // it will be made
    throw error;
  });
  if (file === undefined) return undefined;
  try {
    const first = await meta(file, 0);
    if (first.length === 0) return undefined; // made, and not written yet
    if (!isMeta(first)) return 'it is no LMDB file';
    const pageSize = first.readUInt32LE(PAGE_SIZE);
    const second = await meta(file, pageSize);
    if (!isMeta(second)) return 'its second meta page is damaged';
    const newest = first.readBigUInt64LE(TRANSACTION) > second.readBigUInt64LE(TRANSACTION) ? first : second;
    // Asked after the meta pages: another process may be growing the file, and never shrinks it.
    const pages = BigInt((await file.stat()).size) / BigInt(pageSize);
    const isCut = ROOTS.map((at) => newest.readBigUInt64LE(at)).some((root) => root !== NO_PAGE && root >= pages);
    return isCut ? 'it is cut short' : undefined;
  } finally {
    await file.close();
  }
}

async function meta(file: Awaited<ReturnType<typeof open>>, position: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(META_BYTES), 0, META_BYTES, position);
  return buffer.subarray(0, bytesRead);
}

const isMeta = (page: Buffer): boolean => page.length === META_BYTES && page.readUInt32LE(HEADER_BYTES) === MAGIC;
