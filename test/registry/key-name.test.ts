import { array, assert, nat, property, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, charactersOf, keyNamed, nameOf } from '../../src/registry/index.ts';

const bytes = uint8Array({ minLength: 32, maxLength: 32 });

describe('the name of a key', () => {
  it('is the key itself', () => {
    assert(property(bytes, bytes, (pubkey, datakey) => {
      expect(keyNamed(nameOf({ pubkey, datakey }))).toEqual({ pubkey, datakey });
    }));
  });

  it('tells the public key from the datakey', () => {
    const [one, two] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
    expect(nameOf({ pubkey: one, datakey: two })).not.toBe(nameOf({ pubkey: two, datakey: one }));
  });

  it('is nothing else: other strings are refused', () => {
    const other = array(nat(0xffff)).filter((codes) => codes.length !== 64 || codes.some((code) => code > 255));
    assert(property(other, (codes) => {
      expect(() => keyNamed(String.fromCharCode(...codes))).toThrow(/name must be/);
    }));
    const name = nameOf({ pubkey: new Uint8Array(32), datakey: new Uint8Array(32) });
    for (const wrong of ['', `${name}\0`, name.slice(1), `${name.slice(1)}Ā`]) expect(() => keyNamed(wrong)).toThrow(/name must be/);
  });
});

describe('bytes as characters', () => {
  it('are a character for each byte, and come back as they were', () => {
    expect(charactersOf(Uint8Array.of(0, 65, 255))).toBe('\0Aÿ');
    assert(property(uint8Array({ maxLength: 300 }), (any) => {
      expect(bytesOf(charactersOf(any))).toEqual(any);
    }));
  });
});
