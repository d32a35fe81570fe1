import * as fc from 'fast-check';
import { expect } from 'vitest';
import type { Play } from './play.ts';
import type { VaultSight } from './vault-bench.ts';
import type { VaultHappening, VaultModel } from './vault-table.ts';
import { vaultWalk } from './vault-walk.ts';

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

export const vaultPlay: Play<VaultModel, VaultHappening, VaultSight> = {
  walk: vaultWalk,
  promise: 'has keys at hand only while it is unlocked (K1), and does one task at a time (K3)',
  lives: [{ weight: 1, happening: happening.map((event) => [event]), most: 60 }],
  watch: () => watch,
  after: ({ state }) => expect(state, 'nothing that happens is the end of it').not.toBe('dead'),
  runs: 100,
};
