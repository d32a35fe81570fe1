import type { PublicKey, Unkeyed } from '../../actors/vault/service.ts';
import type { Signer } from '../keyring/index.ts';
import type { SignedEntry } from '../registry/index.ts';

/**
 * A signer of a key that is elsewhere.
 * @param sign has it signed there
 */
export function signerBy(key: Pick<PublicKey, 'type' | 'public'>, sign: (request: Unkeyed & Pick<PublicKey, 'public'>) => Promise<SignedEntry | Uint8Array>): Signer {
  const publicKey = bytesOf(key.public);
  const by = (request: Unkeyed): Promise<never> => sign({ ...request, public: key.public }) as Promise<never>;
  return {
    type: key.type,
    get publicKey() {
      return publicKey.slice();
    },
    signEntry: (entry) => by({ purpose: 'registry-entry', entry }),
    signMessage: (message) => by({ purpose: 'message', message }),
    ...(key.type === 'ed25519' ? {} : { signExtrinsic: (payload: Uint8Array) => by({ purpose: 'extrinsic', payload }) }),
  };
}

/** Of `0x` and hex. */
const bytesOf = (hex: string): Uint8Array => Uint8Array.from(hex.slice(2).match(/../g) ?? [], (byte) => parseInt(byte, 16));
