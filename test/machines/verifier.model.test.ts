import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VerifierContext } from '../../machines/verifier.ts';
import { play, SEED, trials } from './play.ts';
import { openVerifierBench, showVerifier, type VerifierSight } from './verifier-bench.ts';
import { beginVerifier, verifierOracle, type VerifierHappening, type VerifierModel } from './verifier-table.ts';

/** A batch is numbered when it comes. */
type Plan = Exclude<VerifierHappening, { readonly type: 'BATCH' }> | { readonly type: 'BATCH' };

const tally = fc.record({ served: fc.nat(9), forged: fc.nat(9) });
const plan: fc.Arbitrary<Plan> = fc.oneof(
  { weight: 10, arbitrary: fc.constant({ type: 'BATCH' } as const) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('CHOSEN' as const), engine: fc.constantFrom('node', 'noble') }) },
  { weight: 10, arbitrary: tally.map((found) => ({ type: 'VERIFIED', tally: found }) as const) },
);
const plans = fc.array(plan, { minLength: 10, maxLength: 60 });

const numbered = (events: readonly Plan[]): VerifierHappening[] => {
  let number = 0;
  return events.map((event) => (event.type === 'BATCH' ? { ...event, batch: ++number } : event));
};

/** The findings of every batch that is still to come, one by one. */
const rest = (batches: number): VerifierHappening[] => [{ type: 'CHOSEN', engine: 'node' }, ...Array.from({ length: batches }, () => ({ type: 'VERIFIED', tally: { served: 1, forged: 0 } }) as const)];

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

describe(`the verifier machine, whatever happens to it (seed ${SEED})`, () => {
  it('does what its table says, verifies in order (V1) and loses nothing (V4)', async () => {
    await fc.assert(
      fc.asyncProperty(plans, async (events) => {
        const bench = openVerifierBench();
        const batches = events.filter(({ type }) => type === 'BATCH').length;
        try {
          const end = await play<VerifierModel, VerifierHappening, VerifierSight>(
            { oracle: verifierOracle, bench, model: beginVerifier(), shows: showVerifier, watch },
            [...numbered(events), ...rest(batches)],
          );
          expect(end.told, 'V4: every batch got its verdict').toHaveLength(batches);
        } finally {
          await bench.close();
        }
      }),
      trials(100),
    );
  });
});
