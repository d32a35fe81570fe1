import { bytesToHex } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import { scriptArgon2, wasmArgon2 } from '../../../src/keyring/vault/argon2.ts';
import { stretch, type KdfRequest } from '../../../src/keyring/vault/index.ts';
import { bytesOf } from './vaults.ts';

/** Computed with OpenSSL's Argon2id. */
const CASES: readonly [name: string, request: KdfRequest, expected: string][] = [
  ['the least', { password: bytesOf('correct horse battery staple'), salt: new Uint8Array(16).fill(7), memory: 19_456, passes: 2 }, '799f12b9e17710824482d829835acb69f5a9355bf774c4f07342823b11b90928'],
  ['memory that is no multiple of four, and a long salt', { password: bytesOf('pässwörd 密码'), salt: Uint8Array.from({ length: 64 }, (_, i) => i), memory: 20_000, passes: 3 }, '940fc8e2a5db2f452cab01f59f1f43874b878c048695f54d58173a6d2167a884'],
];

const options = (): { signal: AbortSignal; onProgress: (ratio: number) => void; told: number[] } => {
  const told: number[] = [];
  return { signal: new AbortController().signal, onProgress: (ratio) => told.push(ratio), told };
};

describe.each([
  ['stretch', stretch],
  ['WebAssembly', wasmArgon2],
  ['JavaScript', scriptArgon2],
])('Argon2id by %s', (_, argon2) => {
  it.each(CASES)('given %s, then gives what everybody gets', async (_name, request, expected) => {
    const { told, ...rest } = options();
    expect(bytesToHex(await argon2(request, rest))).toBe(expected);
    expect(told.every((ratio, i) => ratio >= (told[i - 1] ?? 0) && ratio <= 1)).toBe(true);
    expect(told.at(-1)).toBe(1);
  });
});

describe('stretch', () => {
  const request: KdfRequest = CASES[0]![1];

  it.each<[string, string, object]>([
    ['too little memory', 'kdf.memory', { memory: 19_455 }],
    ['4 GiB of memory', 'kdf.memory', { memory: 2 ** 22 }],
    ['one pass', 'kdf.passes', { passes: 1 }],
    ['2³² − 1 passes', 'kdf.passes', { passes: 2 ** 32 - 1 }],
    ['half a pass more', 'kdf.passes', { passes: 2.5 }],
    ['a short salt', 'salt', { salt: new Uint8Array(15) }],
    ['a long salt', 'salt', { salt: new Uint8Array(65) }],
    ['an empty password', 'password', { password: new Uint8Array() }],
    ['a password beyond its bound', 'password', { password: new Uint8Array(65_537) }],
    ['a password that is text', 'password', { password: 'secret' }],
  ])('given %s, then refuses before it begins', async (_, field, changes) => {
    const { told, ...rest } = options();
    await expect(stretch({ ...request, ...changes }, rest)).rejects.toMatchObject({ code: 'INVALID_INPUT', field });
    expect(told).toEqual([]);
  });

  it('given a password that its caller changes meanwhile, then stretches the one it was called with', async () => {
    const password = bytesOf('correct horse battery staple');
    const stretching = stretch({ ...request, password }, options());
    password.fill(0);
    expect(bytesToHex(await stretching)).toBe(CASES[0]![2]);
  });

  it('given a signal that aborts before or meanwhile, then rejects with ABORTED', async () => {
    const controller = new AbortController();
    const stretching = stretch(request, { ...options(), signal: controller.signal });
    controller.abort();
    await expect(stretching).rejects.toMatchObject({ code: 'ABORTED' });
    await expect(stretch(request, { ...options(), signal: controller.signal })).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('given a signal that aborts while JavaScript is at it, then it ends there', async () => {
    const controller = new AbortController();
    const told: number[] = [];
    const onProgress = (ratio: number): void => {
      told.push(ratio);
      controller.abort();
    };
    await expect(scriptArgon2(request, { signal: controller.signal, onProgress })).rejects.toMatchObject({ code: 'ABORTED' });
    expect(told.length).toBe(1);
  });
});
