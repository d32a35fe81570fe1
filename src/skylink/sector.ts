import { blake2b } from '@noble/hashes/blake2.js';
import { invalidInput } from '../error.ts';
import { isBytes, type Bytes } from '../registry/bytes.ts';

/** What the network's hosts keep, each under its Merkle root: four MiB. */
export const SECTOR_BYTES = 4_194_304;

/** The tree over a sector: 65,536 leaves of 64 bytes. A sub-tree of height h has 2^h of them. */
export const LEAF_BYTES = 64;
export const SECTOR_HEIGHT = 16;

/** blake2b-256. A caller that has many sectors to hash may know a faster one than this. */
export type Hash = (message: Uint8Array) => Bytes;

/** A copy of one that was begun takes a third of the time of beginning another. */
const begun = /* @__PURE__ */ blake2b.create({ dkLen: 32 });
const blake2b256: Hash = (message) => begun.clone().update(message).digest();

/** `00` ‖ leaf, and of two sub-trees `01` ‖ left ‖ right, are what is hashed (siad `crypto.NewTree`). */
const LEAF = 0;
const NODE = 1;

export function nodeHash(left: Uint8Array, right: Uint8Array, hash: Hash = blake2b256): Bytes {
  const message = new Uint8Array(1 + left.length + right.length);
  message[0] = NODE;
  message.set(left, 1);
  message.set(right, 1 + left.length);
  return hash(message);
}

function leafHash(leaf: Uint8Array, hash: Hash): Bytes {
  const message = new Uint8Array(1 + LEAF_BYTES);
  message[0] = LEAF;
  message.set(leaf, 1);
  return hash(message);
}

const zeroRoots: Bytes[] = [];

/** The root of a sub-tree over nothing but zeros, computed when it is first asked for. */
function zeroRoot(height: number): Bytes {
  for (let known = zeroRoots.length; known <= height; known++) {
    const below = zeroRoots[known - 1];
    zeroRoots.push(below === undefined ? leafHash(new Uint8Array(0), blake2b256) : nodeHash(below, below));
  }
  return zeroRoots[height] as Bytes; // just computed
}

/** The root of the sub-tree of this height over bytes that are followed by zeros up to its end. It takes a hash for each 32 of the bytes. */
export function subtreeRoot(used: Uint8Array, height: number, hash: Hash = blake2b256): Bytes {
  if (used.length === 0) return zeroRoot(height);
  if (height === 0) return leafHash(used, hash);
  const half = LEAF_BYTES << (height - 1);
  return nodeHash(subtreeRoot(used.subarray(0, half), height - 1, hash), subtreeRoot(used.subarray(half), height - 1, hash), hash);
}

/**
 * The Merkle root of a sector, 32 bytes. A whole sector takes some half a second.
 * @param used its first bytes, at most {@link SECTOR_BYTES}; zeros follow them
 * @throws RegistryError `INVALID_INPUT`
 */
export function sectorRoot(used: Uint8Array): Bytes {
  return subtreeRoot(takeUsed(used), SECTOR_HEIGHT);
}

/** A range of a sector of which the first bytes are given, and zeros follow. It is a copy. */
export function sectorRange(used: Uint8Array, offset: number, length: number): Bytes {
  const range = new Uint8Array(length);
  range.set(used.subarray(offset, offset + length));
  return range;
}

/** @throws RegistryError `INVALID_INPUT` */
export function takeUsed(used: Uint8Array, field = 'sector'): Uint8Array {
  if (!isBytes(used) || used.length > SECTOR_BYTES) throw invalidInput(field, `a Uint8Array of at most ${SECTOR_BYTES} bytes`);
  return used;
}
