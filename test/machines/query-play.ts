import * as fc from 'fast-check';
import { expect } from 'vitest';
import type { QueryInput } from '../../machines/query.ts';
import type { Play } from './play.ts';
import type { QuerySight } from './query-bench.ts';
import type { QueryHappening, QueryModel } from './query-table.ts';
import { queryWalk } from './query-walk.ts';

const data = fc.oneof(fc.record({ exists: fc.boolean() }), fc.constant(null), fc.integer());
const asked = fc.record({ type: fc.constant('ASKED' as const), method: fc.string({ maxLength: 8 }), kind: fc.constantFrom('once' as const, 'subscription' as const) });
const happening: fc.Arbitrary<QueryHappening> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constantFrom('TOLD' as const, 'ACCEPTED' as const), data }) },
  { weight: 4, arbitrary: fc.constantFrom({ type: 'OPENED' as const }, { type: 'SPREAD' as const }, { type: 'CLOSE' as const }, { type: 'DEADLINE' as const }, { type: 'FANOUT' as const }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('DONE' as const), data }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('FAILED' as const), reason: fc.string() }) },
  { weight: 1, arbitrary: asked },
);

const endsIn = ({ told }: QuerySight): number => told.filter(({ type }) => type !== 'UPDATED').length;

function watch(_event: QueryHappening, before: QuerySight, after: QuerySight): void {
  const { state } = after.actor;
  expect(endsIn(after), 'Q1: exactly one answer, when it is answered and never before').toBe(state === 'answered' ? 1 : 0);
  if (before.actor.state === 'answered') expect(after.told, 'Q2: nothing after the answer').toEqual(before.told);
  expect(after.waits.length > 0, 'Q4: whoever waits for an answer, but of an open subscription, waits for a time that ends').toBe(state?.startsWith('asked.') ?? false);
  for (const { type, ...rest } of after.told) expect(Object.keys(rest), 'Q5: data or a reason').toEqual([type === 'REFUSED' ? 'reason' : 'data']);
}

export const queryPlay: Play<QueryModel, QueryHappening, QuerySight, QueryInput> = {
  walk: queryWalk,
  promise: 'and keeps Q1, Q2, Q4 and Q5',
  // Most are asked early: before that nothing happens.
  opening: fc.tuple(fc.array(happening, { maxLength: 3 }), asked).map(([before, question]) => [...before, question]),
  lives: [{ weight: 1, happening: happening.map((event) => [event]), most: 25 }],
  watch: () => watch,
  after: ({ state }) => expect(state, 'nothing that happens is the end of it').not.toBe('dead'),
  runs: 80,
};
