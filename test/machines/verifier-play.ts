import * as fc from 'fast-check';
import { expect } from 'vitest';
import type { VerifierContext } from '../../machines/verifier.ts';
import type { Play } from './play.ts';
import type { VerifierSight } from './verifier-bench.ts';
import type { VerifierHappening, VerifierModel } from './verifier-table.ts';
import { verifierWalk } from './verifier-walk.ts';

/** A batch is numbered when it comes. */
type Plan = Exclude<VerifierHappening, { readonly type: 'BATCH' }> | { readonly type: 'BATCH' };

const tally = fc.record({ served: fc.nat(9), forged: fc.nat(9) });
const plan: fc.Arbitrary<Plan> = fc.oneof(
  { weight: 10, arbitrary: fc.constant({ type: 'BATCH' } as const) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('CHOSEN' as const), engine: fc.constantFrom('node', 'noble') }) },
  { weight: 10, arbitrary: tally.map((found) => ({ type: 'VERIFIED', tally: found }) as const) },
);

const numbered = ({ told, waiting }: VerifierModel): VerifierHappening => ({ type: 'BATCH', batch: told.length + waiting.length + 1 });

/** The findings of every batch that is still to come, one by one. */
const rest = ({ waiting }: VerifierModel): VerifierHappening[] => [{ type: 'CHOSEN', engine: 'node' }, ...waiting.map(() => ({ type: 'VERIFIED', tally: { served: 1, forged: 0 } }) as const)];

/** Holds what is seen of the verifier machine to V1, V2 and V4 as far as they are its business, knowing nothing of its table. */
function watch(_event: VerifierHappening, before: VerifierSight, after: VerifierSight): void {
  expect(after.begun, 'V1: verified in the order in which they came').toEqual(after.begun.map((_, index) => index + 1));
  expect(after.begun.length - after.told.length, 'V1: one after the other').toBe(after.isVerifying ? 1 : 0);
  const { batches, served, forged } = after.actor.context as VerifierContext;
  if (after.actor.state === 'idle') expect(batches, 'V4: nothing is left lying').toEqual([]);
  const sum = (kind: 'served' | 'forged'): number => after.told.reduce((total, found) => total + found[kind], 0);
  expect({ served, forged }, 'V2: what is told of is what is counted').toEqual({ served: sum('served'), forged: sum('forged') });
  expect(after.told.slice(0, before.told.length), 'what was told is not taken back').toEqual(before.told);
}

export const verifierPlay: Play<VerifierModel, VerifierHappening, VerifierSight> = {
  walk: verifierWalk,
  promise: 'verifies in order (V1) and loses nothing (V4)',
  ending: fc.constant(rest),
  lives: [{ weight: 1, happening: plan.map((event) => [event.type === 'BATCH' ? numbered : event]), most: 60 }],
  watch: () => watch,
  after: ({ told, begun, waiting }) => expect([told.length, waiting], 'V4: every batch got its verdict').toEqual([begun.length, []]),
  runs: 100,
};
