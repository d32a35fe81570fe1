import { ristretto255 } from '@noble/curves/ed25519.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { bytesToNumberBE, bytesToNumberLE, numberToBytesBE, numberToBytesLE } from '@noble/curves/utils.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js';
import { HDKey } from '@scure/bip32';
import { __tests, HDKD } from '@scure/sr25519';
import { describe, expect, it } from 'vitest';
import { junctionsOf } from '../../src/keyring/derivation/index.ts';
import { ENTROPY_KEYS, mnemonicToKeyData, type Key } from '../../src/keyring/index.ts';
import { mnemonicToSeed } from '../../src/keyring/mnemonic.ts';
import { ABANDON, coded } from './fixture.ts';

const { Fn } = ristretto255.Point;

const make = (...paths: readonly string[]): readonly Key[] => {
  const keyData = mnemonicToKeyData(ABANDON, { keys: Object.fromEntries(paths.map((path, i) => [`key${i}`, { type: 'sr25519', path } as const])) });
  return paths.map((_, i) => keyData[`key${i}`] ?? expect.unreachable());
};
const keyAt = (path: string): Key => make(path)[0] ?? expect.unreachable();
const publicOf = ({ public: hex }: Key): Uint8Array => hexToBytes(hex.slice(2));
/** Of a secret, which holds it times the cofactor, 8. */
const scalarOf = ({ secret }: Key): bigint => bytesToNumberLE(hexToBytes(secret.slice(2, 66))) >> 3n;
const chainCodeOf = (step: string): Uint8Array => junctionsOf(step)?.[0]?.chainCode ?? expect.unreachable();

/** What a soft step adds to a secret, by what is public (schnorrkel's HDKD). */
function addedBy(step: string, parent: Uint8Array): bigint {
  const transcript = new __tests.SigningContext('SchnorrRistrettoHDKD');
  transcript.bytes(new Uint8Array(0));
  transcript.appendMessage('chain-code', chainCodeOf(step));
  transcript.appendMessage('public-key', parent);
  return transcript.challengeScalar('HDKD-scalar');
}

describe('given sr25519 keys of one mnemonic, some of soft paths', () => {
  it("when somebody has a soft child's secret and its parent's public key, then they have the parent's secret", () => {
    const [admin, shared] = [keyAt('//entropy'), keyAt('//entropy/shared')];
    expect(Fn.sub(scalarOf(shared), addedBy('/shared', publicOf(admin)))).toBe(scalarOf(admin));
  });

  it("when somebody has a soft child's secret and its parent's public key, then they have its sibling's secret, and that of a hard nephew", () => {
    const [parent, mine, sibling, nephew] = [keyAt('//a'), keyAt('//a/x'), keyAt('//a/y'), keyAt('//a//b')];
    const recovered = Fn.sub(scalarOf(mine), addedBy('/x', publicOf(parent)));
    expect(Fn.add(recovered, addedBy('/y', publicOf(parent)))).toBe(scalarOf(sibling));
    // The nonce, which is not recovered, takes no part in a hard step.
    const secret = concatBytes(numberToBytesLE(recovered << 3n, 32), new Uint8Array(32));
    expect(`0x${bytesToHex(HDKD.secretHard(secret, chainCodeOf('//b')))}`).toBe(nephew.secret);
  });

  it.each([
    ['a child', '//entropy', '//entropy/shared'],
    ['a parent', '//entropy/shared', '//entropy'],
    ['a grandchild', '//entropy', '//entropy/a/b'],
    ['a child of the root', '', '/soft'],
    ['a sibling', '//a/x', '//a/y'],
    ['a sibling below the root', '/x', '/y'],
    ['a cousin', '//a/x/1', '//a/y/2'],
    ['a nephew', '//a/x', '//a//b'],
    ['an uncle', '//a//b', '//a/x'],
    ['anywhere below the root', '/x', '//a//b'],
    ['the same', '//a/x', '//a/x'],
    ['a sibling of which the parent is spelled otherwise', '//0x01/x', '//1/y'],
    ['a child of a parent that is spelled otherwise', '//01', '//1/x'],
  ])('when one is %s of another, %j and %j, then they are refused', (_what, one, other) => {
    expect(() => make(one, other)).toThrow(coded('INVALID_INPUT', 'options.keys.key1.path'));
  });

  it('when others stand between them, then it is the second of the two that is named', () => {
    expect(() => make('//elsewhere', '//a/x', '//elsewhere//more', '//a/y')).toThrow(coded('INVALID_INPUT', 'options.keys.key3.path'));
  });

  it.each([
    [['/soft']],
    [['//hard/soft']],
    [['', '//a', '//a//b', '//a//c']],
    [['//a/x', '//b/x', '//c', '']],
    [['//a/x//b', '//a/x//c', '//a/y//b']],
    [['//a//x', '//a//y/soft', '//a']],
    [['//a//c/x', '//a/c//d']],
    [['//1/x', '//0x31/x']],
  ])('when they are apart, %j, then they are taken', (paths) => {
    expect(new Set(make(...paths).map(({ secret }) => secret)).size).toBe(paths.length);
  });

  it('when it stands beside keys of the device, or of other types, then a soft one is taken', () => {
    const keys = { soft: { type: 'sr25519', path: '/soft' }, device: ENTROPY_KEYS.device, ethereum: { type: 'secp256k1', path: 'm/0' } } as const;
    expect(Object.keys(mnemonicToKeyData(ABANDON, { keys }))).toEqual(['version', 'soft', 'device', 'ethereum']);
  });
});

it("given secp256k1 keys of soft paths, then they are taken: a child's secret gives its parent's to who has the chain code alone, and that is in no key data", () => {
  const paths = { parent: "m/44'/60'/0'/0", child: "m/44'/60'/0'/0/0", sibling: "m/44'/60'/0'/0/1" };
  const keyData = mnemonicToKeyData(ABANDON, { keys: Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, { type: 'secp256k1', path } as const])) });
  const [parent, child] = [keyData['parent'], keyData['child']];
  if (parent === undefined || child === undefined) return expect.unreachable();
  const { chainCode } = HDKey.fromMasterSeed(mnemonicToSeed(ABANDON, '')).derive(paths.parent);
  if (chainCode === null) return expect.unreachable();
  const added = bytesToNumberBE(hmac(sha512, chainCode, concatBytes(hexToBytes(parent.public.slice(2)), new Uint8Array(4))).subarray(0, 32));
  const recovered = secp256k1.Point.Fn.sub(bytesToNumberBE(hexToBytes(child.secret.slice(2))), added);
  expect(`0x${bytesToHex(numberToBytesBE(recovered, 32))}`).toBe(parent.secret);
  expect(JSON.stringify(keyData)).not.toContain(bytesToHex(chainCode));
});
