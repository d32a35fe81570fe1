import { blake2b } from '@noble/hashes/blake2.js';
import { describe, expect, it } from 'vitest';
import { KEY_A, KEY_B, sealWith } from './fixture.ts';

const parts = [Uint8Array.of(1, 2), new Uint8Array(), Uint8Array.of(3)];

describe('given a key', () => {
  it('when something is sealed, then that is BLAKE2b-256, keyed, over what kind it is and each part behind its length', () => {
    const bytes = Uint8Array.of(5, 2, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 3);
    expect(sealWith(KEY_A).of(5, ...parts)).toEqual(Uint8Array.from(blake2b(bytes, { dkLen: 32, key: KEY_A })));
  });

  it('when the seal is looked at, then it holds of that alone: not with another key, kind, byte, length, or with the parts cut elsewhere', () => {
    const seal = sealWith(KEY_A).of(5, ...parts) ?? expect.unreachable();
    expect(sealWith(KEY_A).holds(seal, 5, ...parts)).toBe(true);
    expect(sealWith(KEY_B).holds(seal, 5, ...parts)).toBe(false);
    expect(sealWith(KEY_A).holds(seal, 6, ...parts)).toBe(false);
    for (const others of [[Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3)], [Uint8Array.of(1, 2), Uint8Array.of(3)], [Uint8Array.of(1, 2, 3)], [...parts, new Uint8Array()]]) expect(sealWith(KEY_A).holds(seal, 5, ...others)).toBe(false);
    for (let at = 0; at < 32; at++) expect(sealWith(KEY_A).holds(seal.map((byte, i) => (i === at ? byte ^ 128 : byte)), 5, ...parts)).toBe(false);
    expect(sealWith(KEY_A).holds(seal.slice(0, 31), 5, ...parts)).toBe(false);
    expect(sealWith(KEY_A).holds(new Uint8Array(), 5, ...parts)).toBe(false);
  });
});

it('given no key, when anything is to be sealed or believed, then nothing is', () => {
  expect(sealWith(undefined).of(5, ...parts)).toBeUndefined();
  expect(sealWith(undefined).holds(new Uint8Array(32), 5, ...parts)).toBe(false);
  expect(sealWith(undefined).holds(new Uint8Array(), 5)).toBe(false);
});
