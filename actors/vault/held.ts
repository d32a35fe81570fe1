import { RegistryError } from '../../src/error.ts';
import { Keyring } from '../../src/keyring/index.ts';
import type { Bytes } from '../../src/registry/bytes.ts';
import type { Opened } from './opened.ts';
import type { PublicKey } from './service.ts';

/** The keys at hand while a vault is unlocked, and what it takes to change the stored ones. */
export class HeldKeys {
  readonly keyring: Keyring;
  readonly generation: bigint;
  readonly #dataKey: Bytes;
  #isWiped = false;

  constructor({ envelope, dataKey, keyData }: Opened) {
    this.keyring = new Keyring(keyData);
    this.generation = envelope.generation;
    this.#dataKey = dataKey.slice();
  }

  /** A copy; whoever takes it wipes it. */
  takeDataKey(): Bytes {
    if (this.#isWiped) throw new RegistryError('LOCKED', 'the vault was locked', { hint: 'unlock it' });
    return this.#dataKey.slice();
  }

  wipe(): void {
    this.#isWiped = true;
    this.#dataKey.fill(0);
    this.keyring.wipe();
  }
}

/** What everybody may know of the keys. */
export function publicKeysOf(keyring: Keyring, isShown: (name: string) => boolean = () => true): readonly PublicKey[] {
  return keyring
    .names()
    .filter(isShown)
    .map((name) => {
      const { signer: _signer, ...publicKey } = keyring.get(name);
      return publicKey;
    });
}
