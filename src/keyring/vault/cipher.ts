import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import type { Bytes } from '../../registry/bytes.ts';
import { randomSecret } from '../random.ts';

/** XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03): a 32-byte key, a 24-byte nonce, and a 16-byte tag after the text. */
export const CIPHER = 'xchacha20poly1305';
export const KEY_BYTES = 32;
export const NONCE_BYTES = 24;
export const TAG_BYTES = 16;

interface Sealed {
  readonly nonce: Bytes;
  readonly ciphertext: Bytes;
}

/** Encrypts under a nonce that was drawn before, since the associated data may name it. */
export const encrypt = (key: Uint8Array, nonce: Bytes, plaintext: Uint8Array, associated: Uint8Array): Bytes => new Uint8Array(xchacha20poly1305(key, nonce, associated).encrypt(plaintext));

/** Undefined where it does not authenticate. Whoever takes it wipes it. */
export function decrypt(key: Uint8Array, { nonce, ciphertext }: Sealed, associated: Uint8Array): Bytes | undefined {
  const cipher = xchacha20poly1305(key, nonce, associated);
  try {
    return cipher.decrypt(ciphertext);
  } catch {
    return undefined; // lengths were checked before: all that is left is a tag that does not hold
  }
}

/**
 * A random nonce of this length may be drawn for every message of a key's life. No secret, but drawn as carefully as one: two that are alike give
 * away what was encrypted under them.
 * @throws RegistryError `UNSUPPORTED`
 */
export const drawNonce = (): Bytes => randomSecret(NONCE_BYTES);
