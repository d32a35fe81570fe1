import { deriveRegistryEntryID, downloadSkylink, entryIDToSkylink, generateSeedPhraseDeterministic, seedPhraseToSeed, taggedRegistryEntryKeys } from '@skynetlabs/libskynet';
import * as fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { legacySeed } from '../../src/kernel/deployment/deployment-seed.ts';
import { moduleKeys } from '../../src/kernel/deployment/module-keys.ts';
import { formatSkynetPhrase, takeSkynetPhrase } from '../../src/keyring/skynet/index.ts';
import { resolverLink } from '../../src/registry/index.ts';
import { Author, linksIn, startFilePortal } from '../cli/module/fixture.ts';

const seeds = fc.uint8Array({ minLength: 16, maxLength: 16 });

/** The link of a seed as libskynet, and with it the kernel's build script, derives it. */
function theirLink(seed: Uint8Array): string {
  const [keypair, datakey] = taggedRegistryEntryKeys(seed, 'module-build', 'module-key');
  const [id] = deriveRegistryEntryID(keypair.publicKey, datakey);
  return entryIDToSkylink(id);
}

describe('given any seed', () => {
  test('then libskynet derives the same link of it', () => {
    fc.assert(fc.property(seeds, (seed) => {
      expect(resolverLink(moduleKeys(seed))).toBe(theirLink(seed));
    }), { numRuns: 40 });
  });

  test('then libskynet reads the phrase that we write', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const [read, error] = seedPhraseToSeed(formatSkynetPhrase(seed));
        expect([error, Uint8Array.from(read)]).toEqual([null, seed]);
      }),
      { numRuns: 100 },
    );
  });
});

describe('given any password', () => {
  test('then the legacy derivation is that of libskynet', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), fc.string(), (password, salt) => {
        const [phrase, error] = generateSeedPhraseDeterministic(password + salt);
        expect([error, takeSkynetPhrase(phrase)]).toEqual([null, legacySeed({ password, salt })]);
      }),
      { numRuns: 200 },
    );
  });
});

describe('given a module that was deployed', () => {
  test('then libskynet, with which a kernel loads modules, loads it by both links', async () => {
    const [author, portal] = await Promise.all([Author.make(), startFilePortal()]);
    const script = `onmessage=()=>{};//${'x'.repeat(100_000)}`;
    const { immutable, resolver } = linksIn(await author.build(await author.bundle(script), '--portal', portal.url));
    const real = fetch;
    // It asks portals of its own choice, which are gone.
    vi.stubGlobal('fetch', (url: string, init: RequestInit | undefined) => real(url.replace(/^https:\/\/[^/]+/, portal.url), init ?? {}));
    onTestFinished(() => void vi.unstubAllGlobals());
    for (const link of [immutable, resolver]) {
      const [loaded, error] = await downloadSkylink(link);
      expect([error, new TextDecoder().decode(loaded)]).toEqual([null, script]);
    }
  });
});
