import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import {
  bitfieldOfSize,
  buildBaseSector,
  fileLink,
  formatMetadata,
  formatResolverProof,
  formatSkylink,
  formatSkylinkBase32,
  LAYOUT_BYTES,
  packBackup,
  packSkylink,
  parseBaseSector,
  parseSkylink,
  rangeProof,
  readMetadata,
  sectorRange,
  sectorRoot,
  unpackBackup,
  verifyRange,
  verifyResolverProof,
  type FileLink,
  type ResolverLink,
} from '../../src/skylink/index.ts';
import { subtreeRoot } from '../../src/skylink/sector.ts';
import type { Vectors } from './folder.ts';

const fileOf = (text: string) => (text.startsWith('<102400 bytes') ? Uint8Array.from({ length: 102_400 }, (_, i) => i % 251) : utf8ToBytes(text));
const sectorOf = (metadata: string, file: Uint8Array) => buildBaseSector({ metadata: utf8ToBytes(metadata), file });

/** What portal.json and kernel.json say of files, their links and what proves them. */
export function describeSkylinks({ portal, kernel }: Vectors): void {
  it.each(portal.skyfiles)('portal.json, skyfile "$name"', (row) => {
    const file = fileOf(row.dataUtf8);
    const used = sectorOf(row.metadataJSON, file);
    const root = sectorRoot(used);
    const link = fileLink(root, used.length);
    expect([bytesToHex(used.subarray(0, LAYOUT_BYTES)), used.length]).toEqual([row.layoutHex, row.usedBytes]);
    expect([bytesToHex(root), link.bitfield, link.fetchSize]).toEqual([row.merkleroot, row.bitfield, row.fetchSize]);
    expect([formatSkylink(link), formatSkylinkBase32(link)]).toEqual([row.skylink, row.skylinkBase32]);
    expect([parseSkylink(row.skylink), parseSkylink(row.skylinkBase32)]).toEqual([link, link]);
    expect(parseBaseSector(sectorRange(used, 0, link.fetchSize)).file).toEqual(file);
    const metadata = readMetadata(utf8ToBytes(row.metadataJSON), file.length);
    if (row.metadataJSON.startsWith('{"filename"')) expect(formatMetadata(metadata)).toBe(row.metadataJSON);
    else expect(metadata.filename).toBe('index.js');
  });

  describe('portal.json', () => {
    it('bitfields', () => {
      expect(portal.bitfields.map(({ usedBytes }) => ({ usedBytes, bitfield: bitfieldOfSize(usedBytes) }))).toEqual(portal.bitfields);
    });

    it('zeroSubtreeRoots', () => {
      const { h0, h1, h10, h16 } = portal.zeroSubtreeRoots;
      expect([0, 1, 10, 16].map((height) => bytesToHex(subtreeRoot(new Uint8Array(0), height)))).toEqual([h0, h1, h10, h16]);
    });

    const [first] = portal.skyfiles as [(typeof portal.skyfiles)[number]];
    const used = sectorOf(first.metadataJSON, fileOf(first.dataUtf8));
    const link = parseSkylink(first.skylink) as FileLink;

    it('restore', () => {
      const backup = packBackup({ skylink: link, sector: used });
      expect(bytesToHex(backup.subarray(0, portal.restore.headerLength))).toBe(portal.restore.headerHex);
      expect(backup).toHaveLength(portal.restore.bodyLength);
      const { skylink, sector } = unpackBackup(backup);
      expect([skylink, sectorRoot(sector)]).toEqual([link, link.merkleRoot]);
    });

    it('trustless', () => {
      const { fetchSize, bodyLength, proofHashesHex } = portal.trustless;
      const proof = rangeProof(used, 0, fetchSize);
      expect(proof.map(bytesToHex)).toEqual(proofHashesHex);
      expect(fetchSize + 32 * proof.length).toBe(bodyLength);
      expect(verifyRange(link.merkleRoot, 0, sectorRange(used, 0, fetchSize), proofHashesHex.map(hexToBytes))).toBe(true);
    });

    it.each([portal.resolverProofGolden, portal.resolverProofOwn])('the proof of $resolver', ({ resolver, skynetProofHeader, resolvesTo }) => {
      const { skylink, entries } = verifyResolverProof(parseSkylink(resolver) as ResolverLink, skynetProofHeader);
      expect(skylink && formatSkylink(skylink)).toBe(resolvesTo);
      expect(formatResolverProof(entries)).toBe(skynetProofHeader);
    });
  });

  it.each(kernel.skylinks)('kernel.json, skylinks $filename $dataSize', (row) => {
    if (row.filename === undefined) {
      const bitfield = bitfieldOfSize(row.dataSize);
      expect(bytesToHex(Uint8Array.of(bitfield & 255, bitfield >> 8))).toBe(row.bitfieldLE);
      return;
    }
    const used = sectorOf(row.metadata, hexToBytes(row.fileData));
    const link = fileLink(sectorRoot(used), used.length);
    expect(bytesToHex(used.subarray(0, LAYOUT_BYTES))).toBe(row.layout);
    expect([bytesToHex(link.merkleRoot), formatSkylink(link), bytesToHex(packSkylink(link))]).toEqual([row.merkleRoot, row.skylink, row.skylinkBytes]);
    expect(readMetadata(utf8ToBytes(row.metadata), 9)).toEqual({ filename: row.filename, length: 9 });
  });
}
