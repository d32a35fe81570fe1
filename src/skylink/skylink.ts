import { base32hexnopad, base64urlnopad } from '@scure/base';
import { invalidInput } from '../error.ts';
import { takeBytes, type Bytes } from '../registry/bytes.ts';
import { bitfieldOfSize, rangeOfBitfield, RESOLVER_BITFIELD, type SectorRange } from './bitfield.ts';

/** The name of a file: of one that never changes (version 1), or of the registry entry that says which one it is now (version 2). */
export type Skylink = FileLink | ResolverLink;

/** Version 1: a range of a sector, by the sector's Merkle root. */
export interface FileLink extends SectorRange {
  readonly version: 1;
  /** 16 bits, which say the range. */
  readonly bitfield: number;
  /** 32 bytes. */
  readonly merkleRoot: Bytes;
}

/** Version 2: an entry, whose data is a link again. */
export interface ResolverLink {
  readonly version: 2;
  /** 32 bytes, as `entryId` makes them. */
  readonly entryId: Bytes;
}

export const SKYLINK_BYTES = 34;

/** The link to the first `size` bytes of a sector. @throws RegistryError `INVALID_INPUT` */
export function fileLink(merkleRoot: Uint8Array, size: number): FileLink {
  const bitfield = bitfieldOfSize(size);
  return { version: 1, bitfield, ...rangeOf(bitfield, 'size'), merkleRoot: takeBytes(merkleRoot, 'merkleRoot', 32) };
}

/**
 * Reads a link: 46 characters of base64url, or 55 of base32hex in lower case, `sia://` before them or not. Every link has one spelling in each: what
 * would be written otherwise is refused.
 * @throws RegistryError `INVALID_INPUT` naming the field
 */
export function parseSkylink(text: string, field = 'skylink'): Skylink {
  return unpackSkylink(bytesOf(text, field), field);
}

/** A link in 46 characters of base64url. */
export function formatSkylink(link: Skylink): string {
  return base64urlnopad.encode(packSkylink(link));
}

/** A link in 55 characters of base32hex, lower case, as a subdomain can be named. */
export function formatSkylinkBase32(link: Skylink): string {
  return base32hexnopad.encode(packSkylink(link)).toLowerCase();
}

/**
 * Reads the 34 bytes of a link: `u16le(bitfield)` ‖ Merkle root or entry id.
 * @throws RegistryError `INVALID_INPUT` naming the field
 */
export function unpackSkylink(value: Uint8Array, field = 'skylink'): Skylink {
  const bytes = takeBytes(value, field, SKYLINK_BYTES);
  const bitfield = new DataView(bytes.buffer).getUint16(0, true);
  const hash = bytes.slice(2);
  if (bitfield === RESOLVER_BITFIELD) return { version: 2, entryId: hash };
  return { version: 1, bitfield, ...rangeOf(bitfield, field), merkleRoot: hash };
}

/** The 34 bytes of a link. */
export function packSkylink(link: Skylink): Bytes {
  const bytes = new Uint8Array(SKYLINK_BYTES);
  new DataView(bytes.buffer).setUint16(0, link.version === 1 ? link.bitfield : RESOLVER_BITFIELD, true);
  bytes.set(link.version === 1 ? link.merkleRoot : link.entryId, 2);
  return bytes;
}

function rangeOf(bitfield: number, field: string): SectorRange {
  const range = rangeOfBitfield(bitfield);
  if (range === undefined) throw invalidInput(field, 'a link of version 1 whose range is within its sector, or of version 2');
  return range;
}

const BASE64URL_CHARACTERS = 46;
const BASE32_CHARACTERS = 55;

/** The decoders refuse bits that are left over. Their own errors quote what they were given. */
function bytesOf(value: unknown, field: string): Uint8Array {
  try {
    const text = typeof value === 'string' ? value.replace(/^sia:\/\//, '') : '';
    if (text.length === BASE64URL_CHARACTERS) return base64urlnopad.decode(text);
    if (text.length === BASE32_CHARACTERS && text === text.toLowerCase()) return base32hexnopad.decode(text.toUpperCase());
  } catch {
    // said below
  }
  throw invalidInput(field, `a skylink: ${BASE64URL_CHARACTERS} characters of base64url, or ${BASE32_CHARACTERS} of base32hex in lower case`);
}
