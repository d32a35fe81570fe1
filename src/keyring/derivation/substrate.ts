import { blake2b } from '@noble/hashes/blake2.js';
import { concatBytes, hexToBytes } from '@noble/hashes/utils.js';
import { HDKD, secretFromSeed } from '@scure/sr25519';
import { equalBytes, u64le, type Bytes } from '../../registry/bytes.ts';
import { MAX_DEPTH, MAX_PATH_LENGTH } from './path.ts';

/** One step of a Substrate path. */
export interface Junction {
  readonly hard: boolean;
  /** 32 bytes. */
  readonly chainCode: Bytes;
}

const PATH = /^(?:\/\/?[^/]+)*$/;
const JUNCTION = /\/(\/?)([^/]+)/g;

/**
 * The junctions of a Substrate path: `//hard`, `/soft`, any number of either, none being the root. Well-formed text in NFC; there is
 * no `///password`. Undefined for anything else.
 */
export function junctionsOf(path: string): readonly Junction[] | undefined {
  if (path.length > MAX_PATH_LENGTH || !PATH.test(path) || /\p{Surrogate}/u.test(path) || path.normalize('NFC') !== path) return undefined;
  const junctions = Array.from(path.matchAll(JUNCTION), ([, mark, name = '']) => ({ hard: mark === '/', chainCode: chainCodeOf(name) }));
  if (junctions.length > MAX_DEPTH) return undefined;
  return junctions.every((junction): junction is Junction => junction.chainCode !== undefined) ? junctions : undefined;
}

/**
 * The chain code of a name: digits are a number, `0x` begins bytes, anything else is text, which its length precedes (SCALE); what is
 * longer than 32 bytes is hashed. As @polkadot/keyring does, but that it takes hex which is not of whole bytes for text, and cuts numbers
 * that do not fit.
 */
function chainCodeOf(name: string): Bytes | undefined {
  if (/^\d+$/.test(name)) return numberBytes(BigInt(name));
  if (/^0x[\da-fA-F]*$/.test(name)) return /^0x(?:[\da-fA-F]{2})+$/.test(name) ? fitted(hexToBytes(name.slice(2))) : undefined;
  const text = new TextEncoder().encode(name);
  return fitted(concatBytes(compactLength(text.length), text));
}

/** 32 bytes, little-endian; undefined if it needs more. */
function numberBytes(value: bigint): Bytes | undefined {
  if (value >= 2n ** 256n) return undefined;
  return concatBytes(...[0n, 64n, 128n, 192n].map((shift) => u64le((value >> shift) & (2n ** 64n - 1n))));
}

function fitted(bytes: Bytes): Bytes {
  if (bytes.length > 32) return blake2b(bytes, { dkLen: 32 });
  const chainCode = new Uint8Array(32);
  chainCode.set(bytes);
  return chainCode;
}

/** SCALE's compact integer; a path is shorter than the 2¹⁴ bytes at which its third form begins. */
const compactLength = (length: number): Bytes => (length < 64 ? Uint8Array.of(length << 2) : Uint8Array.of(((length << 2) & 0xff) | 1, length >> 6));

/**
 * Whether one of two secrets gives the other to somebody who has public keys besides. Soft steps add to a secret what follows of public
 * things: child = parent + H(parent's public key, chain code). So from the secret after soft steps they are taken off again, back to the last
 * hard one: what stands there is as good as known, and with it all that is below it: itself, siblings, nephews. Hard steps hash the
 * secret, and nothing leads back over them. That a path without soft steps at its end gives what is below it is what paths are for.
 */
export const areJoined = (one: readonly Junction[], other: readonly Junction[]): boolean => givesAway(one, other) || givesAway(other, one);

function givesAway(one: readonly Junction[], other: readonly Junction[]): boolean {
  const hardSteps = one.findLastIndex(({ hard }) => hard) + 1;
  return hardSteps < one.length && one.slice(0, hardSteps).every((junction, i) => isSame(junction, other[i]));
}

const isSame = (one: Junction, other: Junction | undefined): boolean => one.hard === other?.hard && equalBytes(one.chainCode, other.chainCode);

/** A soft step's nonce is a random one to schnorrkel. Here the same mnemonic gives the same secret: the nonce follows of the parent's. */
const NO_RANDOMNESS = new Uint8Array(32);

/**
 * The sr25519 secret at a path (schnorrkel's HDKD): 64 bytes.
 * @param miniSecret 32 bytes
 */
export function deriveSubstrate(miniSecret: Bytes, junctions: readonly Junction[]): Bytes {
  let secret: Bytes = secretFromSeed(miniSecret);
  for (const { hard, chainCode } of junctions) {
    const child = (hard ? HDKD.secretHard(secret, chainCode) : HDKD.secretSoft(secret, chainCode, NO_RANDOMNESS)) as Bytes;
    secret.fill(0);
    secret = child;
  }
  return secret;
}
