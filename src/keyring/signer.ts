import { blake2b } from '@noble/hashes/blake2.js';
import { RegistryError } from '../error.ts';
import { takeBytes, type Bytes } from '../registry/bytes.ts';
import { signByOwnKey, type SignedEntry, type UnsignedEntry } from '../registry/index.ts';
import { algorithmOf } from './algorithm/index.ts';
import type { KeyType } from './key-data.ts';
import { beginsAsFrame, frameOf, MAX_MESSAGE_BYTES } from './message.ts';
import type { Secret } from './secret.ts';

/** Longer payloads are signed by their hash (Substrate's `SignedPayload`). */
const MAX_PLAIN_PAYLOAD_BYTES = 256;

/** The longest payload: 1 MiB. */
const MAX_PAYLOAD_BYTES = 2 ** 20;

/** Signs with one key, and gives nothing of it away but its public part. What it is given is copied at the call. */
export interface Signer {
  readonly type: KeyType;
  /** 32 bytes, of secp256k1 33 (compressed); a copy each time. */
  readonly publicKey: Uint8Array;

  /**
   * Signs a registry entry. Rejects with `INVALID_INPUT` if the entry's `pubkey` is not this key's, `UNSUPPORTED` unless the key is ed25519,
   * `LOCKED`, `FORBIDDEN`.
   */
  signEntry(entry: UnsignedEntry): Promise<SignedEntry>;

  /**
   * Signs a message of at most 1 MiB, in a frame that makes it a message and nothing else: 64 bytes, of ed25519 and sr25519 over the frame,
   * of secp256k1 r ‖ s over its SHA-256. Rejects with `INVALID_INPUT`, `LOCKED`, `FORBIDDEN`.
   */
  signMessage(message: Uint8Array): Promise<Uint8Array>;

  /**
   * Signs the payload of an extrinsic, by its blake2b-256 if it is longer than 256 bytes: of sr25519 64 bytes; of secp256k1 65, r ‖ s ‖
   * recovery, over the keccak-256, as chains with Ethereum's accounts have it. ed25519 keys cannot. Rejects with `FORBIDDEN` for what begins
   * as the frame of a message, `INVALID_INPUT`, `LOCKED`.
   */
  readonly signExtrinsic?: (payload: Uint8Array) => Promise<Uint8Array>;
}

/**
 * A signer of a secret that somebody else owns. The secret is in a closure, which no property, no copy and no inspection leads to.
 * @param signed told after each signature
 */
export function signerOf(type: KeyType, publicKey: Bytes, secret: Secret, signed: () => void = () => {}): Signer {
  const algorithm = algorithmOf(type);
  const { signPayload } = algorithm;

  function sign<T>(work: (bytes: Bytes) => T): T {
    const signature = secret.lend(work);
    signed();
    return signature;
  }

  return Object.freeze({
    type,
    get publicKey() {
      return publicKey.slice();
    },
    async signEntry(entry: UnsignedEntry) {
      if (type !== 'ed25519') throw new RegistryError('UNSUPPORTED', 'only ed25519 keys sign entries');
      return sign((seed) => signByOwnKey(entry, seed, publicKey));
    },
    async signMessage(message: Uint8Array) {
      const frame = frameOf(takeBytes(message, 'message', [0, MAX_MESSAGE_BYTES]));
      return sign((bytes) => algorithm.signFrame(frame, bytes));
    },
    ...(signPayload && {
      async signExtrinsic(payload: Uint8Array) {
        const taken = takeBytes(payload, 'payload', [1, MAX_PAYLOAD_BYTES]);
        if (beginsAsFrame(taken)) throw new RegistryError('FORBIDDEN', 'a payload must not begin as a message does', { field: 'payload' });
        const plain = taken.length > MAX_PLAIN_PAYLOAD_BYTES ? blake2b(taken, { dkLen: 32 }) : taken;
        return sign((bytes) => signPayload(plain, bytes));
      },
    }),
  });
}
