import { describe, expect, it } from 'vitest';
import { SimulatedAuthor } from '../../src/testing/author.ts';
import { isGenuine } from '../../src/testing/genuine.ts';

const entry = new SimulatedAuthor('ada').entry('a name', 1n, 'some data');
const flipped = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => bytes.map((byte, i) => (i === 0 ? byte ^ 1 : byte));

describe('what is remembered of a signature', () => {
  it.each([
    ['pubkey', { pubkey: flipped(entry.pubkey) }],
    ['datakey', { datakey: flipped(entry.datakey) }],
    ['data', { data: flipped(entry.data) }],
    ['shorter data', { data: entry.data.slice(1) }],
    ['revision', { revision: 2n }],
    ['type', { type: 2 as const, data: new Uint8Array(20) }],
    ['signature', { signature: flipped(entry.signature) }],
  ])('is of no other entry: %s', (_what, other) => {
    expect(isGenuine(entry)).toBe(true);
    expect(isGenuine({ ...entry, ...other })).toBe(false);
    expect(isGenuine({ ...entry, ...other })).toBe(false);
    expect(isGenuine(entry)).toBe(true);
  });
});
