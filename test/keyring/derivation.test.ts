import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { HDKey } from '@scure/bip32';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { algorithmOf } from '../../src/keyring/algorithm/index.ts';
import { derivationAt, type Root } from '../../src/keyring/derivation/index.ts';
import type { KeyType } from '../../src/keyring/key-data.ts';
import { mnemonicToKeyData } from '../../src/keyring/index.ts';
import '../registry/seed.ts';
import { ABANDON, coded } from './fixture.ts';
import { BIP32_VECTORS } from './vectors/bip32.ts';
import { SLIP10_VECTORS } from './vectors/slip10.ts';
import { DEVELOPMENT_PHRASE, SUBSTRATE_VECTORS } from './vectors/substrate.ts';

const rootOf = (seed: string): Root => ({ seed: () => hexToBytes(seed), miniSecret: () => expect.unreachable() });
const derive = (type: KeyType, path: string, root: Root): string => bytesToHex(derivationAt(type, path)!(root));

describe('given vectors of the standards', () => {
  it.each(SLIP10_VECTORS)('then SLIP-0010 derives $path', ({ seed, path, secret, public: publicKey }) => {
    expect(derive('ed25519', path, rootOf(seed))).toBe(secret);
    expect(bytesToHex(algorithmOf('ed25519').publicKeyOf(hexToBytes(secret))!)).toBe(publicKey);
  });

  it.each(BIP32_VECTORS)('then BIP-32 derives $path', ({ seed, path, secret }) => {
    expect(derive('secp256k1', path, rootOf(seed))).toBe(secret);
  });

  it.each(SUBSTRATE_VECTORS)('then Substrate derives "$path"', ({ path, public: publicKey, address }) => {
    expect(mnemonicToKeyData(DEVELOPMENT_PHRASE, { keys: { key: { type: 'sr25519', path } } })['key']).toMatchObject({ public: publicKey, address });
  });

  it('then an Ethereum account has the address it has everywhere (EIP-55)', () => {
    const junk = `${'test '.repeat(11)}junk`;
    expect(mnemonicToKeyData(junk, { keys: { key: { type: 'secp256k1', path: "m/44'/60'/0'/0/0" } } })['key']?.address).toBe('0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266');
  });
});

it('given any lawful path of BIP-32, then the secret is the one that the whole path gives in the library', () => {
  const level = fc.tuple(fc.nat({ max: 2 ** 31 - 1 }), fc.boolean()).map(([index, hardened]) => `/${index}${hardened ? "'" : ''}`);
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 64 }), fc.array(level, { maxLength: 4 }), (seed, levels) => {
      const path = `m${levels.join('')}`;
      expect(derive('secp256k1', path, rootOf(bytesToHex(seed)))).toBe(bytesToHex(HDKey.fromMasterSeed(seed).derive(path).privateKey!));
    }),
    { numRuns: 20 },
  );
});

const DEEP = 16;
/** What no type takes for a path. */
const NO_PATHS: readonly unknown[] = ['M', "M/0'", "m/0'/", '/m', 'm//0', "m/'", "m/0''", "m/-1'", "m/1e3'", "m/+1'", "m/ 1'", "m/1 '", "m/0x1'", "m/01'", "m/00'", "m/2147483648'", "m/4294967296'", "m/99999999999'", "m/1.0'", "m/0h'", "m/0’", "m/٠'", "m/0'\n", "\nm/0'", 0, null, undefined, ['m'], new String('m'), {}];

describe('threat 14: given a path that is none', () => {
  it.each(NO_PATHS.map((path) => [path] as const))('when it is %j, then no type of SLIP-0010 or BIP-32 takes it', (path) => {
    expect([derivationAt('ed25519', path), derivationAt('secp256k1', path)]).toEqual([undefined, undefined]);
  });

  it.each(['m/0', "m/0'/0", "m/44'/1991'/0"])('when %s has a soft index, then ed25519 does not take it, and secp256k1 does', (path) => {
    expect(derivationAt('ed25519', path)).toBeUndefined();
    expect(derivationAt('secp256k1', path)).toBeDefined();
  });

  it.each(['m', '/', '//', '///', '///password', '//hard///password', 'hard', '//hard/', '//hard//', ' //hard', '//\ud800', '//e\u0301', '//0x0', '//0x', '//0xABC', `//${2n ** 256n}`, 7, null])('when it is %j, then sr25519 does not take it', (path) => {
    expect(derivationAt('sr25519', path)).toBeUndefined();
  });

  it('then the longest and deepest are taken, and those beyond are not', () => {
    expect(derivationAt('ed25519', `m${"/0'".repeat(DEEP)}`)).toBeDefined();
    expect(derivationAt('ed25519', `m${"/0'".repeat(DEEP + 1)}`)).toBeUndefined();
    expect(derivationAt('secp256k1', `m${'/0'.repeat(256)}`)).toBeUndefined();
    expect(derivationAt('sr25519', '/0'.repeat(DEEP))).toBeDefined();
    expect(derivationAt('sr25519', '/0'.repeat(DEEP + 1))).toBeUndefined();
    expect(derivationAt('sr25519', `//${'x'.repeat(254)}`)).toBeDefined();
    expect(derivationAt('sr25519', `//${'x'.repeat(255)}`)).toBeUndefined();
    expect(derivationAt('secp256k1', `m/${'0'.repeat(1e7)}`)).toBeUndefined();
    expect(derivationAt('sr25519', '/'.repeat(1e7))).toBeUndefined();
  });

  it('then it is INVALID_INPUT that names the key, and does not quote the path', () => {
    const keys = { here: { type: 'ed25519', path: "m/44'/666" } } as const;
    expect(() => mnemonicToKeyData(ABANDON, { keys })).toThrow(coded('INVALID_INPUT', 'options.keys.here.path'));
    expect(() => mnemonicToKeyData(ABANDON, { keys })).not.toThrow(/666/);
  });

  it.each([
    [{ type: 'ed25519', path: "m/0'" }, { type: 'ed25519', path: "m/0'" }],
    [{ type: 'sr25519', path: '//1' }, { type: 'sr25519', path: '//01' }],
    [{ type: 'sr25519', path: '//0xff' }, { type: 'sr25519', path: '//0xFF' }],
    [{ type: 'sr25519', path: '//0' }, { type: 'sr25519', path: '//0x00' }],
  ] as const)('when two keys come out the same, of %j and %j, then they are refused', (one, other) => {
    expect(() => mnemonicToKeyData(ABANDON, { keys: { one, other } })).toThrow(coded('INVALID_INPUT', 'options.keys.other.path'));
  });

  it('when keys of different types have one path, then they are different keys', () => {
    const { a, b } = mnemonicToKeyData(ABANDON, { keys: { a: { type: 'ed25519', path: "m/0'" }, b: { type: 'secp256k1', path: "m/0'" } } });
    expect(a?.secret).not.toBe(b?.secret);
  });
});
