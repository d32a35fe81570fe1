import * as fc from 'fast-check';
import { expect } from 'vitest';
import type { ConsentInput } from '../../machines/consent.ts';
import type { ConsentSight } from './consent-bench.ts';
import type { ConsentHappening, ConsentModel } from './consent-table.ts';
import { consentWalk } from './consent-walk.ts';
import type { Play } from './play.ts';

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

export const consentPlay: Play<ConsentModel, ConsentHappening, ConsentSight, ConsentInput> = {
  walk: consentWalk,
  promise: 'and keeps W8',
  lives: [{ weight: 1, happening: happening.map((event) => [event]), most: 25 }],
  watch: () => watch,
  after: ({ state }) => expect(state, 'nothing that happens is the end of it').not.toBe('dead'),
  runs: 80,
};
