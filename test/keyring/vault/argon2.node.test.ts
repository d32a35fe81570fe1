import { bytesToHex } from '@noble/hashes/utils.js';
import { afterEach, expect, it, vi } from 'vitest';
import { bytesOf } from './vaults.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

it.each([
  ['is none', undefined],
  ['is forbidden', { compile: () => Promise.reject(new Error('refused by the content security policy')) }],
])('given a host whose WebAssembly %s, when a password is stretched, then the outcome is the same, and told as it goes', async (_, wasm) => {
  vi.stubGlobal('WebAssembly', wasm);
  vi.resetModules();
  const { stretch } = await import('../../../src/keyring/vault/index.ts');
  const told: number[] = [];
  const request = { password: bytesOf('correct horse battery staple'), salt: new Uint8Array(16).fill(7), memory: 19_456, passes: 2 };
  const bytes = await stretch(request, { signal: new AbortController().signal, onProgress: (ratio) => told.push(ratio) });
  expect(bytesToHex(bytes)).toBe('799f12b9e17710824482d829835acb69f5a9355bf774c4f07342823b11b90928');
  expect(told.length).toBeGreaterThan(10); // WebAssembly would have told twice
});
