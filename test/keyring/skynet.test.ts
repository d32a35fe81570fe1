import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import { ENTROPY_KEYS, kernelSeedToKeyData, mnemonicToKeyData, skynetPhraseToKeyData } from '../../src/keyring/index.ts';
import { takeSkynetPhrase } from '../../src/keyring/skynet/index.ts';
import { ABANDON, ABBEY, coded, thrown } from './fixture.ts';
import { SKYNET_VECTORS } from './vectors/skynet.ts';

const words = ABBEY.split(' ');
/** Words whose numbers are 255 and a multiple of 256. */
const ALIASES_OF_255 = ['lemon', 'robot', 'yanks'];
const KEYS = { a: { type: 'ed25519', path: 'm' }, b: { type: 'secp256k1', path: 'm' }, c: { type: 'sr25519', path: '' } } as const;

describe('given seeds and their phrases', () => {
  it.each(SKYNET_VECTORS)('then "$phrase" is the seed $seed, by its beginnings too', ({ seed, phrase }) => {
    expect(bytesToHex(takeSkynetPhrase(phrase))).toBe(seed);
    expect(bytesToHex(takeSkynetPhrase(phrase.replaceAll(/(\w{3})\w*/g, '$1')))).toBe(seed);
    expect(bytesToHex(takeSkynetPhrase(`  ${phrase.toUpperCase().replaceAll(' ', '\u3000\n')}`))).toBe(seed);
  });

  it('then the keys of a phrase are those of its seed, of every type', () => {
    for (const { seed, phrase } of SKYNET_VECTORS.slice(0, 3)) expect(skynetPhraseToKeyData(phrase, { keys: KEYS })).toEqual(kernelSeedToKeyData(hexToBytes(seed), { keys: KEYS }));
  });

  it('then they are not those of a mnemonic of the same 16 bytes', () => {
    const ours = Object.values(kernelSeedToKeyData(new Uint8Array(16), { keys: { ...KEYS, d: ENTROPY_KEYS.developer } }));
    const theirs = Object.values(mnemonicToKeyData(ABANDON, { keys: { ...KEYS, d: ENTROPY_KEYS.developer } }));
    expect(ours.map((key, i) => JSON.stringify(key) === JSON.stringify(theirs[i]))).toEqual([true, false, false, false, false]); // the version is
  });
});

describe('threat 15: given a phrase that is none', () => {
  it.each([
    ['13 words, without a checksum', words.slice(0, 13), /15 words$/],
    ['14 words', words.slice(0, 14), /15 words$/],
    ['16 words', [...words, 'abbey'], /15 words$/],
    ['a word of no dictionary', words.with(4, 'zebra'), /word 5 is not in it$/],
    ['a word of two letters', words.with(4, 'ab'), /word 5 is not in it$/],
    ['a name of an object', words.with(14, '__proto__'), /word 15 is not in it$/],
    ['another last word', words.with(14, 'abbey'), /checksum/],
    ['another checksum word', words.with(13, 'abbey'), /checksum/],
    ['another word', words.with(0, 'ablaze'), /checksum/],
    ['a mnemonic', ABANDON.split(' '), /15 words$/],
  ])('when it has %s, then that is INVALID_INPUT and tells it, without a word of it', (_fault, phrase, told) => {
    const error = thrown(() => skynetPhraseToKeyData(phrase.join(' '))) as Error;
    expect(error).toMatchObject({ code: 'INVALID_INPUT', field: 'phrase', message: expect.stringMatching(told) as string });
    expect(error).not.toHaveProperty('cause');
    expect(`${error.message} ${error.stack ?? ''}`).not.toMatch(/abbey|amidst|punch|zebra|ablaze|abandon/);
  });

  it.each([
    ['eggs', 'voyage', 'topic', 'f'.repeat(32)],
  ])('when its word 13 is one of those that other software takes for the same seed, then it is refused', (thirteenth, one, two, seed) => {
    const phrase = (word: string): string => [...Array.from({ length: 12 }, () => 'yanks'), word, one, two].join(' ');
    expect(bytesToHex(takeSkynetPhrase(phrase(thirteenth)))).toBe(seed);
    // 255 + 256, + 512, + 768, whose last eight bits are the same
    for (const alias of ALIASES_OF_255) expect(() => takeSkynetPhrase(phrase(alias))).toThrow(coded('INVALID_INPUT', 'phrase'));
  });

  it.each([[undefined], [null], [15], [words], [new Uint8Array(16)]])('when it is no string, then that is INVALID_INPUT', (phrase) => {
    expect(() => skynetPhraseToKeyData(phrase as unknown as string)).toThrow(coded('INVALID_INPUT', 'phrase'));
  });
});

describe('threat 20: given a seed that a kernel presents', () => {
  it.each([[new Uint8Array(0)], [new Uint8Array(15)], [new Uint8Array(17)], [new Uint8ClampedArray(16)], [new ArrayBuffer(16)], [Array.from({ length: 16 }, () => 0)], ['00'.repeat(16)], [null], [undefined]])('when it is %o, then that is INVALID_INPUT', (seed) => {
    expect(() => kernelSeedToKeyData(seed as Uint8Array)).toThrow(coded('INVALID_INPUT', 'seed'));
  });

  it('when it is written to afterwards, then nothing changes, and it was not written to', () => {
    const seed = new Uint8Array(16).fill(7);
    const keyData = kernelSeedToKeyData(seed, { keys: KEYS });
    expect(seed).toEqual(new Uint8Array(16).fill(7));
    seed.fill(0);
    expect(kernelSeedToKeyData(new Uint8Array(16).fill(7), { keys: KEYS })).toEqual(keyData);
  });

  it('when there is a passphrase, which it has not, then that is INVALID_INPUT', () => {
    expect(() => kernelSeedToKeyData(new Uint8Array(16), { passphrase: 'p' } as object)).toThrow(coded('INVALID_INPUT', 'options'));
    expect(() => skynetPhraseToKeyData(ABBEY, { passphrase: 'p' } as object)).toThrow(coded('INVALID_INPUT', 'options'));
  });
});
