import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectWarningsAfterTheEnd } from './bench.ts';
import { openConsentBench, showConsent, type ConsentSight } from './consent-bench.ts';
import { beginConsent, consentOracle, type ConsentHappening, type ConsentModel } from './consent-table.ts';
import { play, SEED, trials } from './play.ts';

const happening: fc.Arbitrary<ConsentHappening> = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom({ type: 'SHOWN' as const }, { type: 'STEADY' as const }, { type: 'ALLOW' as const }) },
  { weight: 4, arbitrary: fc.constantFrom({ type: 'HIDDEN' as const }, { type: 'FAILED' as const }, { type: 'OPENED' as const }) },
  { weight: 1, arbitrary: fc.constantFrom({ type: 'DENY' as const }, { type: 'WITHDRAWN' as const }, { type: 'PATIENCE' as const }) },
);

const answersIn = ({ told }: ConsentSight): number => told.filter(({ type }) => type === 'ANSWERED').length;

function watch(event: ConsentHappening, before: ConsentSight, after: ConsentSight): void {
  const isOver = after.actor.status === 'done';
  expect(answersIn(after), 'W8: exactly one answer, at the end').toBe(isOver ? 1 : 0);
  if (after.told.length > before.told.length && after.told.at(-1)?.type === 'OPEN') {
    expect([event.type, before.actor.state], 'W8: nothing is opened but by a click on what was in sight for as long as it takes').toEqual(['ALLOW', 'pending.ready']);
  }
  if (after.actor.state === 'granted' && before.actor.state !== 'granted') expect(before.actor.state, 'W8: nothing is granted that was not opened').toBe('pending.opening');
  expect(after.waits.length > 0, 'whoever waits for the user waits for a time that ends').toBe(!isOver);
}

describe(`the consent machine, whatever happens to it (seed ${SEED})`, () => {
  expectWarningsAfterTheEnd();

  it('does what its table says, and keeps W8', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 3, maxLength: 25 }), async (events) => {
        const bench = openConsentBench();
        try {
          const end = await play<ConsentModel, ConsentHappening, ConsentSight>({ oracle: consentOracle, bench, model: beginConsent(), shows: showConsent, watch }, events);
          expect(end.state).not.toBe('dead');
        } finally {
          await bench.close();
        }
      }),
      trials(80),
    );
  });
});
