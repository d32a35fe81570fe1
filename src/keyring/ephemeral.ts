import { x25519 } from '@noble/curves/ed25519.js';
import { invalidInput, RegistryError } from '../error.ts';
import { takeBytes, type Bytes } from '../registry/bytes.ts';
import { algorithmOf, isKeyType, KEY_TYPES } from './algorithm/index.ts';
import type { KeyType } from './key-data.ts';
import { readPlainData } from './plain-data.ts';
import { randomSecret } from './random.ts';
import { Secret } from './secret.ts';
import { signerOf, type Signer } from './signer.ts';

export interface EphemeralOptions {
  /** How many signatures it makes before it is wiped: 1 or more, `Infinity` for as many as its keyring lives. Default 1. */
  readonly uses?: number;
}

/** A key to agree on one secret with one peer (X25519, RFC 7748). */
export interface EphemeralKey {
  readonly type: 'x25519';
  /** 32 bytes; a copy each time. */
  readonly publicKey: Uint8Array;

  /**
   * The secret shared with a peer, 32 bytes, once; then the key is wiped. It is not uniform: derive keys from it (HKDF), with both public keys
   * in. A call that fails does not use the key up.
   * @param peer the peer's public key, 32 bytes
   * @throws RegistryError `INVALID_INPUT`, for a point of low order too, with which everybody shares the secret; `FORBIDDEN` the second time; `LOCKED`
   */
  sharedSecret(peer: Uint8Array): Uint8Array;
}

/** Ephemeral secrets that were not used up yet, so that their keyring can wipe them. */
export type Ephemerals = Pick<Set<Secret>, 'add' | 'delete'>;

/** @throws RegistryError `INVALID_INPUT`, `UNSUPPORTED` */
export function ephemeralSigner(type: KeyType, options: EphemeralOptions | undefined, ephemerals: Ephemerals): Signer {
  if (!isKeyType(type)) throw invalidInput('type', KEY_TYPES.join(' or '));
  let uses = takeUses(options);
  const algorithm = algorithmOf(type);
  const bytes = algorithm.generate();
  const publicKey = algorithm.publicKeyOf(bytes);
  if (publicKey === undefined) throw new RegistryError('UNSUPPORTED', 'no key could be made');
  const secret = owned(bytes, ephemerals);
  return signerOf(type, publicKey, secret, () => {
    if (--uses === 0) end(secret, ephemerals);
  });
}

function takeUses(options: EphemeralOptions | undefined): number {
  if (options === undefined) return 1;
  const given = readPlainData(options, 1);
  if (given === undefined || (given.size === 1 && !given.has('uses'))) throw invalidInput('options', 'a plain object of uses');
  const uses = given.get('uses') === undefined ? 1 : given.get('uses');
  if (uses !== Infinity && !(Number.isSafeInteger(uses) && (uses as number) > 0)) throw invalidInput('options.uses', 'a whole number from 1, or Infinity');
  return uses as number;
}

/** @throws RegistryError `INVALID_INPUT`, `UNSUPPORTED` */
export function ephemeralKey(type: 'x25519', ephemerals: Ephemerals): EphemeralKey {
  if (type !== 'x25519') throw invalidInput('type', "'x25519'");
  const bytes = randomSecret(32);
  const publicKey = x25519.getPublicKey(bytes);
  const secret = owned(bytes, ephemerals);
  return Object.freeze({
    type,
    get publicKey() {
      return publicKey.slice();
    },
    sharedSecret(peer: Uint8Array) {
      const point = takeBytes(peer, 'peer', 32);
      const shared = secret.lend((scalar) => agreed(scalar, point));
      end(secret, ephemerals);
      return shared;
    },
  });
}

function agreed(scalar: Bytes, point: Bytes): Bytes {
  try {
    return x25519.getSharedSecret(scalar, point);
  } catch {
    throw invalidInput('peer', 'a public key of X25519, not a point of low order');
  }
}

function owned(bytes: Bytes, ephemerals: Ephemerals): Secret {
  const secret = new Secret(bytes);
  ephemerals.add(secret);
  return secret;
}

function end(secret: Secret, ephemerals: Ephemerals): void {
  secret.wipe('used up');
  ephemerals.delete(secret);
}
