import { bytesToHex } from '@noble/hashes/utils.js';
import { expect, it } from 'vitest';
import { storageKey } from '../../src/kernel/index.ts';

const seed = Uint8Array.from({ length: 16 }, (_, i) => i);

it('the key of a module\'s storage never changes: this one is of another implementation of SHA-512', async () => {
  const preimage = new Uint8Array([...new TextEncoder().encode('secure-registry module storage v1'), ...seed]);
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-512', preimage));
  expect(storageKey(seed)).toEqual(hash.slice(0, 32));
  expect(bytesToHex(storageKey(seed))).toBe('8921d056c07300c4bcb0c67dba8992f5c9960b1cb7f1fd985189cc7aa3b6efd6');
});

it('the key is another for another seed, which is not written to', () => {
  const before = seed.slice();
  expect(storageKey(new Uint8Array(16))).not.toEqual(storageKey(seed));
  expect(storageKey(new Uint8Array(32))).not.toEqual(storageKey(new Uint8Array(16)));
  expect(seed).toEqual(before);
});
