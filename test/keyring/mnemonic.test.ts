import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { entropyToMnemonic } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generateMnemonic, mnemonicToKeyData, skynetPhraseToKeyData, type MnemonicStrength } from '../../src/keyring/index.ts';
import { mnemonicToSeed, takeMnemonic } from '../../src/keyring/mnemonic.ts';
import '../registry/seed.ts';
import { ABANDON, ABBEY, coded, keyOf, thrown } from './fixture.ts';
import { BIP39_VECTORS } from './vectors/bip39.ts';

const KEYS = { key: { type: 'ed25519', path: "m/0'" } } as const;
const secretOf = (mnemonic: unknown, passphrase?: string): string => keyOf(mnemonicToKeyData(mnemonic as string, { keys: KEYS, ...(passphrase === undefined ? {} : { passphrase }) }), 'key').secret;

describe('given vectors of BIP-39', () => {
  it.each(BIP39_VECTORS)('then the seed of a $language mnemonic is $seed', ({ language, entropy, mnemonic, seed }) => {
    expect(bytesToHex(mnemonicToSeed(mnemonic, 'TREZOR'))).toBe(seed);
    if (language === 'english') expect(bytesToHex(takeMnemonic(mnemonic).entropy)).toBe(entropy);
    else expect(thrown(() => takeMnemonic(mnemonic))).toMatchObject({ code: 'INVALID_INPUT', field: 'mnemonic', message: expect.stringMatching(/^mnemonic must be (English words, .*; word \d+ is not|words of the English list of BIP-39; word \d+ is not on it)$/) as string });
  });
});

describe('given a new mnemonic', () => {
  it.each([
    [128, 12],
    [160, 15],
    [192, 18],
    [224, 21],
    [256, 24],
  ] as const)('when its strength is %i, then it has %i words, and is taken', (strength, words) => {
    const mnemonic = generateMnemonic(strength);
    expect(mnemonic.split(' ')).toHaveLength(words);
    expect(takeMnemonic(mnemonic).entropy).toHaveLength(strength / 8);
  });

  it('then it has 12 words by default, and is another each time', () => {
    expect(generateMnemonic().split(' ')).toHaveLength(12);
    expect(new Set(Array.from({ length: 20 }, () => generateMnemonic())).size).toBe(20);
  });

  it.each([0, 32, 96, 127, 129, 288, 512, -128, NaN, '128', null, [128]])('when its strength is %j, then that is INVALID_INPUT', (strength) => {
    expect(() => generateMnemonic(strength as MnemonicStrength)).toThrow(coded('INVALID_INPUT', 'strength'));
  });
});

describe('threat 15: given a mnemonic as people type it', () => {
  const words = ABANDON.split(' ');
  it.each([
    ['in capitals', ABANDON.toUpperCase()],
    ['with a capital', ABANDON.replace('a', 'A')],
    ['with double spaces', words.join('  ')],
    ['with ideographic spaces', words.join('\u3000')],
    ['with no-break spaces', words.join('\u00a0')],
    ['with tabs and lines', words.join('\t\r\n')],
    ['with space around', `\n  ${ABANDON}\n`],
    ['in full-width letters', Array.from(ABANDON, (letter) => (letter === ' ' ? ' ' : String.fromCodePoint((letter.codePointAt(0) as number) - 0x61 + 0xff41))).join('')],
  ])('when it is %s, then it is the same mnemonic', (_how, typed) => {
    expect(secretOf(typed)).toBe(secretOf(ABANDON));
  });

  it.each([
    ['no words', '', /12, 15, 18, 21 or 24 words$/],
    ['only spaces', ' \n ', /12, 15, 18, 21 or 24 words$/],
    ['11 words', words.slice(1).join(' '), /12, 15, 18, 21 or 24 words$/],
    ['13 words', `${ABANDON} about`, /12, 15, 18, 21 or 24 words$/],
    ['a word in another script', ABANDON.replace('about', 'あいこくしん'), /word 12 is not$/],
    ['a letter of another script', ABANDON.replace('abandon', 'аbandon'), /word 1 is not$/],
    ['an accent', ABANDON.replace('about', 'abóut'), /word 12 is not$/],
    ['a hidden space', ABANDON.replace('about', 'ab\u200bout'), /word 12 is not$/],
    ['an unknown word', ABANDON.replace(' abandon abandon about', ' canary abandon about'), /word 10 is not on it$/],
    ['a name of an object', ABANDON.replace('about', 'constructor'), /word 12 is not on it$/],
    ['a wrong checksum', words.with(11, 'abandon').join(' '), /checksum/],
    ['words swapped', ['about', ...words.slice(1, 11), 'abandon'].join(' '), /checksum/],
    ['a lone surrogate', `${ABANDON}\ud800`, /well-formed text/],
    ['a seed phrase of Skynet', ABBEY, /word 1 is not on it$/],
  ])('when it has %s, then that is INVALID_INPUT and tells it, without a word of it', (_fault, typed, told) => {
    const error = thrown(() => mnemonicToKeyData(typed)) as Error & { cause?: unknown };
    expect(error).toMatchObject({ code: 'INVALID_INPUT', field: 'mnemonic', message: expect.stringMatching(told) as string });
    expect(error.cause).toBeUndefined();
    expect(`${error.message} ${error.stack ?? ''}`).not.toMatch(/abandon|about|canary|abbey|あい/);
  });

  it.each([undefined, null, 7, ['abandon'], new String(ABANDON), { toString: () => ABANDON }])('when it is %j, no string, then that is INVALID_INPUT', (typed) => {
    expect(() => mnemonicToKeyData(typed as string)).toThrow(coded('INVALID_INPUT', 'mnemonic'));
  });

  it('when it is BIP-39 and asked for as Skynet, then that is INVALID_INPUT', () => {
    expect(() => skynetPhraseToKeyData(ABANDON)).toThrow(coded('INVALID_INPUT', 'phrase'));
    expect(() => skynetPhraseToKeyData(entropyToMnemonic(new Uint8Array(20), wordlist))).toThrow(coded('INVALID_INPUT', 'phrase'));
  });

  it('when any one word is another of the list, then it is refused or another mnemonic, never the same', () => {
    const right = bytesToHex(takeMnemonic(ABANDON).entropy);
    fc.assert(
      fc.property(fc.nat({ max: 11 }), fc.integer({ min: 4, max: 2047 }), (place, number) => {
        try {
          expect(bytesToHex(takeMnemonic(words.with(place, wordlist[number]!).join(' ')).entropy)).not.toBe(right);
        } catch (error) {
          expect(error).toMatchObject({ code: 'INVALID_INPUT', field: 'mnemonic' });
        }
      }),
    );
  });
});

describe('threat 13: given text that is too long', () => {
  it.each([
    ['of 20 MB', 'abandon '.repeat(2_500_000)],
    ['of 12 words of a megabyte', Array.from({ length: 12 }, () => 'a'.repeat(1e6)).join(' ')],
    ['of 1025 characters', ' '.repeat(1025 - ABANDON.length) + ABANDON],
  ])('when a mnemonic is %s, then it is refused for its length, before it is looked at', (_size, mnemonic) => {
    expect(thrown(() => mnemonicToKeyData(mnemonic))).toMatchObject({ code: 'INVALID_INPUT', message: 'mnemonic must be well-formed text of at most 1024 characters' });
  });

  it('when a mnemonic has 1024 characters, then it is taken', () => {
    expect(secretOf(' '.repeat(1024 - ABANDON.length) + ABANDON)).toBe(secretOf(ABANDON));
  });

  it.each([['p'.repeat(1025)], ['p'.repeat(50_000_000)], ['\udc00'], [7], [null]])('when a passphrase is too long or no text, then that is INVALID_INPUT', (passphrase) => {
    expect(() => mnemonicToKeyData(ABANDON, { passphrase: passphrase as string })).toThrow(coded('INVALID_INPUT', 'options.passphrase'));
  });
});

describe('given a passphrase', () => {
  it('then the keys are others, and those without one are those of an empty one', () => {
    expect(secretOf(ABANDON, 'TREZOR')).not.toBe(secretOf(ABANDON));
    expect(secretOf(ABANDON, '')).toBe(secretOf(ABANDON));
  });

  it('when it is composed or decomposed, then the keys are the same, of every type', () => {
    const keys = { ...KEYS, soft: { type: 'sr25519', path: '' }, ecdsa: { type: 'secp256k1', path: 'm' } } as const;
    expect(mnemonicToKeyData(ABANDON, { passphrase: 'caf\u00e9', keys })).toEqual(mnemonicToKeyData(ABANDON, { passphrase: 'cafe\u0301', keys }));
  });

  it('then capitals and spaces count', () => {
    expect(new Set(['a', 'A', 'a ', ' a'].map((passphrase) => secretOf(ABANDON, passphrase))).size).toBe(4);
  });
});

it('given any entropy, then its mnemonic is taken, and gives it back', () => {
  fc.assert(
    fc.property(fc.constantFrom(16, 20, 24, 28, 32).chain((length) => fc.uint8Array({ minLength: length, maxLength: length })), (entropy) => {
      expect(takeMnemonic(entropyToMnemonic(entropy, wordlist)).entropy).toEqual(entropy);
    }),
  );
  expect(takeMnemonic(ABANDON).entropy).toEqual(hexToBytes('00'.repeat(16)));
});
