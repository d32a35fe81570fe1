import { HDKey } from '@scure/bip32';
import { RegistryError } from '../../error.ts';
import type { Bytes } from '../../registry/bytes.ts';

/**
 * The secp256k1 secret at a path (BIP-32): 32 bytes. Unlike Substrate's, keys of soft paths may stand beside each other: to get from a child's
 * secret to its parent's takes the parent's chain code, too. That is in no key data and ends here. Whoever gives it away elsewhere, as an
 * extended public key (xpub), joins these keys.
 * @param seed 16 to 64 bytes
 */
export function deriveBip32(seed: Bytes, indexes: readonly number[]): Bytes {
  let node = HDKey.fromMasterSeed(seed);
  for (const index of indexes) {
    const child = node.deriveChild(index);
    wipe(node);
    node = child;
  }
  const { privateKey } = node;
  wipe(node);
  if (privateKey === null) throw new RegistryError('UNSUPPORTED', 'no key was derived');
  return privateKey as Bytes; // a copy already
}

/** The library wipes the key, and leaves the chain code, of which with any child's key the others follow. */
function wipe(node: HDKey): void {
  node.wipePrivateData();
  const chainCode: unknown = Reflect.get(node, '_chainCode');
  if (chainCode instanceof Uint8Array) chainCode.fill(0);
}
