import { open } from 'node:fs/promises';

/** LMDB's file format, as lmdb-js writes it: two meta pages, each a page header and then this (`MDB_meta` in mdb.c). */
const HEADER_BYTES = 24;
const MAGIC = 0xbeefc0de;
const PAGE_SIZE = HEADER_BYTES + 24;
const LAST_PAGE = HEADER_BYTES + 120;
const META_BYTES = LAST_PAGE + 8;

/**
 * Why a data file must not be opened, or `undefined` if it may be. LMDB maps what it finds without a look: a file that is cut short
 * or holds something else ends the process with a signal, which no `catch` sees. Damage inside the pages is not found here.
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
    const pages = 1n + [first, second].map((each) => each.readBigUInt64LE(LAST_PAGE)).reduce((a, b) => (a > b ? a : b));
    // Asked after the meta pages: another process may be growing the file, and never shrinks it.
    const { size } = await file.stat();
    return BigInt(size) < pages * BigInt(pageSize) ? 'it is cut short' : undefined;
  } finally {
    await file.close();
  }
}

async function meta(file: Awaited<ReturnType<typeof open>>, position: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(META_BYTES), 0, META_BYTES, position);
  return buffer.subarray(0, bytesRead);
}

const isMeta = (page: Buffer): boolean => page.length === META_BYTES && page.readUInt32LE(HEADER_BYTES) === MAGIC;
