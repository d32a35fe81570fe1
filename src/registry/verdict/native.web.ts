import { bytesToHex } from '@noble/hashes/utils.js';
import { KeyCache, type NativeEngine } from './engine.ts';

/** The browser's ed25519, asynchronous. Undefined in insecure and opaque contexts, which have no `crypto.subtle`. */
export function nativeEngine(): NativeEngine | undefined {
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined;
  if (subtle === undefined) return undefined;
  const keys = new KeyCache<Promise<CryptoKey>>();
  return {
    name: 'webcrypto',
    async verify(signature, message, publicKey) {
      const id = bytesToHex(publicKey);
      try {
        const key = await keys.get(id, () => subtle.importKey('raw', Uint8Array.from(publicKey), 'Ed25519', false, ['verify']));
        return await subtle.verify('Ed25519', key, Uint8Array.from(signature), Uint8Array.from(message));
      } catch (error) {
        keys.delete(id);
        throw error;
      }
    },
  };
}
