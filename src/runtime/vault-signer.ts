import type { PublicKey, Unkeyed } from '../../actors/vault/service.ts';
import type { KeyType, Signer } from '../keyring/index.ts';
import type { SignedEntry } from '../registry/index.ts';

/**
 * A signer of a key that is elsewhere.
 * @param sign has it signed there
 */
export function signerBy(key: Pick<PublicKey, 'type' | 'public'> | { readonly type: KeyType; readonly publicKey: Uint8Array }, sign: (request: Unkeyed) => Promise<SignedEntry | Uint8Array>): Signer {
  const publicKey = 'public' in key ? bytesOf(key.public) : key.publicKey;
  return {
    type: key.type,
    get publicKey() {
      return publicKey.slice();
    },
    signEntry: (entry) => sign({ purpose: 'registry-entry', entry }) as Promise<SignedEntry>,
    signMessage: (message) => sign({ purpose: 'message', message }) as Promise<Uint8Array>,
    ...(key.type === 'ed25519' ? {} : { signExtrinsic: (payload: Uint8Array) => sign({ purpose: 'extrinsic', payload }) as Promise<Uint8Array> }),
  };
}

/** Of `0x` and hex. */
const bytesOf = (hex: string): Uint8Array => Uint8Array.from(hex.slice(2).match(/../g) ?? [], (byte) => parseInt(byte, 16));
