import { setImmediate as nextTurn } from 'node:timers/promises';
import { createBLAKE2b } from 'hash-wasm';
import type { Bytes } from '../../registry/bytes.ts';
import { bytesOfSubtree, nodeHash, SECTOR_HEIGHT, subtreeRoot, subtreesBeside, type Hash } from '../../skylink/index.ts';

/** A sixteenth of a sector takes some 10 ms; after each, others have their turn. */
const TURN_HEIGHT = 12;

let begun: Promise<Hash> | undefined;

/** The end of all that was asked for. One sector is hashed after the other: of many at a time each would take its turn, and others would wait for all of them. */
let last: Promise<unknown> = Promise.resolve();

function afterOthers<T>(work: (hash: Hash) => Promise<T>): Promise<T> {
  const done = last.then(async () => work(await (begun ??= blake2b256())));
  last = Promise.allSettled([done]);
  return done;
}

/** Natively, as one that serves others meanwhile has to. */
async function blake2b256(): Promise<Hash> {
  const hasher = await createBLAKE2b(256);
  // Whole hashes only: one hasher does for all.
  return (message) => new Uint8Array(hasher.init().update(message).digest('binary'));
}

/** The Merkle root of a sector of which these are the first bytes, in turns. */
export function sectorRootInTurns(used: Uint8Array): Promise<Bytes> {
  return afterOthers((hash) => rootInTurns(used, SECTOR_HEIGHT, hash));
}

/** What `rangeProof` says, in turns: of a small range of a large file it takes as long as the root of all. */
export function rangeProofInTurns(used: Uint8Array, offset: number, length: number): Promise<readonly Bytes[]> {
  return afterOthers(async (hash) => {
    const roots: Bytes[] = [];
    for (const { start, height } of subtreesBeside(offset, length)) roots.push(await rootInTurns(bytesOfSubtree(used, start, height), height, hash));
    return roots;
  });
}

async function rootInTurns(used: Uint8Array, height: number, hash: Hash): Promise<Bytes> {
  if (height > TURN_HEIGHT && used.length > 0) {
    const left = bytesOfSubtree(used, 0, height - 1);
    const right = used.subarray(left.length);
    return nodeHash(await rootInTurns(left, height - 1, hash), await rootInTurns(right, height - 1, hash), hash);
  }
  const root = subtreeRoot(used, height, hash);
  if (height === TURN_HEIGHT && used.length > 0) await nextTurn();
  return root;
}
