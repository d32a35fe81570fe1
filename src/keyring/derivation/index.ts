import type { Bytes } from '../../registry/bytes.ts';
import type { KeyType } from '../key-data.ts';
import { deriveBip32 } from './bip32.ts';
import { indexesOf } from './path.ts';
import { deriveSlip10, hardenedIndexesOf } from './slip10.ts';
import { deriveSubstrate, junctionsOf } from './substrate.ts';

export { areJoined, junctionsOf, type Junction } from './substrate.ts';

/** What the keys of one person are derived from. Each part is made when it is first asked for; whoever made the root wipes it. */
export interface Root {
  /** Of ed25519 and secp256k1 keys: 16 to 64 bytes. */
  readonly seed: () => Bytes;
  /** Of sr25519 keys: 32 bytes. */
  readonly miniSecret: () => Bytes;
}

/** Derives the secret of a key of one type. */
export type Derivation = (root: Root) => Bytes;

/**
 * How the secret at a path is derived: SLIP-0010 for ed25519, BIP-32 for secp256k1, Substrate's junctions for sr25519. Undefined if it is
 * no path of that type.
 */
export function derivationAt(type: KeyType, path: unknown): Derivation | undefined {
  if (typeof path !== 'string') return undefined;
  switch (type) {
    case 'ed25519': {
      const indexes = hardenedIndexesOf(path);
      return indexes && ((root) => deriveSlip10(root.seed(), indexes));
    }
    case 'secp256k1': {
      const indexes = indexesOf(path);
      return indexes && ((root) => deriveBip32(root.seed(), indexes));
    }
    case 'sr25519': {
      const junctions = junctionsOf(path);
      return junctions && ((root) => deriveSubstrate(root.miniSecret(), junctions));
    }
  }
}

/** What a path of each type is; completes "… must be …". */
export const PATH_EXPECTED: Readonly<Record<KeyType, string>> = {
  ed25519: "a path of hardened indexes, as m/44'/1991'/0'",
  secp256k1: "a path of indexes, as m/44'/60'/0'/0/0",
  sr25519: 'a path of junctions, as //hard/soft',
};
