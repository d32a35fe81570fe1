import { bytesToHex } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import { entryId, resolverLink } from '../../src/registry/index.ts';
import { bitfieldOfSize, fileLink, formatSkylink, formatSkylinkBase32, packSkylink, parseSkylink, rangeOfBitfield, SECTOR_BYTES, unpackSkylink } from '../../src/skylink/index.ts';
import { BITFIELDS, RESOLVER_PROOFS, SKYFILES } from './vectors.ts';

const refusal = (field: string) => expect.objectContaining({ code: 'INVALID_INPUT', field, message: expect.stringMatching(/must be .{10}/) as string });
const [{ skylink: LINK }] = SKYFILES as [(typeof SKYFILES)[number]];

const withBitfield = (bitfield: number) => Uint8Array.of(bitfield & 255, bitfield >> 8, ...new Uint8Array(32).fill(7));

const inBase32 = (): string => formatSkylinkBase32(parseSkylink(LINK));

describe('given a skylink in text', () => {
  it.each(SKYFILES)('when it is of a file ($name), then it is read and written in each spelling', ({ skylink, base32, bitfield, fetchSize, merkleRoot }) => {
    const link = parseSkylink(skylink);
    expect(link).toMatchObject({ version: 1, bitfield, offset: 0, fetchSize });
    expect(link.version === 1 && bytesToHex(link.merkleRoot)).toBe(merkleRoot);
    expect(formatSkylink(link)).toBe(skylink);
    expect(parseSkylink(`sia://${skylink}`)).toEqual(link);
    const spelling = formatSkylinkBase32(link);
    expect(spelling).toBe(base32 ?? spelling);
    expect(spelling).toHaveLength(55);
    expect([parseSkylink(spelling), parseSkylink(`sia://${spelling}`), unpackSkylink(packSkylink(link))]).toEqual([link, link, link]);
  });

  it.each(RESOLVER_PROOFS)('when it is $resolver, then it is a resolver link', ({ resolver }) => {
    const link = parseSkylink(resolver);
    expect(link.version).toBe(2);
    expect(formatSkylink(link)).toBe(resolver);
  });

  it('when it was made of an entry, then it names that entry', () => {
    const key = { pubkey: new Uint8Array(32).fill(1), datakey: new Uint8Array(32).fill(2) };
    expect(parseSkylink(resolverLink(key))).toEqual({ version: 2, entryId: entryId(key) });
  });

  // Of 46 characters the last one holds two bits of the link and four of nothing, of 55 the last one two of the link and three of nothing.
  it.each([
    ['nothing', () => ''],
    ['a character too few', () => LINK.slice(1)],
    ['a character too many', () => `${LINK}A`],
    ['padding', () => `${LINK}==`],
    ['bits that are left over', () => `${LINK.slice(0, -1)}R`],
    ['bits that are left over, in base32hex', () => `${inBase32().slice(0, -1)}9`],
    ['upper case in base32hex', () => inBase32().toUpperCase()],
    ['letters of base64', () => `${LINK.slice(0, -2)}+Q`],
    ['a space', () => ` ${LINK.slice(1)}`],
    ['another scheme', () => `SIA://${LINK}`],
    ['the scheme within', () => `${LINK.slice(0, 3)}sia://${LINK.slice(3)}`],
    ['the scheme twice', () => `sia://sia://${LINK}`],
    ['a path', () => `${LINK}/`],
  ])('when it has %s, then it is refused', (_, make) => {
    const text = make();
    expect(() => parseSkylink(text)).toThrow(refusal('skylink'));
    expect(() => parseSkylink(text, 'url')).toThrow(refusal('url'));
  });

  it.each([undefined, null, 46, ['A'], { length: 46 }])('when it is %s and no text, then it is refused', (value) => {
    expect(() => parseSkylink(value as string)).toThrow(refusal('skylink'));
  });
});

describe('given the bytes of a skylink', () => {
  it.each([
    ['version 3', 2],
    ['version 4', 3],
    ['version 2 with another bit', 1 | 4],
    ['version 2 with the highest bit', 1 | 0x80_00],
    ['an eighth mode', 0b11_1111_1100],
    ['nothing but ones', 0xff_fc],
    ['an offset whose range leaves the sector', ((1023 << 4) | (1 << 1)) << 2],
  ])('when they are of %s, then they are refused', (_, bitfield) => {
    expect(() => unpackSkylink(withBitfield(bitfield))).toThrow(refusal('skylink'));
  });

  it('when an offset is given, then the range is there, and still one of its sector', () => {
    expect(unpackSkylink(withBitfield((1023 << 4) << 2))).toMatchObject({ offset: SECTOR_BYTES - 4096, fetchSize: 4096 });
    expect(rangeOfBitfield(((5 << 5) | (2 << 2) | 1) << 2)).toEqual({ offset: 5 * 8192, fetchSize: 32_768 + 3 * 4096 });
  });

  it.each([0, 33, 35])('when there are %d, then they are refused', (length) => {
    expect(() => unpackSkylink(new Uint8Array(length))).toThrow(refusal('skylink'));
  });

  it('of all bitfields of version 1, then each that is taken names a range in the sector, and no two the same', () => {
    const ranges = Array.from({ length: 2 ** 14 }, (_, i) => rangeOfBitfield(i << 2)).filter((range) => range !== undefined);
    expect(ranges.every(({ offset, fetchSize }) => offset + fetchSize <= SECTOR_BYTES && fetchSize > 0)).toBe(true);
    expect(new Set(ranges.map(({ offset, fetchSize }) => `${offset} ${fetchSize}`)).size).toBe(ranges.length);
    expect(ranges.length).toBeGreaterThan(8000);
  });
});

describe('given the used bytes of a sector', () => {
  it.each(BITFIELDS)('when they are %d, then the bitfield is %d', (size, bitfield) => {
    expect(bitfieldOfSize(size)).toBe(bitfield);
    expect(fileLink(new Uint8Array(32), size).bitfield).toBe(bitfield);
  });

  it('then the range always holds them, and is never a step larger than it must be', () => {
    for (let size = 1; size <= SECTOR_BYTES; size += 1 + (size >> 6)) {
      const { offset, fetchSize } = rangeOfBitfield(bitfieldOfSize(size))!;
      expect(offset).toBe(0);
      expect(fetchSize).toBeGreaterThanOrEqual(size);
      const step = fetchSize <= 32_768 ? 4096 : 4096 * 2 ** (Math.ceil(Math.log2(fetchSize / 32_768)) - 1);
      expect(fetchSize - size).toBeLessThan(step);
    }
  });

  it.each([-1, 0.5, SECTOR_BYTES + 1, Number.NaN])('when they are %d, then they are refused', (size) => {
    expect(() => bitfieldOfSize(size)).toThrow(refusal('size'));
  });
});
