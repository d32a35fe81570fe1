import * as ed25519 from '@noble/ed25519';
import { bytesToHex } from '@noble/hashes/utils.js';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { RegistryError } from '../../src/error.ts';
import { signByOwnKey, signEntry, verifyEntry, type EntrySigner, type SignedEntry, type UnsignedEntry } from '../../src/registry/index.ts';
import { entryOf, ROW, rowNamed, secretKeyOf } from './rows.ts';

const { signature, ...unsigned } = entryOf(ROW);
const otherKey = secretKeyOf(rowNamed('libskynet: rev0'));

async function failure(attempt: () => unknown): Promise<RegistryError> {
  try {
    await attempt();
  } catch (error) {
    expect(error).toBeInstanceOf(RegistryError);
    return error as RegistryError;
  }
  throw new Error('nothing was refused');
}

const MISMATCHES: readonly (readonly [string, () => unknown, string])[] = [
  ['the public half is another key\'s', () => signEntry(unsigned, Uint8Array.from([...secretKeyOf(ROW).subarray(0, 32), ...otherKey.subarray(32)])), 'secretKey'],
  ['the public half is off by one bit', () => signEntry(unsigned, secretKeyOf(ROW).map((byte, i) => (i === 63 ? byte ^ 0x80 : byte))), 'secretKey'],
  [
    'the public halves of key and entry agree on another key',
    () => signEntry({ ...unsigned, pubkey: otherKey.subarray(32) }, Uint8Array.from([...secretKeyOf(ROW).subarray(0, 32), ...otherKey.subarray(32)])),
    'secretKey',
  ],
  ['the seed is one bit off', () => signEntry(unsigned, secretKeyOf(ROW).map((byte, i) => (i === 0 ? byte ^ 1 : byte))), 'secretKey'],
  ['the entry is of another key', () => signEntry({ ...unsigned, pubkey: otherKey.subarray(32) }, secretKeyOf(ROW)), 'entry.pubkey'],
  ['the key is too short', () => signEntry(unsigned, secretKeyOf(ROW).subarray(1)), 'secretKey'],
  ['the entry is wrong', () => signEntry({ ...unsigned, revision: -1n }, secretKeyOf(ROW)), 'entry.revision'],
];

describe('given a secret key', () => {
  it.each(MISMATCHES)('when %s, then nothing is signed', async (_what, attempt, field) => {
    expect(await failure(attempt)).toMatchObject({ code: 'INVALID_INPUT', field });
  });

  it.each(MISMATCHES)('when %s, then the error holds no part of the key in any spelling', async (_what, attempt) => {
    const { message, stack, hint, cause, ...rest } = await failure(attempt);
    const told = [message, stack, hint, String(cause), JSON.stringify(rest)].join('\n').toLowerCase();
    const seed = secretKeyOf(ROW).subarray(0, 32);
    for (let at = 0; at + 4 <= seed.length; at++) {
      const part = seed.subarray(at, at + 4);
      for (const spelling of [bytesToHex(part), part.join(','), part.join(', '), btoa(String.fromCharCode(...part)).slice(0, 5).toLowerCase()]) expect(told).not.toContain(spelling);
    }
  });
});

describe('given a secret key that was copied', () => {
  const { subarray } = Uint8Array.prototype;
  afterEach(() => void vi.restoreAllMocks());

  it.each<[string, () => unknown]>([
    ['signed', () => signEntry(unsigned, secretKeyOf(ROW))],
    ['refused', () => signEntry({ ...unsigned, pubkey: otherKey.subarray(32) }, secretKeyOf(ROW))],
  ])('when the entry is %s, then no copy is left in memory', async (_what, attempt) => {
    const key = bytesToHex(secretKeyOf(ROW));
    const copies: Uint8Array[] = [];
    vi.spyOn(Uint8Array.prototype, 'subarray').mockImplementation(function part(this: Uint8Array<ArrayBuffer>, ...range) {
      if (bytesToHex(this) === key) copies.push(this);
      return subarray.apply(this, range);
    });
    await Promise.resolve().then(attempt).catch(() => {});
    expect(copies.length).toBeGreaterThan(0);
    expect(copies.map((copy) => bytesToHex(copy))).toEqual(copies.map(() => '00'.repeat(64)));
  });
});

describe('given a seed and the public key that is known to be its own', () => {
  it('then it signs as the secret key does, and the seed stays the caller\'s', () => {
    const own = secretKeyOf(ROW).slice(0, 32);
    expect(signByOwnKey(unsigned, own, secretKeyOf(ROW).slice(32))).toEqual({ ...unsigned, signature });
    expect(own).toEqual(secretKeyOf(ROW).slice(0, 32));
  });

  it.each([
    ['the entry is of another key', { ...unsigned, pubkey: otherKey.subarray(32) }, 'entry.pubkey'],
    ['the entry is wrong', { ...unsigned, revision: -1n }, 'entry.revision'],
  ])('when %s, then nothing is signed', async (_what, entry, field) => {
    expect(await failure(() => signByOwnKey(entry, secretKeyOf(ROW).slice(0, 32), secretKeyOf(ROW).slice(32)))).toMatchObject({ code: 'INVALID_INPUT', field });
  });
});

describe('given that other code put its own sha512 into the slot noble calls', () => {
  const own = ed25519.hashes.sha512;
  afterEach(() => {
    ed25519.hashes.sha512 = own;
  });

  it.each<[string, ((message: Uint8Array) => Uint8Array) | undefined]>([
    ['one that answers zeros', () => new Uint8Array(64)],
    [
      'one that throws',
      () => {
        throw new Error('a trap');
      },
    ],
    ['none', undefined],
  ])('when it is %s, then signature and verdict are as ever', (_what, sha512) => {
    ed25519.hashes.sha512 = sha512 as typeof ed25519.hashes.sha512;
    expect(signEntry(unsigned, secretKeyOf(ROW)).signature).toEqual(signature);
    ed25519.hashes.sha512 = sha512 as typeof ed25519.hashes.sha512;
    expect(verifyEntry({ ...unsigned, signature })).toBe(true);
  });
});

const by = (answer: (entry: UnsignedEntry) => unknown): EntrySigner => ({ signEntry: async (entry) => answer(entry) as SignedEntry });
const honest = (entry: UnsignedEntry): SignedEntry => signEntry(entry, secretKeyOf(ROW));

describe('given a signer that is not ours', () => {
  it('when it signs the entry, then that comes back', async () => {
    expect(await signEntry(unsigned, by(honest))).toEqual({ ...unsigned, signature });
  });

  it('when it is an instance with a method, then it is called as one', async () => {
    class Key {
      readonly #secret = secretKeyOf(ROW);
      async signEntry(entry: UnsignedEntry): Promise<SignedEntry> {
        return signEntry(entry, this.#secret);
      }
    }
    expect(await signEntry(unsigned, new Key())).toEqual({ ...unsigned, signature });
  });

  it('when it adds to its answer, then that is left behind', async () => {
    expect(await signEntry(unsigned, by((entry) => ({ ...honest(entry), extra: 1 })))).toEqual({ ...unsigned, signature });
  });

  it.each<[string, (entry: UnsignedEntry) => unknown]>([
    ['nothing', () => undefined],
    ['null', () => null],
    ['the signature alone', (entry) => honest(entry).signature],
    ['the entry unsigned', (entry) => entry],
    ['a signature of zeros', (entry) => ({ ...entry, signature: new Uint8Array(64) })],
    ['a signature with one bit off', (entry) => ({ ...entry, signature: honest(entry).signature.map((byte, i) => (i === 5 ? byte ^ 1 : byte)) })],
    ['another revision', (entry) => honest({ ...entry, revision: entry.revision + 1n })],
    ['other data', (entry) => honest({ ...entry, data: Uint8Array.of(1, 2, 4) })],
    ['another datakey', (entry) => honest({ ...entry, datakey: new Uint8Array(32) })],
    ['another key', (entry) => signEntry({ ...entry, pubkey: otherKey.subarray(32) }, otherKey)],
    ['another type', (entry) => honest({ ...entry, type: 2, data: new Uint8Array(20) })],
    ['a signature of another entry', (entry) => ({ ...entry, signature: honest({ ...entry, revision: 0n }).signature })],
    [
      'an answer whose getter throws',
      () => ({
        get pubkey() {
          throw new Error('a trap');
        },
      }),
    ],
  ])('when it returns %s, then that is BAD_SIGNATURE', async (_what, answer) => {
    expect(await failure(async () => signEntry(unsigned, by(answer)))).toMatchObject({ code: 'BAD_SIGNATURE', retryable: false });
  });

  it('when it relabels type 2 as type 1 with the same data, then that is BAD_SIGNATURE', async () => {
    const typed = { ...unsigned, data: new Uint8Array(20), type: 2 } as const;
    expect(await failure(async () => signEntry(typed, by((entry) => honest({ ...entry, type: 1 }))))).toMatchObject({ code: 'BAD_SIGNATURE' });
  });

  it('when it refuses, then its reason is the caller\'s', async () => {
    const refused = new Error('the device is locked');
    const signer: EntrySigner = { signEntry: async () => Promise.reject(refused) };
    await expect(signEntry(unsigned, signer)).rejects.toBe(refused);
  });

  it('when its method changes its mind or throws on reading, then it was read once, or that is INVALID_INPUT', async () => {
    let reads = 0;
    const fickle = {
      get signEntry() {
        reads++;
        return reads === 1 ? async (entry: UnsignedEntry) => honest(entry) : undefined;
      },
    };
    expect(await signEntry(unsigned, fickle as EntrySigner)).toEqual({ ...unsigned, signature });
    const trap = {
      get signEntry(): never {
        throw new Error('a trap');
      },
    };
    expect(await failure(() => signEntry(unsigned, trap))).toMatchObject({ code: 'INVALID_INPUT', field: 'secretKey' });
  });
});
