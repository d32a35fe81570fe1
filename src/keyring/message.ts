import { concatBytes } from '@noble/hashes/utils.js';
import { takeBytes, u64le, type Bytes } from '../registry/bytes.ts';
import { algorithmOf, isKeyType } from './algorithm/index.ts';
import type { KeyType } from './key-data.ts';

/** The longest message that is signed: 1 MiB. */
export const MAX_MESSAGE_BYTES = 2 ** 20;

const PREFIX = new TextEncoder().encode('secure-registry message v1\n');
const SIGNATURE_BYTES = 64;

/**
 * What is signed for a message: `"secure-registry message v1\n"` ‖ `u64le(length)` ‖ message. It is longer than the 32 bytes that are
 * signed for an entry, and begins as no payload may that is signed for a chain.
 */
export const frameOf = (message: Bytes): Bytes => concatBytes(PREFIX, u64le(message.length), message);

/** Whether bytes could be the frame of a message. */
export const beginsAsFrame = (bytes: Bytes): boolean => bytes.length >= PREFIX.length && PREFIX.every((byte, i) => byte === bytes[i]);

export interface SignedMessage {
  readonly type: KeyType;
  /** 32 bytes, of secp256k1 33 (compressed). */
  readonly publicKey: Uint8Array;
  /** At most {@link MAX_MESSAGE_BYTES}. */
  readonly message: Uint8Array;
  /** 64 bytes. */
  readonly signature: Uint8Array;
}

/**
 * Whether a message is what the key's holder signed by `signMessage`. ed25519 follows the rule of `verifyEntry`; secp256k1 wants s in the
 * lower half. Whatever is no signed message, wrong types and lengths included, is `false`; nothing throws.
 */
export function verifyMessage(signed: SignedMessage): boolean {
  try {
    const { type, publicKey, message, signature } = signed;
    if (!isKeyType(type)) return false;
    const algorithm = algorithmOf(type);
    const key = takeBytes(publicKey, 'publicKey', algorithm.publicBytes);
    const frame = frameOf(takeBytes(message, 'message', [0, MAX_MESSAGE_BYTES]));
    return algorithm.verifyFrame(takeBytes(signature, 'signature', SIGNATURE_BYTES), frame, key);
  } catch {
    return false; // what could not be read is signed by nobody
  }
}
