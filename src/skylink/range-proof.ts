import { invalidInput } from '../error.ts';
import { equalBytes, isBytes, type Bytes } from '../registry/bytes.ts';
import { LEAF_BYTES, nodeHash, SECTOR_BYTES, SECTOR_HEIGHT, subtreeRoot, takeUsed } from './sector.ts';

/**
 * The hashes that prove a range of a sector: the roots of the largest sub-trees outside of it, those before it and then those after it, each 32 bytes
 * (siad `crypto.MerkleRangeProof`).
 * @param used the sector's first bytes; zeros follow them
 * @param offset the range in bytes, of whole leaves: both are multiples of {@link LEAF_BYTES}, and `length` is not 0
 * @throws RegistryError `INVALID_INPUT`
 */
export function rangeProof(used: Uint8Array, offset: number, length: number): readonly Bytes[] {
  takeUsed(used);
  return subtreesBeside(offset, length).map(({ start, height }) => subtreeRoot(bytesOfSubtree(used, start, height), height));
}

/** A sub-tree over `LEAF_BYTES << height` bytes of a sector, from `start` on. */
export interface Subtree {
  readonly start: number;
  readonly height: number;
}

/**
 * The sub-trees whose roots {@link rangeProof} has, in their order, for who has a faster hash, or has to let others have their turns.
 * @throws RegistryError `INVALID_INPUT`
 */
export function subtreesBeside(offset: number, length: number): readonly Subtree[] {
  if (!isRange(offset, length)) throw invalidInput('offset', `one of whole leaves of ${LEAF_BYTES} bytes, as its length`);
  const subtrees: Subtree[] = [];
  const visit = (start: number, height: number): void => {
    const size = LEAF_BYTES << height;
    const place = placeOf(start, size, offset, length);
    if (place === 'outside') subtrees.push({ start, height });
    else if (place === 'across') for (const half of [start, start + size / 2]) visit(half, height - 1);
  };
  visit(0, SECTOR_HEIGHT);
  return subtrees;
}

/** Those of the used bytes of a sector that a sub-tree is over. */
export const bytesOfSubtree = (used: Uint8Array, start: number, height: number): Uint8Array => used.subarray(start, start + (LEAF_BYTES << height));

/**
 * Whether bytes are what stands at `offset` of the sector with this Merkle root. The root is computed and compared; a proof that has a hash more, or one less, than
 * it takes is none. Nothing throws.
 */
export function verifyRange(merkleRoot: Uint8Array, offset: number, range: Uint8Array, proof: readonly Uint8Array[]): boolean {
  if (!isBytes(range) || !isRange(offset, range.length) || !proof.every((hash) => isBytes(hash) && hash.length === 32)) return false;
  let next = 0;
  const rootOf = (start: number, height: number): Uint8Array => {
    const size = LEAF_BYTES << height;
    const place = placeOf(start, size, offset, range.length);
    if (place === 'outside') return proof[next++] ?? ABSENT;
    if (place === 'inside') return subtreeRoot(range.subarray(start - offset, start - offset + size), height);
    return nodeHash(rootOf(start, height - 1), rootOf(start + size / 2, height - 1));
  };
  const root = rootOf(0, SECTOR_HEIGHT);
  return next === proof.length && equalBytes(root, merkleRoot);
}

/** In the place of a hash that a proof lacks. It is refused by the count. */
const ABSENT = /* @__PURE__ */ new Uint8Array(0);

function placeOf(start: number, size: number, offset: number, length: number): 'outside' | 'inside' | 'across' {
  if (start + size <= offset || start >= offset + length) return 'outside';
  return start >= offset && start + size <= offset + length ? 'inside' : 'across';
}

const isRange = (offset: number, length: number): boolean =>
  [offset, length].every((bytes) => Number.isInteger(bytes) && bytes >= 0 && bytes % LEAF_BYTES === 0) && length > 0 && offset + length <= SECTOR_BYTES;
