import * as fc from 'fast-check';
import { hexToBytes } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import { compareEntries, MAX_REVISION, workHash, type SignedEntry, type UnsignedEntry } from '../../src/registry/index.ts';
import { SIAD_TIE_BREAK, TIE_BREAK } from '../vectors/registry.ts';
import { compareBytes } from '../../src/registry/bytes.ts';
import './seed.ts';

const pubkey = new Uint8Array(32);
const datakey = new Uint8Array(32).fill(7);
const entry = (revision: bigint, data: Uint8Array, type: 1 | 2 = 1): UnsignedEntry => ({ pubkey, datakey, revision, data, type });
const tie = (data: string, revision: bigint, key: string): UnsignedEntry => ({ pubkey, datakey: hexToBytes(key), data: hexToBytes(data), revision });
const hostPrefix = (byte: number): number[] => Array.from({ length: 20 }, () => byte);

/** Few revisions, few payloads and two host prefixes, so that every step of the order decides often. */
const entries: fc.Arbitrary<UnsignedEntry> = fc
  .record({
    revision: fc.constantFrom(0n, 1n, 2n ** 53n, 2n ** 53n + 1n, MAX_REVISION),
    payload: fc.constantFrom([], [1], [2], [1, 2]),
    host: fc.constantFrom(undefined, 3, 4),
  })
  .map(({ revision, payload, host }) => (host === undefined ? entry(revision, Uint8Array.from(payload)) : entry(revision, Uint8Array.from([...hostPrefix(host), ...payload]), 2)));

const same = (a: UnsignedEntry, b: UnsignedEntry): boolean => a.revision === b.revision && a.type === b.type && compareBytes(a.data, b.data) === 0;
const newer = (a: UnsignedEntry, b: UnsignedEntry): UnsignedEntry => (compareEntries(a, b) >= 0 ? a : b);

describe('given any two entries', () => {
  it('then one of them wins, the same one whichever is named first, unless they say the same', () => {
    fc.assert(
      fc.property(entries, entries, (a, b) => {
        expect(compareEntries(a, b) + compareEntries(b, a)).toBe(0);
        expect(compareEntries(a, b) === 0).toBe(same(a, b));
        expect([-1, 0, 1]).toContain(compareEntries(a, b));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('given any three entries', () => {
  it('then what wins against the winner wins against the loser', () => {
    fc.assert(
      fc.property(entries, entries, entries, (a, b, c) => {
        const [low, middle, high] = [a, b, c].sort(compareEntries) as [UnsignedEntry, UnsignedEntry, UnsignedEntry];
        expect([compareEntries(low, middle), compareEntries(middle, high), compareEntries(low, high)].every((order) => order <= 0)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('given many entries', () => {
  it('when they come in any order, any of them more than once, then all readers end with the same one', () => {
    const shuffled = fc.array(entries, { minLength: 1, maxLength: 12 }).chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: 2 * all.length })));
    fc.assert(
      fc.property(shuffled, ([all, again]) => {
        expect(compareEntries(all.reduce(newer), again.reduce(newer))).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});

describe('given two entries of different revisions', () => {
  it.each([
    [1n, 0n],
    [2n ** 53n + 1n, 2n ** 53n],
    [2n ** 63n, 2n ** 63n - 1n],
    [MAX_REVISION, MAX_REVISION - 1n],
  ])('then %s wins over %s, whatever their work and type', (higher, lower) => {
    for (const byte of [0, 1, 2, 3]) {
      const data = Uint8Array.of(byte);
      expect(compareEntries(entry(higher, data), entry(lower, Uint8Array.of(9)))).toBe(1);
      expect(compareEntries(entry(higher, data), entry(lower, Uint8Array.from(hostPrefix(byte)), 2))).toBe(1);
    }
  });
});

describe('given two entries of one revision', () => {
  it('then the smaller work hash wins: the golden pair', () => {
    const a = tie(TIE_BREAK.a.data, BigInt(TIE_BREAK.revision), TIE_BREAK.datakey);
    const b = tie(TIE_BREAK.b.data, BigInt(TIE_BREAK.revision), TIE_BREAK.datakey);
    expect(TIE_BREAK.b.workHash < TIE_BREAK.a.workHash).toBe(true);
    expect([compareEntries(b, a), compareEntries(a, b)]).toEqual([1, -1]);
  });

  it('then the smaller work hash wins: siad\'s own pair', () => {
    const winner = tie(SIAD_TIE_BREAK.winner.data, 0n, '00'.repeat(32));
    const loser = tie(SIAD_TIE_BREAK.loser.data, 0n, '00'.repeat(32));
    expect([compareEntries(winner, loser), compareEntries(loser, winner)]).toEqual([1, -1]);
  });

  it('then the smaller work hash wins over type 2', () => {
    const payloads = [Uint8Array.of(1), Uint8Array.of(2)].sort((a, b) => compareBytes(workHash(entry(5n, a)), workHash(entry(5n, b)))) as [Uint8Array, Uint8Array];
    const host = Uint8Array.from([...hostPrefix(1), ...payloads[1]]);
    expect(compareEntries(entry(5n, payloads[0]), entry(5n, host, 2))).toBe(1);
    expect(compareEntries(entry(5n, Uint8Array.from([...hostPrefix(1), ...payloads[0]]), 2), entry(5n, payloads[1]))).toBe(1);
  });

  it('when their work is equal, then type 2 wins over type 1', () => {
    const host = entry(5n, Uint8Array.from([...hostPrefix(0), 1]), 2);
    const plain = entry(5n, Uint8Array.of(1));
    expect(workHash(host)).toEqual(workHash(plain));
    expect([compareEntries(host, plain), compareEntries(plain, host)]).toEqual([1, -1]);
  });

  it('when their work and type are equal, then the smaller data wins', () => {
    const low = entry(5n, Uint8Array.from([...hostPrefix(1), 1]), 2);
    const high = entry(5n, Uint8Array.from([...hostPrefix(200), 1]), 2);
    expect(workHash(low)).toEqual(workHash(high));
    expect([compareEntries(low, high), compareEntries(high, low)]).toEqual([1, -1]);
  });

  it('when they say the same, then neither wins, whatever their signatures', () => {
    const [one, other] = [0, 1].map((byte) => ({ ...entry(5n, Uint8Array.of(1)), signature: new Uint8Array(64).fill(byte) })) as [SignedEntry, SignedEntry];
    expect(compareEntries(one, other)).toBe(0);
  });
});

describe('given bytes', () => {
  it.each([
    ['', '', 0],
    ['', '00', -1],
    ['00', '', 1],
    ['01', '0100', -1],
    ['02', '0100', 1],
    ['ff', '00ff', 1],
    ['0aff', '0b00', -1],
  ])('then %j against %j is ordered bytewise, the shorter first', (a, b, order) => {
    expect(Math.sign(compareBytes(hexToBytes(a), hexToBytes(b)))).toBe(order);
  });
});
