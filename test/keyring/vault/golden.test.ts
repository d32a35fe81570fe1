import { bytesToHex } from '@noble/hashes/utils.js';
import { expect, it } from 'vitest';
import { decodeVault, stretch } from '../../../src/keyring/vault/index.ts';
import { GOLDEN } from './golden.ts';
import { bytesOf, opened, textOf } from './vaults.ts';

it('the golden vault of version 1 opens with its password, and with the key of the operating system', async () => {
  const vault = bytesOf(GOLDEN.vault);
  const { id, generation, methods } = decodeVault(vault);
  expect([bytesToHex(id), generation]).toEqual([GOLDEN.id, GOLDEN.generation]);
  const password = methods.find((method) => method.kind === 'password')!;
  const kek = await stretch({ password: bytesOf(GOLDEN.password), salt: password.salt, ...password.parameters }, { signal: new AbortController().signal, onProgress: () => {} });
  expect(textOf(opened(vault, 'password', kek) as Uint8Array)).toBe(GOLDEN.payload);
  expect(textOf(opened(vault, 'os', GOLDEN.osKek) as Uint8Array)).toBe(GOLDEN.payload);
});
