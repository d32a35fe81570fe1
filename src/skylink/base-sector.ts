import { concatBytes } from '@noble/hashes/utils.js';
import { invalidInput, RegistryError } from '../error.ts';
import { isBytes, type Bytes } from '../registry/bytes.ts';
import { SECTOR_BYTES } from './sector.ts';

/** The parts of the range that a link of version 1 names. */
export interface BaseSector {
  /** JSON, as `readMetadata` takes it. */
  readonly metadata: Bytes;
  readonly file: Bytes;
}

/**
 * What a base sector begins with (skyd `skymodules.SkyfileLayout`): version 1 ‖ `u64le` sizes of the file, the metadata and the fan-out ‖ data and parity
 * pieces of the fan-out ‖ cipher, 8 bytes ‖ key data, 64 bytes. Integers are little-endian.
 */
export const LAYOUT_BYTES = 99;
const VERSION = 1;
const FILE_SIZE_AT = 1;
const METADATA_SIZE_AT = 9;
const FANOUT_SIZE_AT = 17;
const CIPHER_AT = 27;
/** Of a file that is not encrypted: eight bytes, of which the last is 1 (siad `crypto.TypePlain`). */
const PLAIN = 1n;

/**
 * The used bytes of the base sector of a small file: layout ‖ metadata ‖ file. Zeros follow them, up to `SECTOR_BYTES`.
 * @throws RegistryError `INVALID_INPUT` if together they are larger than a sector
 */
export function buildBaseSector({ metadata, file }: { readonly metadata: Uint8Array; readonly file: Uint8Array }): Bytes {
  if (LAYOUT_BYTES + metadata.length + file.length > SECTOR_BYTES) throw invalidInput('file', `at most ${SECTOR_BYTES} bytes, its layout and metadata included`);
  const layout = new Uint8Array(LAYOUT_BYTES);
  const view = new DataView(layout.buffer);
  layout[0] = VERSION;
  view.setBigUint64(FILE_SIZE_AT, BigInt(file.length), true);
  view.setBigUint64(METADATA_SIZE_AT, BigInt(metadata.length), true);
  view.setBigUint64(CIPHER_AT, PLAIN);
  return concatBytes(layout, metadata, file);
}

/**
 * Takes a base sector apart.
 * @param range what a link names: `fetchSize` bytes from `offset` on
 * @throws RegistryError `INVALID_INPUT` for what is no base sector, or promises more than the range holds; `UNSUPPORTED` for a file that is encrypted, or larger
 * than a sector
 */
export function parseBaseSector(range: Uint8Array): BaseSector {
  if (!isBytes(range) || range.length < LAYOUT_BYTES || range[0] !== VERSION) throw notOne();
  const view = new DataView(range.buffer, range.byteOffset, LAYOUT_BYTES);
  if (view.getBigUint64(CIPHER_AT) !== PLAIN) throw unsupported('is encrypted');
  if (view.getBigUint64(FANOUT_SIZE_AT, true) !== 0n) throw unsupported('is larger than a sector');
  const metadataSize = view.getBigUint64(METADATA_SIZE_AT, true);
  const fileSize = view.getBigUint64(FILE_SIZE_AT, true);
  if (BigInt(LAYOUT_BYTES) + metadataSize + fileSize > BigInt(range.length)) throw notOne();
  const fileAt = LAYOUT_BYTES + Number(metadataSize);
  return { metadata: Uint8Array.from(range.subarray(LAYOUT_BYTES, fileAt)), file: Uint8Array.from(range.subarray(fileAt, fileAt + Number(fileSize))) };
}

const notOne = (): RegistryError => invalidInput('range', 'a base sector whose parts are within it');
const unsupported = (what: string): RegistryError => new RegistryError('UNSUPPORTED', `the file ${what}`, { field: 'range' });
