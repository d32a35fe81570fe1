import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { play, SEED, trials } from './play.ts';
import { openVaultBench, showVault, type VaultSight } from './vault-bench.ts';
import { beginVault, vaultOracle, type VaultHappening, type VaultModel } from './vault-table.ts';

const standing = fc.record({ stands: fc.constantFrom('nothing' as const, 'vault' as const, 'unknown' as const), isOpen: fc.boolean(), wait: fc.constantFrom(0, 1_000, 60_000) });
const happening: fc.Arbitrary<VaultHappening> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constantFrom('CREATE' as const, 'UNLOCK' as const, 'PROVE' as const, 'CHANGE' as const), task: fc.nat(99) }) },
  { weight: 6, arbitrary: standing.map((ended) => ({ type: 'ENDED', standing: ended }) as const) },
  { weight: 3, arbitrary: fc.constantFrom('LOCK' as const, 'IDLE' as const, 'WOKE' as const, 'TIME UP' as const).map((type) => ({ type })) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('PROGRESS' as const), ratio: fc.double({ min: 0, max: 1, noNaN: true }) }) },
);

/** Whether keys may be at hand, told from the commands and the ends of tasks alone: a FORGET wipes them, a task that says so brings them. */
function watch(event: VaultHappening, before: VaultSight, after: VaultSight): void {
  const state = after.actor.state ?? '';
  expect(after.isWatched, 'K8: the vault is watched while keys are at hand, and only then').toBe(state.startsWith('unlocked'));
  if (before.isWatched && !after.isWatched && event.type !== 'ENDED') {
    expect(after.commands.at(-1), 'K1: whatever locks an unlocked vault wipes its keys').toEqual({ type: 'FORGET' });
  }
  if (before.actor.state === 'locking' && event.type === 'ENDED') {
    expect(after.commands.at(-1), 'K1: a task that brings keys too late has them wiped').toEqual({ type: 'FORGET' });
    expect(after.isWatched).toBe(false);
  }
  if (!before.isWatched && after.isWatched) expect(event, 'K1: keys come to hand by a task that ended').toMatchObject({ type: 'ENDED', standing: { isOpen: true } });
  const begun = after.commands.slice(before.commands.length).filter(({ type }) => type === 'BEGIN').length;
  expect(begun, 'K3: one task at a time').toBeLessThanOrEqual(before.isWorking ? 0 : 1);
  expect(JSON.stringify(after.actor.context), 'K2: numbers alone').toMatch(/^\{"wait":\d+,"progress":[\d.e-]+\}$/);
}

describe(`the vault machine, whatever happens to it (seed ${SEED})`, () => {
  it('does what its table says, has keys at hand only while it is unlocked (K1), and does one task at a time (K3)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 10, maxLength: 60 }), async (events) => {
        const bench = openVaultBench();
        try {
          const end = await play<VaultModel, VaultHappening, VaultSight>({ oracle: vaultOracle, bench, model: beginVault(), shows: showVault, watch }, events);
          expect(end.state).not.toBe('dead');
        } finally {
          await bench.close();
        }
      }),
      trials(100),
    );
  });
});
