import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bench } from '../../src/testing/model/index.ts';
import { propertyOf, SEED, trials } from './play.ts';
import { openVaultBench, type VaultSight } from './vault-bench.ts';
import { vaultPlay } from './vault-play.ts';
import type { VaultHappening } from './vault-table.ts';

/** A vault that is deaf to LOCK while nothing is changed in it. */
function openDeafVault(): Bench<VaultHappening, VaultSight> {
  const bench = openVaultBench();
  return {
    ...bench,
    async happen(event) {
      const { actor } = await bench.look();
      if (event.type !== 'LOCK' || actor.state !== 'unlocked.resting') await bench.happen(event);
    },
  };
}

describe(`given a vault with a bug (seed ${SEED})`, () => {
  it('when it is played, then the counterexample is the shortest way to the bug, and readable', async () => {
    const { failed, counterexample, numShrinks } = await fc.check(propertyOf(vaultPlay, openDeafVault), trials(vaultPlay.runs) as never);
    expect(failed).toBe(true);
    expect(numShrinks).toBeGreaterThan(0);
    const shown = fc.stringify(counterexample?.[2]);
    const types = [...shown.matchAll(/"type":"([^"]+)"/g)].map(([, type]) => type);
    // The storage is looked at; a vault is made, opened, or asked for anything; its keys are at hand; and it is to be locked.
    expect(types).toHaveLength(4);
    expect([types[0], types[2], types[3]]).toEqual(['ENDED', 'ENDED', 'LOCK']);
    expect(['CREATE', 'UNLOCK']).toContain(types[1]);
  });
});
