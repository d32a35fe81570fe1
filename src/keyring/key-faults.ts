import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { algorithmOf, isKeyType } from './algorithm/index.ts';
import { derivationAt, PATH_EXPECTED } from './derivation/index.ts';
import type { Key, KeyOrigin } from './key-data.ts';
import { readPlainData } from './plain-data.ts';

/** What is wrong with a value. */
export interface Fault {
  /** A path to the property at fault. */
  readonly field: string;
  /** Completes "… must be …". */
  readonly expected: string;
}

const ORIGINS: readonly KeyOrigin[] = ['derived', 'imported', 'device'];
const FIELDS: ReadonlySet<string> = new Set(['type', 'secret', 'public', 'address', 'path', 'origin']);

/** Reads a key: a frozen copy of it, or undefined when it is none and every fault was told. */
export function readKey(value: unknown, field: string, tell: (fault: Fault) => void): Key | undefined {
  const properties = readPlainData(value, FIELDS.size);
  if (properties === undefined || [...properties.keys()].some((name) => !FIELDS.has(name))) {
    tell({ field, expected: 'a plain object of type, secret, public, address, origin and path' });
    return undefined;
  }
  const [type, secret, origin, path] = ['type', 'secret', 'origin', 'path'].map((name) => properties.get(name));
  const isDerived = properties.has('path');
  let faults = 0;
  const fault = (name: string, expected: string): void => {
    faults++;
    tell({ field: `${field}.${name}`, expected });
  };

  if (!(ORIGINS as readonly unknown[]).includes(origin)) fault('origin', "'derived', 'imported' or 'device'");
  else if (isDerived !== (origin === 'derived')) fault('path', isDerived ? 'left out, where the key was not derived' : 'there, where the key was derived');
  if (!isKeyType(type)) fault('type', "'ed25519', 'secp256k1' or 'sr25519'");
  else {
    if (isDerived && derivationAt(type, path) === undefined) fault('path', PATH_EXPECTED[type]);
    const publicParts = publicPartsOf(type, secret);
    if (publicParts === undefined) fault('secret', `a secret of its type: 0x and ${2 * algorithmOf(type).secretBytes} lowercase hex digits`);
    else {
      if (properties.get('public') !== publicParts.public) fault('public', 'the public key of the secret: 0x and lowercase hex');
      if (properties.get('address') !== publicParts.address) fault('address', 'the address of the public key');
      if (faults === 0) {
        // Each of these was just compared with what it has to be.
        return Object.freeze({ type, secret: secret as string, ...publicParts, ...(isDerived ? { path: path as string } : {}), origin: origin as KeyOrigin });
      }
    }
  }
  return undefined;
}

/** What follows from a secret; undefined if it is none of this type. */
function publicPartsOf(type: Key['type'], secret: unknown): Pick<Key, 'public' | 'address'> | undefined {
  const algorithm = algorithmOf(type);
  // The length first: a longer string is not searched for what is no digit.
  if (typeof secret !== 'string' || secret.length !== 2 + 2 * algorithm.secretBytes || !/^0x[\da-f]+$/.test(secret)) return undefined;
  const bytes = hexToBytes(secret.slice(2));
  const publicKey = algorithm.publicKeyOf(bytes);
  bytes.fill(0);
  return publicKey && publicParts(type, publicKey);
}

/** How a public key stands in key data. */
export const publicParts = (type: Key['type'], publicKey: Uint8Array<ArrayBuffer>): Pick<Key, 'public' | 'address'> => ({
  public: `0x${bytesToHex(publicKey)}`,
  address: algorithmOf(type).addressOf(publicKey),
});
