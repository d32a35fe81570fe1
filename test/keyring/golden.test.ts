import { describe, expect, it } from 'vitest';
import { DEFAULT_KEYS, ENTROPY_KEYS, kernelSeedToKeyData, mnemonicToKeyData, REGISTRATION_KEY, skynetPhraseToKeyData, type KeyData } from '../../src/keyring/index.ts';
import { ABANDON, ABBEY, coded, keyOf } from './fixture.ts';
import { DERIVED } from './golden/derived.ts';

const KEYS = {
  programMod: DEFAULT_KEYS.programMod,
  developer: DEFAULT_KEYS.developer,
  registration: REGISTRATION_KEY,
  entropyProgramMod: ENTROPY_KEYS.programMod,
  entropyDeveloper: ENTROPY_KEYS.developer,
  ethereum: { type: 'secp256k1', path: "m/44'/60'/0'/0/0" },
  soft: { type: 'sr25519', path: '//hard/soft' },
} as const;

const pinned = (keyData: KeyData): unknown => Object.fromEntries(Object.keys(KEYS).map((name) => [name, { secret: keyOf(keyData, name).secret, address: keyOf(keyData, name).address }]));

describe('threat 27: given the paths that can never change', () => {
  it('then the keys of a mnemonic are the ones they always were', () => {
    expect(pinned(mnemonicToKeyData(ABANDON, { keys: KEYS }))).toEqual(DERIVED.mnemonic);
    expect(pinned(mnemonicToKeyData(ABANDON, { keys: KEYS, passphrase: 'TREZOR' }))).toEqual(DERIVED.passphrase);
  });

  it('then the keys of a Skynet seed are the ones they always were', () => {
    expect(pinned(kernelSeedToKeyData(new Uint8Array(16), { keys: KEYS }))).toEqual(DERIVED.skynet);
    expect(pinned(skynetPhraseToKeyData(ABBEY, { keys: KEYS }))).toEqual(DERIVED.skynet);
  });

  it('then the keys that nobody had to ask for are these', () => {
    const keyData = mnemonicToKeyData(ABANDON);
    expect(Object.keys(keyData)).toEqual(['version', 'programMod', 'developer', 'device']);
    expect(keyData.version).toBe(1);
    expect(keyData['programMod']).toEqual({ type: 'ed25519', ...DERIVED.mnemonic.programMod, public: `0x${DERIVED.mnemonic.programMod.address.slice(8)}`, path: "m/44'/1991'/0'/0'", origin: 'derived' });
    expect(keyData['developer']).toMatchObject({ type: 'ed25519', ...DERIVED.mnemonic.developer, path: "m/44'/1991'/1'/0'", origin: 'derived' });
    expect(keyData['device']).toMatchObject({ type: 'ed25519', origin: 'device' });
    expect(keyData['device']).not.toHaveProperty('path');
    expect(REGISTRATION_KEY).toEqual({ type: 'ed25519', path: "m/44'/1991'/2'/0'" });
    expect(ENTROPY_KEYS).toEqual({
      programMod: { type: 'sr25519', path: '//entropy//registration' },
      developer: { type: 'sr25519', path: '//entropy//program-dev' },
      device: { type: 'sr25519', origin: 'device' },
    });
  });
});

describe('threat 26: given one mnemonic on two installations', () => {
  it.each([
    ['mnemonic', mnemonicToKeyData, ABANDON],
    ['seed phrase of Skynet', skynetPhraseToKeyData, ABBEY],
  ])('when it is a %s, then the keys of the account are the same, and those of the device are not', (_kind, toKeyData, phrase) => {
    for (const keys of [DEFAULT_KEYS, ENTROPY_KEYS, { ...DEFAULT_KEYS, device: { type: 'secp256k1', origin: 'device' } } as const]) {
      const [here, there] = [toKeyData(phrase, { keys }), toKeyData(phrase, { keys })];
      for (const name of ['programMod', 'developer']) expect(here[name]).toEqual(there[name]);
      expect(keyOf(here, 'device').secret).not.toBe(keyOf(there, 'device').secret);
      expect(keyOf(here, 'device').address).not.toBe(keyOf(there, 'device').address);
    }
  });
});

describe('given specs of keys', () => {
  it.each([
    ['options', null],
    ['options', 7],
    ['options', []],
    ['options', { passphrase: '', keys: DEFAULT_KEYS, other: 1 }],
    ['options', { password: 'a typing error' }],
    ['options.keys', { keys: null }],
    ['options.keys', { keys: {} }],
    ['options.keys', { keys: [] }],
    ['options.keys', { keys: new Map([['a', DEFAULT_KEYS.device]]) }],
    ['options.keys', { keys: Object.fromEntries(Array.from({ length: 257 }, (_, i) => [`key${i}`, DEFAULT_KEYS.device])) }],
    ['options.keys', { keys: { version: DEFAULT_KEYS.device } }],
    ['options.keys', { keys: { '': DEFAULT_KEYS.device } }],
    ['options.keys', { keys: JSON.parse('{"__proto__": {"type": "ed25519", "origin": "device"}}') as unknown }],
    ['options.keys.a', { keys: { a: null } }],
    ['options.keys.a', { keys: { a: 'ed25519' } }],
    ['options.keys.a', { keys: { a: { type: 'ed25519' } } }],
    ['options.keys.a', { keys: { a: { path: 'm' } } }],
    ['options.keys.a', { keys: { a: { type: 'ed25519', path: 'm', origin: 'device' } } }],
    ['options.keys.a', { keys: { a: { type: 'ed25519', path: 'm', hardened: true } } }],
    ['options.keys.a.type', { keys: { a: { path: 'm', origin: 'device' } } }],
    ['options.keys.a.origin', { keys: { a: { type: 'ed25519', hardened: true } } }],
    ['options.keys.a.type', { keys: { a: { type: 'x25519', path: 'm' } } }],
    ['options.keys.a.type', { keys: { a: { type: 'toString', origin: 'device' } } }],
    ['options.keys.a.origin', { keys: { a: { type: 'ed25519', origin: 'derived' } } }],
    ['options.keys.a.path', { keys: { a: { type: 'ed25519', path: undefined } } }],
  ])('when %s is wrong, as %j, then that is INVALID_INPUT and names it', (field, options) => {
    expect(() => mnemonicToKeyData(ABANDON, options as object)).toThrow(coded('INVALID_INPUT', field));
  });

  it('then the presets cannot be written to', () => {
    for (const shared of [DEFAULT_KEYS, ENTROPY_KEYS, REGISTRATION_KEY, DEFAULT_KEYS.device, ENTROPY_KEYS.programMod]) expect(Object.isFrozen(shared)).toBe(true);
  });

  it('when every prototype has options, then they are nobody\'s', () => {
    const polluted = Object.prototype as { passphrase?: string; keys?: object; path?: string };
    try {
      polluted.passphrase = 'another';
      polluted.keys = { a: DEFAULT_KEYS.device };
      polluted.path = "m/0'";
      expect(mnemonicToKeyData(ABANDON, {})['developer']).toMatchObject(DERIVED.mnemonic.developer);
    } finally {
      delete polluted.passphrase;
      delete polluted.keys;
      delete polluted.path;
    }
  });
});
