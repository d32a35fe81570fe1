import { setImmediate as nextTurn } from 'node:timers/promises';
import { createBLAKE2b, type IHasher } from 'hash-wasm';
import type { Bytes } from '../../registry/bytes.ts';
import { nodeHash, SECTOR_BYTES, subtreeRoot, type Hash } from '../../skylink/index.ts';

/** A sixteenth of a sector takes some 10 ms; after each, others have their turn. */
const HEIGHT = 12;
const PART_BYTES = SECTOR_BYTES / 16;

let begun: Promise<IHasher> | undefined;

/** The Merkle root of a sector of which these are the first bytes: natively, in turns, as one that serves others meanwhile has to. */
export async function sectorRootInTurns(used: Uint8Array): Promise<Bytes> {
  const hasher = await (begun ??= createBLAKE2b(256));
  // Whole hashes only: one hasher does for all.
  const hash: Hash = (message) => new Uint8Array(hasher.init().update(message).digest('binary'));
  let roots: Bytes[] = [];
  for (let at = 0; at < SECTOR_BYTES; at += PART_BYTES) {
    roots.push(subtreeRoot(used.subarray(at, at + PART_BYTES), HEIGHT, hash));
    if (at < used.length) await nextTurn();
  }
  while (roots.length > 1) roots = pairsOf(roots).map(([left, right]) => nodeHash(left, right, hash));
  return roots[0] as Bytes; // sixteen have one root
}

const pairsOf = (roots: readonly Bytes[]): (readonly [Bytes, Bytes])[] => Array.from({ length: roots.length / 2 }, (_, i) => [roots[2 * i], roots[2 * i + 1]] as [Bytes, Bytes]);
