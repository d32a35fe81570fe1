import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import { legacySeed, stretchedSeed } from '../../../src/kernel/deployment/deployment-seed.ts';
import { moduleKeys } from '../../../src/kernel/deployment/module-keys.ts';
import { formatSkynetPhrase, takeSkynetPhrase } from '../../../src/keyring/skynet/index.ts';
import { publicKeyOfSeed, resolverLink } from '../../../src/registry/index.ts';
import { ABBEY } from '../../keyring/fixture.ts';
import { SKYNET_VECTORS } from '../../keyring/vectors/skynet.ts';
import { DEV_SEED, LEGACY_SEEDS, MODULE_KEYS, STRETCHED_SEEDS } from './vectors.ts';

const linkOf = (seed: Uint8Array): string => resolverLink(moduleKeys(seed));

describe('given a seed', () => {
  it('then its keys and link are those of libskynet', () => {
    const { pubkey, datakey, secretKey } = moduleKeys(hexToBytes(MODULE_KEYS.seed));
    expect([pubkey, datakey].map(bytesToHex)).toEqual([MODULE_KEYS.pubkey, MODULE_KEYS.datakey]);
    expect([secretKey.slice(32), publicKeyOfSeed(secretKey.slice(0, 32))]).toEqual([pubkey, pubkey]);
    expect(linkOf(hexToBytes(MODULE_KEYS.seed))).toBe(MODULE_KEYS.resolver);
  });

  it('then it stays as it was', () => {
    const seed = hexToBytes(MODULE_KEYS.seed);
    moduleKeys(seed);
    formatSkynetPhrase(seed);
    expect(bytesToHex(seed)).toBe(MODULE_KEYS.seed);
  });

  it.each(SKYNET_VECTORS)('when it is $seed, then it is written as "$phrase"', ({ seed, phrase }) => {
    expect(formatSkynetPhrase(hexToBytes(seed))).toBe(phrase);
  });

  it.each([0, 15, 17, 32])('when it has %i bytes, then that is INVALID_INPUT', (length) => {
    expect(() => moduleKeys(new Uint8Array(length))).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', field: 'seed' }) as Error);
    expect(() => formatSkynetPhrase(new Uint8Array(length))).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', field: 'seed' }) as Error);
  });
});

describe('given a phrase that the tools of the kernel made', () => {
  it('then its link is theirs', () => {
    expect(linkOf(takeSkynetPhrase(DEV_SEED.phrase))).toBe(DEV_SEED.resolver);
  });

  it('then every word of the dictionary is written as it is read', () => {
    const words = Array.from({ length: 1024 }, (_, i) => formatSkynetPhrase(seedWithFirstWord(i)).split(' ')[0] ?? '');
    expect(new Set(words).size).toBe(1024);
    for (const [i, word] of words.entries()) {
      const phrase = formatSkynetPhrase(seedWithFirstWord(i)).replace(/^\w+/, word.slice(0, 3));
      expect(takeSkynetPhrase(phrase)).toEqual(seedWithFirstWord(i));
      expect(word).toMatch(/^[a-z]{3,}$/);
    }
    expect(words.slice(0, 2).concat(words.slice(-1))).toEqual([ABBEY.split(' ')[0], 'ablaze', 'yanks']);
  });
});

function seedWithFirstWord(number: number): Uint8Array {
  const seed = new Uint8Array(16);
  seed.set([number >> 2, (number & 3) << 6]);
  return seed;
}

describe('given a password and its salt', () => {
  it.each(LEGACY_SEEDS)('when "$password" is derived as it was, then it is the link that was', ({ password, salt, seed, resolver }) => {
    expect(bytesToHex(legacySeed({ password, salt }))).toBe(seed);
    expect(linkOf(hexToBytes(seed))).toBe(resolver);
  });

  it.each(STRETCHED_SEEDS)('when "$password" is stretched, then it is the seed that it always is', async ({ password, salt, seed, resolver }) => {
    expect(bytesToHex(await stretchedSeed({ password, salt }))).toBe(seed);
    expect(linkOf(hexToBytes(seed))).toBe(resolver);
  });

  it.each(['', 'x'.repeat(1_025), 'canary\uD800'])('when it is no password, then that is INVALID_INPUT without a letter of it', async (password) => {
    const refusal = expect.objectContaining({ code: 'INVALID_INPUT', field: 'password', message: expect.not.stringMatching(/canary|xxx/) as string }) as Error;
    await expect(stretchedSeed({ password, salt: 's' })).rejects.toThrow(refusal);
    expect(() => legacySeed({ password, salt: 's' })).toThrow(refusal);
  });
});
