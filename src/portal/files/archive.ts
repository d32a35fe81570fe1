import { crc32 } from 'node:zlib';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { RefusedRequest } from './refusals.ts';

/** Two bytes are what says how long a name is. */
const MOST_NAME_BYTES = 0xff_ff;

/** The version of the format that a reader must know; names are UTF-8 (bit 11). */
const VERSION = 20;
const UTF8 = 0x800;
/** 1 January 1980, the first day there is; an archive of one link is always the same. */
const DATE = 0x21;

/**
 * A zip archive (APPNOTE 6.3) of files as they are, by their names; fewer than 65,536, and together less than 4 GiB. It is written here, since what takes names
 * as those of an object's fields loses a file called `__proto__`.
 * @throws RefusedRequest 400 for a name that the format has no room for
 */
export function zipArchive(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const contents: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  let directoryBytes = 0;
  for (const [name, bytes] of files) {
    const called = utf8ToBytes(name);
    if (called.length > MOST_NAME_BYTES) throw new RefusedRequest(400, `a file of the directory has a name of more than ${MOST_NAME_BYTES} bytes, which no archive can have: it can be had by itself`);
    const flags = called.length === name.length ? 0 : UTF8;
    const described = fields([2, VERSION], [2, flags], [2, 0], [2, 0], [2, DATE], [4, crc32(bytes)], [4, bytes.length], [4, bytes.length], [2, called.length], [2, 0]);
    const head = [fields([4, 0x04034b50]), described, called];
    const entry = [fields([4, 0x02014b50], [2, VERSION]), described, fields([2, 0], [2, 0], [2, 0], [4, 0], [4, offset]), called];
    contents.push(...head, bytes);
    directory.push(...entry);
    offset += sizeOf(head) + bytes.length;
    directoryBytes += sizeOf(entry);
  }
  const end = fields([4, 0x06054b50], [2, 0], [2, 0], [2, files.size], [2, files.size], [4, directoryBytes], [4, offset], [2, 0]);
  return Buffer.concat([...contents, ...directory, end]);
}

type Field = readonly [bytes: 2 | 4, value: number];

/** Numbers one behind the other, the lowest byte first. */
function fields(...numbers: readonly Field[]): Uint8Array {
  const bytes = Buffer.alloc(numbers.reduce((sum, [size]) => sum + size, 0));
  let at = 0;
  for (const [size, value] of numbers) at = bytes.writeUIntLE(value, at, size);
  return bytes;
}

const sizeOf = (pieces: readonly Uint8Array[]): number => pieces.reduce((sum, { length }) => sum + length, 0);
