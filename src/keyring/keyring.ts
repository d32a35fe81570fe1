import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { RegistryError } from '../error.ts';
import { ephemeralKey, ephemeralSigner, type EphemeralKey, type EphemeralOptions } from './ephemeral.ts';
import type { Key, KeyData, KeyDataLike, KeyOrigin, KeyType } from './key-data.ts';
import { keyDataOf, takeKeyData } from './key-data-faults.ts';
import { Secret } from './secret.ts';
import { signerOf, type Signer } from './signer.ts';

/** One key of a keyring, as its users have it: all that is public of it, and what signs. */
export interface KeyHandle {
  readonly name: string;
  readonly type: KeyType;
  /** `0x` and lowercase hex. */
  readonly public: string;
  readonly address: string;
  /** The derivation path, of a derived key. */
  readonly path?: string;
  readonly origin: KeyOrigin;
  readonly signer: Signer;
}

/** A key with its secret. */
interface Held {
  readonly key: Omit<Key, 'secret'>;
  readonly secret: Secret;
  readonly handle: KeyHandle;
}

/**
 * Keys by name, which sign and do not show themselves. {@link Keyring.json} is the only way out for a secret: no property, no copy, no
 * error and no inspection of a keyring, a handle or a signer holds one.
 */
export class Keyring {
  readonly #keys: ReadonlyMap<string, Held>;
  readonly #ephemerals = new Set<Secret>();
  #isWiped = false;

  /** @throws RegistryError `INVALID_INPUT` naming the first fault of the key data */
  constructor(keyData: KeyDataLike) {
    this.#keys = new Map(keysIn(takeKeyData(keyData)).map(([name, key]) => [name, hold(name, key)]));
    Object.freeze(this);
  }

  /**
   * The key data, secrets included, as a copy of its own: to be encrypted, and then persisted.
   * @throws RegistryError `LOCKED` once it was wiped
   */
  json(): KeyData {
    return keyDataOf(Array.from(this.#keys, ([name, { key, secret }]) => [name, withSecret(key, secret)] as const));
  }

  /** The names of the keys, in the order of the key data. */
  names(): string[] {
    return [...this.#keys.keys()];
  }

  has(name: string): boolean {
    return this.#keys.has(name);
  }

  /**
   * The key of that name, never another one.
   * @throws RegistryError `UNKNOWN_KEY`
   */
  get(name: string): KeyHandle {
    const held = this.#keys.get(name);
    if (held === undefined) throw new RegistryError('UNKNOWN_KEY', 'the keyring has no key of that name', { field: 'name' });
    return held.handle;
  }

  /**
   * The key that pays: `registration`, or else `programMod`.
   * @throws RegistryError `UNKNOWN_KEY` if there is neither
   */
  payer(): KeyHandle {
    const payer = this.#keys.get('registration') ?? this.#keys.get('programMod');
    if (payer === undefined) throw new RegistryError('UNKNOWN_KEY', 'the keyring has no key that pays: neither registration nor programMod');
    return payer.handle;
  }

  /**
   * A signer of a fresh key that is kept nowhere: wiped after one signature, unless `uses` says otherwise. A call that fails does not count.
   * @throws RegistryError `INVALID_INPUT`, `LOCKED`, `UNSUPPORTED`
   */
  createEphemeralSigner(type: KeyType = 'ed25519', options?: EphemeralOptions): Signer {
    this.#refuseIfWiped();
    return ephemeralSigner(type, options, this.#ephemerals);
  }

  /**
   * A fresh key to agree on one secret with one peer, for encryption; then it is wiped.
   * @throws RegistryError `INVALID_INPUT`, `LOCKED`, `UNSUPPORTED`
   */
  createEphemeralKey(type: 'x25519'): EphemeralKey {
    this.#refuseIfWiped();
    return ephemeralKey(type, this.#ephemerals);
  }

  /** Overwrites every secret, those of ephemeral keys too. From then on every signer of this keyring refuses with `LOCKED`. */
  wipe(): void {
    this.#isWiped = true;
    for (const { secret } of this.#keys.values()) secret.wipe();
    for (const secret of this.#ephemerals) secret.wipe();
    this.#ephemerals.clear();
  }

  #refuseIfWiped(): void {
    if (this.#isWiped) throw new RegistryError('LOCKED', 'the secrets of this keyring were wiped');
  }
}

/** Key data that was checked, as pairs. */
const keysIn = (keyData: KeyData): readonly (readonly [string, Key])[] => Object.entries(keyData as unknown as Readonly<Record<string, Key>>).filter(([name]) => name !== 'version');

function withSecret({ type, ...others }: Omit<Key, 'secret'>, secret: Secret): Key {
  return Object.freeze({ type, secret: secret.lend((bytes) => `0x${bytesToHex(bytes)}`), ...others });
}

function hold(name: string, { secret: hex, ...key }: Key): Held {
  const secret = new Secret(hexToBytes(hex.slice(2)));
  const signer = signerOf(key.type, hexToBytes(key.public.slice(2)), secret);
  return { key, secret, handle: Object.freeze({ name, ...key, signer }) };
}
