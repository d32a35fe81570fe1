import { expect, test } from 'vitest';
import { rangeProofInTurns, sectorRootInTurns } from '../../../src/portal/files/root.ts';
import { rangeProof, SECTOR_BYTES, sectorRoot } from '../../../src/skylink/index.ts';

const PATTERN = Uint8Array.from({ length: 251 }, (_, i) => i + 1);

/** The first bytes of a sector, none of them like those beside it. */
function usedBytes(length: number): Uint8Array {
  const used = new Uint8Array(length);
  for (let at = 0; at < length; at += PATTERN.length) used.set(PATTERN.subarray(0, length - at), at);
  return used;
}

/** How many turns others had until all was done. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0;
  let isDone = false;
  const count = (): void => {
    if (isDone) return;
    turns++;
    setImmediate(count);
  };
  setImmediate(count);
  await work;
  isDone = true;
  return turns;
}

test.each([0, 1, 64, 4096, 262_144, 262_145, 300_000, 524_289])('in turns, the root of %d bytes is what it is at once', async (length) => {
  const used = usedBytes(length);
  expect(await sectorRootInTurns(used)).toEqual(sectorRoot(used));
});

test.each([
  [0, 4096],
  [4096, 4096],
  [262_144, 8192],
  [1_000_000 - (1_000_000 % 4096), 40_960],
  [SECTOR_BYTES - 4096, 4096],
  [0, SECTOR_BYTES],
])('in turns, the proof of the range at %d, %d bytes long, is what it is at once', async (offset, length) => {
  const used = usedBytes(600_000);
  expect(await rangeProofInTurns(used, offset, length)).toEqual(rangeProof(used, offset, length));
});

test('others have their turns during the root of a sector, and during the proof of a small range of it', async () => {
  const used = usedBytes(SECTOR_BYTES);
  expect(await turnsDuring(sectorRootInTurns(used))).toBeGreaterThanOrEqual(16);
  expect(await turnsDuring(rangeProofInTurns(used, 0, 4096))).toBeGreaterThanOrEqual(15);
});

test('of two sectors at a time, others wait for one: they have as many turns as of one after the other', async () => {
  const used = usedBytes(SECTOR_BYTES);
  expect(await turnsDuring(Promise.all([sectorRootInTurns(used), rangeProofInTurns(used, 0, 4096)]))).toBeGreaterThanOrEqual(31);
});
