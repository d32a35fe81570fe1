import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareEntries, compareRevisions, compareWithPacked, isPackedAs, isSamePacked, MAX_DATA_BYTES, MAX_REVISION, nameOf, packEntry, takeSignedEntry, unpackEntry, type CheckedEntry } from '../../src/registry/index.ts';
import './seed.ts';

const key = { pubkey: new Uint8Array(32).fill(3), datakey: new Uint8Array(32).fill(7) };
const name = nameOf(key);
const count = (length: number, from = 0): Uint8Array => Uint8Array.from({ length }, (_, i) => (from + i) & 0xff);
const entry = (revision: bigint, data: Uint8Array, { type = 1, signature = count(64) }: { readonly type?: 1 | 2; readonly signature?: Uint8Array } = {}): CheckedEntry =>
  takeSignedEntry({ ...key, revision, data, type, signature });

const bytes = (minLength: number, maxLength: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength, maxLength });
/** Any entry of the key, of the lengths at the bounds often. */
const entries: fc.Arbitrary<CheckedEntry> = fc
  .record({ revision: fc.bigInt({ min: 0n, max: MAX_REVISION }), data: fc.oneof(bytes(20, 20), bytes(20, MAX_DATA_BYTES), bytes(MAX_DATA_BYTES, MAX_DATA_BYTES)), type: fc.constantFrom(1 as const, 2 as const), signature: bytes(64, 64) })
  .map(({ revision, data, type, signature }) => entry(revision, data, { type, signature }));
/** Few of each, so that entries often differ in one thing alone. */
const alike: fc.Arbitrary<CheckedEntry> = fc
  .record({
    revision: fc.constantFrom(0n, 1n, 255n, 256n, 2n ** 32n, 2n ** 53n + 1n, 2n ** 63n, MAX_REVISION),
    data: fc.constantFrom(count(20), count(20, 1), count(21), count(113)),
    type: fc.constantFrom(1 as const, 2 as const),
    signature: fc.constantFrom(count(64), count(64, 1)),
  })
  .map(({ revision, data, type, signature }) => entry(revision, data, { type, signature }));

describe('given a packed entry', () => {
  it('then it is the type, the revision, the signature and the data, a character for each byte', () => {
    const packed = packEntry(entry(0x0102_0304_0506_0708n, count(25, 240), { type: 2, signature: count(64, 100) }));
    expect(Array.from(packed, (character) => character.charCodeAt(0))).toEqual([2, 1, 2, 3, 4, 5, 6, 7, 8, ...count(64, 100), ...count(25, 240)]);
  });

  it('when it holds no data, then nothing follows the signature', () => {
    packEntry(entry(1n, count(113, 5)));
    expect(packEntry(entry(0n, new Uint8Array(0)))).toHaveLength(1 + 8 + 64);
  });

  it('then the entry comes back as it was, whatever was packed and unpacked before', () => {
    fc.assert(
      fc.property(entries, entries, (one, other) => {
        const [packed, another] = [packEntry(one), packEntry(other)];
        expect([unpackEntry(name, another), unpackEntry(name, packed)]).toEqual([other, one]);
      }),
    );
  });

  it('when others are packed and unpacked later, then what came back stays as it was', () => {
    const one = entry(1n, count(30), { signature: count(64, 9) });
    const back = unpackEntry(name, packEntry(one));
    unpackEntry(nameOf({ pubkey: count(32), datakey: count(32) }), packEntry(entry(MAX_REVISION, count(113, 77), { type: 2, signature: count(64, 50) })));
    expect(back).toEqual(one);
  });
});

describe('given two packed entries of one key', () => {
  it('then one with another packed is ordered as both of them are', () => {
    fc.assert(
      fc.property(alike, alike, alike, (a, b, c) => {
        const packed = packEntry(b);
        packEntry(c);
        expect(compareWithPacked(a, name, packed)).toBe(compareEntries(a, b));
      }),
      { numRuns: 500 },
    );
  });

  it('then they are the same if neither replaces the other, whatever their signatures', () => {
    fc.assert(
      fc.property(alike, alike, (a, b) => {
        expect(isSamePacked(packEntry(a), packEntry(b))).toBe(compareEntries(a, b) === 0);
        expect(isPackedAs(a, packEntry(b))).toBe(compareEntries(a, b) === 0);
      }),
      { numRuns: 500 },
    );
    const one = entry(5n, count(20));
    expect(isSamePacked(packEntry(one), packEntry({ ...one, signature: takeSignedEntry({ ...one, signature: count(64, 1) }).signature }))).toBe(true);
  });

  it.each<[string, CheckedEntry]>([
    ['type', entry(5n, count(20), { type: 2 })],
    ['revision', entry(6n, count(20))],
    ['data', entry(5n, count(20, 1))],
    ['length', entry(5n, count(21))],
  ])('when their %s alone differs, then they are not the same', (_what, other) => {
    expect(isSamePacked(packEntry(entry(5n, count(20))), packEntry(other))).toBe(false);
  });

  it('then their revisions are compared as numbers, and nothing else is', () => {
    fc.assert(
      fc.property(alike, alike, (a, b) => {
        expect(compareRevisions(packEntry(a), packEntry(b))).toBe(a.revision === b.revision ? 0 : a.revision > b.revision ? 1 : -1);
      }),
      { numRuns: 500 },
    );
  });
});
