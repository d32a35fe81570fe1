import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { KeyCache, type NativeEngine } from './engine.ts';

/** SubjectPublicKeyInfo of an ed25519 key before its 32 bytes (RFC 8410, section 4). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** OpenSSL's ed25519, synchronous. */
export function nativeEngine(): NativeEngine {
  const keys = new KeyCache<KeyObject>();
  return {
    name: 'node:crypto',
    verify: (signature, message, publicKey) =>
      verify(null, message, keys.get(Buffer.from(publicKey).toString('latin1'), () => importKey(publicKey)), signature),
  };
}

function importKey(publicKey: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: 'der', type: 'spki' });
}
