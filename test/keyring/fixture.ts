import { hexToBytes } from '@noble/hashes/utils.js';
import { expect } from 'vitest';
import { DEFAULT_KEYS, ENTROPY_KEYS, Keyring, mnemonicToKeyData, REGISTRATION_KEY, type Key, type KeyData } from '../../src/keyring/index.ts';

/** The first vector of BIP-39. */
export const ABANDON = `${'abandon '.repeat(11)}about`;
/** The phrase of a Skynet seed of zeros. */
export const ABBEY = `${'abbey '.repeat(13)}amidst punch`;

/** A key of every type and origin. Made once: a mnemonic is slow on purpose. */
export const KEY_DATA: KeyData = mnemonicToKeyData(ABANDON, {
  keys: {
    ...DEFAULT_KEYS,
    registration: REGISTRATION_KEY,
    ethereum: { type: 'secp256k1', path: "m/44'/60'/0'/0/0" },
    entropy: ENTROPY_KEYS.programMod,
    soft: { type: 'sr25519', path: '//hard/soft' },
  },
});
export const NAMES = ['programMod', 'developer', 'device', 'registration', 'ethereum', 'entropy', 'soft'] as const;

export const keyring = (): Keyring => new Keyring(KEY_DATA);

/** A key that is there. */
export function keyOf(keyData: KeyData, name: string): Key {
  const key = keyData[name];
  if (key === undefined) throw new Error(`there is no key ${name}`);
  return key;
}

/** The secret of a key, and its bytes. */
export const secretsIn = (keyData: KeyData): readonly { readonly hex: string; readonly bytes: Uint8Array }[] =>
  Object.keys(keyData)
    .filter((name) => name !== 'version')
    .map((name) => keyOf(keyData, name).secret.slice(2))
    .map((hex) => ({ hex, bytes: hexToBytes(hex) }));

/** What a `RegistryError` is to be: `expect(call).toThrow(coded('LOCKED'))`. */
export const coded = (code: string, field?: string): Error => expect.objectContaining(field === undefined ? { code } : { code, field }) as Error;

/** What a call throws. */
export function thrown(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

/** A copy to write to. */
export const writable = (keyData: KeyData): Record<string, unknown> & Record<(typeof NAMES)[number], Record<string, unknown>> => structuredClone(keyData) as never;
