import type * as Sha2 from '@noble/hashes/sha2.js';
import { beforeEach, expect, it, vi } from 'vitest';
import { questionOf } from '../../src/kernel/border/index.ts';
import { storageKey } from '../../src/kernel/index.ts';
import type * as RegistryBytes from '../../src/registry/bytes.ts';
import { DATAKEY, PUBKEY, secretKey } from './fixture.ts';

/** Copies of secrets, and what is made of them: the very memory. */
const secrets = vi.hoisted((): { readonly from: string; readonly bytes: Uint8Array }[] => []);

vi.mock('../../src/registry/bytes.ts', async (original) => {
  const library = await original<typeof RegistryBytes>();
  const takeBytes: typeof library.takeBytes = (value, field, lengths) => {
    const bytes = library.takeBytes(value, field, lengths);
    if (lengths === 64) secrets.push({ from: 'a copy of the secret key', bytes });
    return bytes;
  };
  return { ...library, takeBytes };
});
vi.mock('@noble/hashes/sha2.js', async (original) => {
  const library = await original<typeof Sha2>();
  const sha512 = (message: Uint8Array): Uint8Array => {
    const hash = library.sha512(message);
    if (new TextDecoder().decode(message).startsWith('secure-registry module')) secrets.push({ from: 'input of sha512', bytes: message }, { from: 'sha512', bytes: hash });
    return hash;
  };
  return { ...library, sha512: Object.assign(sha512, library.sha512) };
});

beforeEach(() => void secrets.splice(0));
const left = (): readonly string[] => secrets.filter(({ bytes }) => bytes.some((byte) => byte !== 0)).map(({ from }) => from);

it.each([
  ['good', {}],
  ['for another public key', { publicKey: new Uint8Array(32) }],
  ['with a fault after its key', { revision: 7 }],
])('Q3: given a writeEntry that is %s, when it was judged, then every copy of its key is zeros', (_what, others) => {
  questionOf({ method: 'writeEntry', data: { publicKey: PUBKEY, secretKey: secretKey(), dataKey: DATAKEY, entryData: new Uint8Array(), revision: 1n, ...others } }, () => false);
  expect(secrets.length).toBeGreaterThan(0);
  expect(left()).toEqual([]);
});

it('given a seed, when a storage key was made of it, then what it was made of is zeros', () => {
  expect(storageKey(new Uint8Array(16).fill(7)).some((byte) => byte !== 0)).toBe(true);
  expect(secrets).toHaveLength(2);
  expect(left()).toEqual([]);
});
