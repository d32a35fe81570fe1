import { describe, expect, it, vi } from 'vitest';
import { cachedRoot } from '../../src/keyring/root.ts';
import { Secret } from '../../src/keyring/secret.ts';
import { skynetRoot } from '../../src/keyring/skynet/index.ts';
import type { Bytes } from '../../src/registry/bytes.ts';
import { coded } from './fixture.ts';

const ZEROS = new Uint8Array(32);

describe('given a secret', () => {
  it('when it is wiped, then its bytes are zeros, and it is LOCKED', () => {
    const bytes = new Uint8Array(32).fill(7);
    const secret = new Secret(bytes);
    expect(secret.lend((lent) => lent[0])).toBe(7);
    secret.wipe();
    expect(bytes).toEqual(ZEROS);
    expect(() => secret.lend(() => expect.unreachable())).toThrow(coded('LOCKED'));
  });

  it('when it is used up, then its bytes are zeros, and it is FORBIDDEN, whatever comes after', () => {
    const bytes = new Uint8Array(32).fill(7);
    const secret = new Secret(bytes);
    secret.wipe('used up');
    secret.wipe();
    expect(bytes).toEqual(ZEROS);
    expect(() => secret.lend(() => expect.unreachable())).toThrow(coded('FORBIDDEN'));
  });
});

describe('given a root', () => {
  it('then each part is made once, when it is asked for, and is zeros after the end', () => {
    const [seed, miniSecret, origin] = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte)) as [Bytes, Bytes, Bytes];
    const make = { seed: vi.fn<() => Bytes>(() => seed), miniSecret: vi.fn<() => Bytes>(() => miniSecret) };
    const root = cachedRoot(make, origin);
    expect(make.seed).not.toHaveBeenCalled();
    expect([root.seed(), root.seed(), root.miniSecret(), root.miniSecret()]).toEqual([seed, seed, miniSecret, miniSecret]);
    expect([make.seed.mock.calls.length, make.miniSecret.mock.calls.length]).toEqual([1, 1]);
    root.wipe();
    expect([seed, miniSecret, origin]).toEqual([ZEROS, ZEROS, ZEROS]);
  });

  it('when it is of a Skynet seed, then the seed ends with it', () => {
    const seed = new Uint8Array(16).fill(7);
    const root = skynetRoot(seed);
    const derived = [root.seed(), root.miniSecret()];
    expect(derived.map((bytes) => bytes.some((byte) => byte !== 0))).toEqual([true, true]);
    root.wipe();
    expect([seed, ...derived].every((bytes) => bytes.every((byte) => byte === 0))).toBe(true);
  });
});
