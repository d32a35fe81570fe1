import * as ed from '@noble/ed25519';
import { sha512 } from '@noble/hashes/sha2.js';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ENTROPY_KEYS, generateMnemonic, mnemonicToKeyData, type KeyType } from '../../src/keyring/index.ts';
import { randomSecret } from '../../src/keyring/random.ts';
import { verifyEntry } from '../../src/registry/index.ts';
import { ABANDON, coded, KEY_DATA, keyOf, keyring } from './fixture.ts';
import { DERIVED } from './golden/derived.ts';

afterEach(() => {
  vi.restoreAllMocks();
  ed.hashes.sha512 = sha512;
});

/** Random numbers as a broken machine gives them. */
const randomness = (fill: (bytes: Uint8Array, draw: number) => void): void => {
  let draws = 0;
  vi.spyOn(globalThis.crypto, 'getRandomValues').mockImplementation((bytes) => {
    fill(bytes as unknown as Uint8Array, draws++);
    return bytes;
  });
};

const poison = (): void => {
  ed.hashes.sha512 = (message) => sha512(message.slice(0, 1));
};

const DRAWS: readonly (readonly [string, () => unknown])[] = [
  ['a mnemonic', () => generateMnemonic()],
  ['a long mnemonic', () => generateMnemonic(256)],
  ['a key of the device', () => mnemonicToKeyData(ABANDON)],
  ['an sr25519 key of the device', () => mnemonicToKeyData(ABANDON, { keys: { device: ENTROPY_KEYS.device } })],
  ['an ephemeral signer', () => keyring().createEphemeralSigner()],
  ['an ephemeral secp256k1 signer', () => keyring().createEphemeralSigner('secp256k1')],
  ['an ephemeral key', () => keyring().createEphemeralKey('x25519')],
];

describe('threat 25: given a broken random number generator', () => {
  it.each(DRAWS)('when it gives nothing, then there is not %s: UNSUPPORTED', (_what, make) => {
    randomness(() => {});
    expect(make).toThrow(coded('UNSUPPORTED'));
  });

  it.each(DRAWS)('when it always gives the same, then there is not a second time %s: UNSUPPORTED', (_what, make) => {
    randomness((bytes) => bytes.fill(0x5a));
    expect(() => [make(), make()]).toThrow(coded('UNSUPPORTED'));
  });

  it('when it repeats itself once, whatever the lengths, then that draw is refused, and not the next', () => {
    randomSecret(16);
    randomness((bytes, draw) => bytes.fill([1, 2, 2, 3, 3, 4][draw]!));
    expect(randomSecret(32)).toEqual(new Uint8Array(32).fill(1));
    expect(randomSecret(16)).toEqual(new Uint8Array(16).fill(2));
    expect(() => randomSecret(64)).toThrow(coded('UNSUPPORTED'));
    expect(randomSecret(32)).toEqual(new Uint8Array(32).fill(3));
    expect(() => randomSecret(32)).toThrow(coded('UNSUPPORTED'));
    expect(randomSecret(32)).toEqual(new Uint8Array(32).fill(4));
  });

  it('then sr25519 does not sign with it, and what needs no randomness signs on', async () => {
    const ring = keyring();
    randomness(() => {});
    await expect(ring.get('entropy').signer.signMessage(new Uint8Array(1))).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    expect(await ring.get('device').signer.signMessage(new Uint8Array(1))).toHaveLength(64);
    expect(await ring.get('ethereum').signer.signMessage(new Uint8Array(1))).toHaveLength(64);
  });
});

describe('threat 25: given another hash in the place that all code of the realm shares', () => {
  it('then keys and signatures are the same as without', async () => {
    const { signer } = keyring().get('device');
    const right = await signer.signMessage(new Uint8Array(3));
    poison();
    expect(await signer.signMessage(new Uint8Array(3))).toEqual(right);
    poison();
    expect(mnemonicToKeyData(ABANDON)['developer']).toMatchObject(DERIVED.mnemonic.developer);
    poison();
    const entry = await signer.signEntry({ pubkey: signer.publicKey, datakey: new Uint8Array(32), data: new Uint8Array(3), revision: 0n });
    poison();
    expect(verifyEntry(entry)).toBe(true);
    poison();
    expect(keyring().json()).toEqual(KEY_DATA);
    expect(ed.hashes.sha512).toBe(sha512);
  });
});

describe('threat 25: given prototypes that were written to', () => {
  it('then no key is found that is not there', () => {
    const polluted = Object.prototype as unknown as Record<string, unknown>;
    try {
      polluted['mallory'] = keyOf(KEY_DATA, 'device');
      polluted['secret'] = `0x${'11'.repeat(32)}`;
      polluted['origin'] = 'imported';
      polluted['path'] = "m/0'";
      const ring = keyring();
      expect(ring.has('mallory')).toBe(false);
      expect(() => ring.get('mallory')).toThrow(coded('UNKNOWN_KEY'));
      expect(ring.json()).toEqual(KEY_DATA);
      expect(Object.hasOwn(ring.json(), 'mallory')).toBe(false);
    } finally {
      for (const name of ['mallory', 'secret', 'origin', 'path']) delete polluted[name];
    }
  });

  it.each<KeyType>(['ed25519', 'secp256k1', 'sr25519'])('when setters wait in Object.prototype, then no %s secret comes to them', (type) => {
    const caught: unknown[] = [];
    const names = ['secret', 'type', 'public', 'device', 'bytes', 'key'];
    const prototype: object = Object.prototype;
    const set = (value: unknown): void => {
      caught.push(value);
    };
    for (const name of names) Reflect.defineProperty(prototype, name, { configurable: true, set });
    try {
      mnemonicToKeyData(ABANDON, { keys: JSON.parse(`{"device": {"type": "${type}", "origin": "device"}}`) as never });
      keyring().json();
    } finally {
      for (const name of names) Reflect.deleteProperty(prototype, name);
    }
    expect(caught).toEqual([]);
  });
});
