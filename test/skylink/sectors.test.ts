import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import { equalBytes } from '../../src/registry/bytes.ts';
import { buildBaseSector, fileLink, formatSkylink, LAYOUT_BYTES, LEAF_BYTES, packBackup, parseBaseSector, parseSkylink, rangeProof, SECTOR_BYTES, sectorRange, sectorRoot, unpackBackup, verifyRange, type FileLink } from '../../src/skylink/index.ts';
import { subtreeRoot } from '../../src/skylink/sector.ts';
import { BACKUP_HEADER, fileOf, RANGE_PROOF, SKYFILES, ZERO_ROOTS } from './vectors.ts';

const [FIRST] = SKYFILES as [(typeof SKYFILES)[number]];
const LONG = SKYFILES.find(({ file }) => file === undefined)!;
const sectorOf = ({ metadata, file }: (typeof SKYFILES)[number]) => buildBaseSector({ metadata: new TextEncoder().encode(metadata), file: fileOf(file) });
const message = expect.stringMatching(/must be .{7}|the file is .{7}/) as string;
const coded = (code: string, field?: string) => expect.objectContaining(field === undefined ? { code, message } : { code, field, message });

describe('given the files of the vectors', () => {
  it.each(SKYFILES)('when the base sector is built ($name), then root and link are those of the network, and it is taken apart again', (row) => {
    const used = sectorOf(row);
    expect(used).toHaveLength(row.usedBytes);
    const root = sectorRoot(used);
    expect(bytesToHex(root)).toBe(row.merkleRoot);
    const link = fileLink(root, used.length);
    expect([link.bitfield, link.fetchSize, formatSkylink(link)]).toEqual([row.bitfield, row.fetchSize, row.skylink]);
    const parts = parseBaseSector(sectorRange(used, link.offset, link.fetchSize));
    expect([new TextDecoder().decode(parts.metadata), parts.file]).toEqual([row.metadata, fileOf(row.file)]);
  });
});

describe('given a sector', () => {
  it.each(ZERO_ROOTS)('when a sub-tree of height %d is zeros, then its root is known, written out or not', (height, root) => {
    expect(bytesToHex(subtreeRoot(new Uint8Array(0), height))).toBe(root);
    if (height <= 10) expect(bytesToHex(subtreeRoot(new Uint8Array(LEAF_BYTES << height), height))).toBe(root);
  });

  it('when zeros follow its used bytes, then the root is the same', () => {
    const used = sectorOf(FIRST);
    const padded = sectorRange(used, 0, 32_768);
    expect(sectorRoot(padded)).toEqual(sectorRoot(used));
    padded[32_767] = 1;
    expect(sectorRoot(padded)).not.toEqual(sectorRoot(used));
  });

  it('when it is larger than one, then it is refused', () => {
    expect(() => sectorRoot(new Uint8Array(SECTOR_BYTES + 1))).toThrow(coded('INVALID_INPUT', 'sector'));
    expect(() => sectorRoot('' as unknown as Uint8Array)).toThrow(coded('INVALID_INPUT', 'sector'));
  });
});

const make = () => {
  const used = sectorOf(LONG);
  return { used, root: sectorRoot(used) };
};
let made: ReturnType<typeof make> | undefined;
/** What a long file's sector begins with, and its root. Not made before the first test: that it cannot be would be no test's failure. */
const long = () => (made ??= make());

describe('given a range of a sector', () => {
  it('when it is the first file, then the proof is the one of the network', () => {
    expect(rangeProof(sectorOf(FIRST), 0, 4096).map(bytesToHex)).toEqual(RANGE_PROOF);
  });

  it.each([
    [0, 4096],
    [0, 106_496],
    [64, 64],
    [4096, 8192],
    [4032, 192],
    [102_400, 64],
    [SECTOR_BYTES - 4096, 4096],
  ])('when it is %d and %d bytes long, then its proof holds for it, and for nothing else', (offset, length) => {
    const { used, root } = long();
    const proof = rangeProof(used, offset, length);
    const range = sectorRange(used, offset, length);
    expect(verifyRange(root, offset, range, proof)).toBe(true);
    const flipped = Uint8Array.from(range);
    flipped[length >> 1]! ^= 1;
    expect(verifyRange(root, offset, flipped, proof)).toBe(false);
    expect(verifyRange(root.map((byte) => byte ^ 1), offset, range, proof)).toBe(false);
    expect(verifyRange(root.subarray(1), offset, range, proof)).toBe(false);
    expect(verifyRange(root, offset, range, [...proof, root])).toBe(false);
    if (proof.length > 0) {
      expect(verifyRange(root, offset, range, proof.slice(1))).toBe(false);
      expect(verifyRange(root, offset, range, proof.slice(0, -1))).toBe(false);
      for (const at of proof.keys()) expect(verifyRange(root, offset, range, proof.with(at, root))).toBe(false);
    }
  });

  it('when it is all of the sector but its ends, or all of it, then it is proved', () => {
    const { used, root } = long();
    for (const [offset, length] of [[64, SECTOR_BYTES - 128], [0, SECTOR_BYTES]] as const) {
      const proof = rangeProof(used, offset, length);
      expect(proof).toHaveLength(offset === 0 ? 0 : 2);
      expect(verifyRange(root, offset, sectorRange(used, offset, length), proof)).toBe(true);
    }
  });

  it('when it is proved at one place, then not at another', () => {
    const { used, root } = long();
    const proof = rangeProof(used, 4096, 4096);
    for (const offset of [0, 8192]) expect(verifyRange(root, offset, sectorRange(used, 4096, 4096), proof)).toBe(false);
  });

  it('when hashes before and after it change places, then it is not proved', () => {
    const { used, root } = long();
    const proof = rangeProof(used, 4096, 4096);
    expect(verifyRange(root, 4096, sectorRange(used, 4096, 4096), proof.toReversed())).toBe(false);
  });

  it.each([
    [0, 0],
    [1, 64],
    [0, 65],
    [-64, 128],
    [SECTOR_BYTES, 64],
    [0, SECTOR_BYTES + 64],
    [0.5, 64],
  ])('when it is %d and %d bytes long, then there is no proof of it', (offset, length) => {
    const { used, root } = long();
    expect(() => rangeProof(used, offset, length)).toThrow(coded('INVALID_INPUT', 'offset'));
    expect(verifyRange(root, offset, new Uint8Array(length), [])).toBe(false);
  });

  it('when hashes are no hashes, then it is not proved', () => {
    const { used, root } = long();
    const proof = rangeProof(used, 0, 4096);
    for (const wrong of [new Uint8Array(31), new Uint8Array(0), 'x'.repeat(32) as unknown as Uint8Array]) expect(verifyRange(root, 0, sectorRange(used, 0, 4096), [wrong, ...proof.slice(1)])).toBe(false);
  });
});

describe('given a base sector', () => {
  const metadata = new TextEncoder().encode('{}');

  it('when it is as large as a sector, then it is built; a byte more is refused', () => {
    const file = new Uint8Array(SECTOR_BYTES - LAYOUT_BYTES - metadata.length).fill(9);
    const sector = buildBaseSector({ metadata, file });
    expect(sector).toHaveLength(SECTOR_BYTES);
    expect(equalBytes(parseBaseSector(sector).file, file)).toBe(true);
    expect(() => buildBaseSector({ metadata, file: new Uint8Array(file.length + 1) })).toThrow(coded('INVALID_INPUT', 'file'));
  });

  it('when bytes stand before it in their memory, then it is read by itself', () => {
    const sector = buildBaseSector({ metadata, file: Uint8Array.of(1, 2) });
    const shifted = new Uint8Array(sector.length + 5);
    shifted.set(sector, 5);
    expect(parseBaseSector(shifted.subarray(5)).file).toEqual(Uint8Array.of(1, 2));
  });

  const broken: readonly (readonly [name: string, code: string, change: (bytes: Uint8Array) => Uint8Array])[] = [
    ['is cut within its layout', 'INVALID_INPUT', (bytes) => bytes.subarray(0, LAYOUT_BYTES - 1)],
    ['is cut within its file', 'INVALID_INPUT', (bytes) => bytes.subarray(0, -1)],
    ['is of version 2', 'INVALID_INPUT', (bytes) => bytes.with(0, 2)],
    ['promises a file of a byte more', 'INVALID_INPUT', (bytes) => bytes.with(1, 4)],
    ['promises a file of 2^63 bytes more', 'INVALID_INPUT', (bytes) => bytes.with(8, 0x80)],
    ['promises metadata of a byte more', 'INVALID_INPUT', (bytes) => bytes.with(9, 3)],
    ['promises metadata of 2^63 bytes more', 'INVALID_INPUT', (bytes) => bytes.with(16, 0x80)],
    ['has a fan-out', 'UNSUPPORTED', (bytes) => bytes.with(17, 32)],
    ['is encrypted', 'UNSUPPORTED', (bytes) => bytes.with(34, 2)],
    ['has a cipher nobody knows', 'UNSUPPORTED', (bytes) => bytes.with(27, 1)],
    ['is none', 'INVALID_INPUT', () => [] as unknown as Uint8Array],
  ];
  it.each(broken)('when it %s, then it is %s', (_, code, change) => {
    const sector = buildBaseSector({ metadata, file: Uint8Array.of(1, 2, 3) });
    expect(parseBaseSector(sector).file).toHaveLength(3);
    expect(() => parseBaseSector(change(sector))).toThrow(coded(code, 'range'));
  });
});

function linkOrRefusal(bytes: Uint8Array): unknown {
  try {
    return formatSkylink(unpackBackup(bytes).skylink);
  } catch (error) {
    expect(error).toEqual(coded('INVALID_INPUT'));
    return undefined;
  }
}

const given = () => ({ skylink: parseSkylink(FIRST.skylink) as FileLink, sector: sectorOf(FIRST) });

describe('given a backup', () => {
  it('when it is packed, then it is header and whole sector, and unpacked again', () => {
    const { skylink, sector } = given();
    const backup = packBackup({ skylink, sector });
    expect(backup).toHaveLength(4_194_396);
    expect(bytesToHex(backup.subarray(0, 92))).toBe(BACKUP_HEADER);
    const unpacked = unpackBackup(backup);
    expect(unpacked.skylink).toEqual(skylink);
    expect(equalBytes(unpacked.sector, sectorRange(sector, 0, SECTOR_BYTES))).toBe(true);
  });

  it('when any byte of its header is another one, then it is refused, or of another link', () => {
    const backup = packBackup(given());
    for (let at = 0; at < 92; at++) {
      backup[at]! ^= 1;
      if (at < 46) expect(() => unpackBackup(backup), `byte ${at}`).toThrow(coded('INVALID_INPUT'));
      else expect(linkOrRefusal(backup), `byte ${at}`).not.toBe(FIRST.skylink);
      backup[at]! ^= 1;
    }
  });

  it('when it is of a resolver link, a byte too long or too short, then it is refused', () => {
    const backup = packBackup(given());
    backup.set(hexToBytes('41'.repeat(46)), 46);
    backup[47] = 0x51; // `AQ…`: version 2
    expect(() => unpackBackup(backup)).toThrow(coded('INVALID_INPUT', 'backup.skylink'));
    for (const length of [4_194_395, 92, 0]) expect(() => unpackBackup(backup.subarray(0, length))).toThrow(coded('INVALID_INPUT', 'backup'));
    expect(() => unpackBackup(new Uint8Array(4_194_397))).toThrow(coded('INVALID_INPUT', 'backup'));
  });
});
