import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { createBase58check } from '@scure/base';
import { HDKey } from '@scure/bip32';
import { entropyToMnemonic } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { describe, expect, it } from 'vitest';
import { algorithmOf } from '../../src/keyring/algorithm/index.ts';
import { checksummed } from '../../src/keyring/algorithm/secp256k1.ts';
import { derivationAt, type Root } from '../../src/keyring/derivation/index.ts';
import type { KeyType } from '../../src/keyring/key-data.ts';
import { mnemonicToKeyData } from '../../src/keyring/index.ts';
import { mnemonicToSeed, takeMnemonic } from '../../src/keyring/mnemonic.ts';
import { numberOf } from '../../src/keyring/skynet/dictionary.ts';
import { takeSkynetPhrase } from '../../src/keyring/skynet/index.ts';
import type { Vectors } from './folder.ts';

const base58check = createBase58check(sha256);
const rootOf = (seed: string): Root => ({ seed: () => hexToBytes(seed), miniSecret: () => expect.unreachable() });

function derived(type: KeyType, seed: string, path: string): { readonly secret: string; readonly public: string } {
  const secret = derivationAt(type, path)!(rootOf(seed));
  return { secret: bytesToHex(secret), public: bytesToHex(algorithmOf(type).publicKeyOf(secret)!) };
}

/** What the standards' own vectors, and those of Substrate and Skynet, say of mnemonics, seeds and derived keys. */
export function describeKeyring({ bip39, bip32, slip10, substrate, addresses, skynetSeed, skynetDictionary }: Vectors): void {
  it.each(Object.entries(bip39))('bip39.json, %s: every mnemonic leads to its seed, and to its master key', (language, rows) => {
    expect(rows.length).toBeGreaterThan(20);
    for (const [entropy, mnemonic, seed, xprv] of rows) {
      expect(bytesToHex(mnemonicToSeed(mnemonic, 'TREZOR'))).toBe(seed);
      expect(derived('secp256k1', seed, 'm').secret).toBe(bytesToHex(base58check.decode(xprv).subarray(46)));
      if (language === 'english') {
        expect(bytesToHex(takeMnemonic(mnemonic).entropy)).toBe(entropy);
        expect(entropyToMnemonic(hexToBytes(entropy), wordlist)).toBe(mnemonic);
      } else expect(() => takeMnemonic(mnemonic)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', field: 'mnemonic' }) as Error);
    }
  });

  it('bip39.json: there are twelve languages', () => {
    expect(Object.keys(bip39)).toHaveLength(12);
  });

  it.each(bip32.valid)('bip32.json: every chain of $seed is derived', ({ seed, chains }) => {
    for (const { path, xprv, xpub } of chains) {
      expect(derived('secp256k1', seed, path)).toEqual({ secret: bytesToHex(base58check.decode(xprv).subarray(46)), public: bytesToHex(base58check.decode(xpub).subarray(45)) });
    }
  });

  it.each(bip32.invalid)('bip32.json: the library that derives takes no key of $reason', ({ key }) => {
    expect(() => HDKey.fromExtendedKey(key)).toThrow();
  });

  it.each(slip10)('slip10-ed25519.json: every chain of $seed is derived', ({ seed, chains }) => {
    for (const { path, private: secret, public: publicKey } of chains) expect(derived('ed25519', seed, path)).toEqual({ secret, public: publicKey.slice(2) });
  });

  it.each(substrate.vectors)('substrate.json: "$path"', ({ phrase, path, sr25519: { publicKey, ss58_42: address } }) => {
    expect(mnemonicToKeyData(phrase, { keys: { key: { type: 'sr25519', path } } })['key']).toMatchObject({ public: `0x${publicKey}`, address });
  });

  it('addresses.json: an Ethereum account, and the spelling of addresses (EIP-55)', () => {
    const { phrase, path, address } = addresses.ethereum;
    expect(mnemonicToKeyData(phrase, { keys: { key: { type: 'secp256k1', path } } })['key']?.address).toBe(address);
    for (const spelled of addresses.eip55) expect(checksummed(hexToBytes(spelled.slice(2)))).toBe(spelled);
  });

  describe('skynet-seed.json', () => {
    it.each(skynetSeed.vectors)('$phrase', ({ seed, phrase }) => {
      expect(bytesToHex(takeSkynetPhrase(phrase))).toBe(seed);
    });

    it('the phrases that other software takes for the same seeds are refused', () => {
      for (const { phrase } of skynetSeed.vectors) {
        const words = phrase.split(' ');
        const thirteenth = skynetDictionary.indexOf(words[12]!);
        for (const alias of [256, 512, 768]) expect(() => takeSkynetPhrase(words.with(12, skynetDictionary[thirteenth + alias]!).join(' '))).toThrow(/word 13/);
        expect(() => takeSkynetPhrase(`${phrase} abbey`)).toThrow(/15 words/);
      }
    });
  });

  it('skynet-dictionary.json: every word has its number', () => {
    expect(skynetDictionary.map(numberOf)).toEqual(skynetDictionary.map((_, i) => i));
    expect(skynetDictionary).toHaveLength(1024);
  });
}
