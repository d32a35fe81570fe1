import { assert, asyncProperty, constantFrom, shuffledSubarray } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareEntries, verifyProof, type CheckedEntry } from '../../src/registry/index.ts';
import { MESSAGE_WRITERS } from '../../src/registry/wire/index.ts';
import { isLiveAt, Stage } from './fixture/stage.ts';

const SEED = 13;
const REVISION = 5n;

const stageOf = (): { readonly stage: Stage; readonly variants: readonly CheckedEntry[] } => {
  const stage = new Stage();
  return { stage, variants: ['a', 'b', 'c', 'd', 'e'].map((letter) => stage.entry(REVISION, `variant ${letter}`)) };
};

const { variants: VARIANTS } = stageOf();
const WINNER = VARIANTS.reduce((best, variant) => (compareEntries(variant, best) > 0 ? variant : best));

/** Watches an entry, is told these one after the other by the live portal, and then has a read confirm what it shows. */
async function told(order: readonly CheckedEntry[], pause: number) {
  const { stage } = stageOf();
  stage.world.put(stage.entry(1n));
  const player = await stage.start();
  const watched = player.watch(stage.key);
  await stage.until(() => isLiveAt(watched, 1n), 5_000);
  for (const entry of order) {
    stage.world.portal(0).say(MESSAGE_WRITERS.B.update(entry));
    await stage.world.pass(pause);
  }
  await stage.world.pass(1_000);
  const proofs = player.incidents.flatMap((incident) => (incident.kind === 'key-equivocation' ? [incident] : []));
  const shown = watched.results.filter((result) => result.exists && result.revision === REVISION);
  await player.close();
  return { stage, proofs, shown, player };
}

describe('F13: a key that signs two entries of one revision', () => {
  it('F13: which of them counts does not depend on the order in which they come, and no watcher goes back', async () => {
    await assert(
      asyncProperty(shuffledSubarray([...VARIANTS], { minLength: VARIANTS.length }), constantFrom(0, 1, 100), async (order, pause) => {
        const { shown } = await told(order, pause);
        const last = shown.at(-1);
        expect(last?.exists && compareEntries(last, WINNER)).toBe(0);
        for (const [i, result] of shown.entries()) {
          const before = shown[i - 1];
          if (result.exists && before?.exists === true) expect(compareEntries(result, before)).toBeGreaterThanOrEqual(0);
        }
      }),
      { seed: SEED, numRuns: 40 },
    );
  });

  it('F13: each two that were served are a proof, told once, which verifies by its bytes and names no portal', async () => {
    const [a, b] = VARIANTS;
    if (a === undefined || b === undefined) throw new Error('there are five');
    const { stage, proofs, player } = await told([a, b, a, b, b, a, b, a], 50);
    expect(proofs).toHaveLength(1);
    const [proof] = proofs;
    if (proof === undefined) throw new Error('there is one');
    expect(verifyProof(proof)).toBe(true);
    expect(JSON.stringify(proof, (_, part: unknown) => (typeof part === 'bigint' ? `${part}` : part))).not.toContain('portal');
    for (const url of stage.world.urls) expect(player.blamed(url)).toEqual([]);
    // One that was made up is none.
    const [first, second] = proof.entries;
    expect(verifyProof({ ...proof, entries: [first, first] })).toBe(false);
    expect(verifyProof({ ...proof, entries: [first, { ...second, data: new Uint8Array([1, 2, 3]) }] })).toBe(false);
  });

  it('F13: two runtimes that see them at different portals agree in the end', async () => {
    for (let seed = 1; seed <= 10; seed++) {
      const stage = new Stage({ seed, gossip: [50, 500] });
      const players = [await stage.start(), await stage.start()];
      const watched = players.map((player) => player.watch(stage.key));
      await stage.world.pass(500);
      for (const [i, variant] of VARIANTS.entries()) stage.world.portal(i % 2).put(variant);
      await stage.world.pass(5_000);
      for (const { last } of watched) expect(last?.exists && compareEntries(last, WINNER), `seed ${seed}`).toBe(0);
      for (const player of players) await player.close();
    }
  });
});
