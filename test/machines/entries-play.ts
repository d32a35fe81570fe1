import * as fc from 'fast-check';
import { expect } from 'vitest';
import type { EntriesSight } from './entries-bench.ts';
import type { EntriesHappening, EntriesModel } from './entries-table.ts';
import { entriesWalk } from './entries-walk.ts';
import type { Play } from './play.ts';

const bytes = fc.uint8Array({ minLength: 1, maxLength: 2 });
const work: fc.Arbitrary<EntriesHappening> = fc.oneof(
  { weight: 4, arbitrary: fc.array(fc.string({ maxLength: 3 }), { maxLength: 3 }).map((findings) => ({ type: 'FINDINGS', findings }) as const) },
  { weight: 4, arbitrary: fc.constant({ type: 'TICK' } as const) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('RELEASE' as const), pubkey: bytes, datakey: bytes }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('COUNTED' as const), entries: fc.nat(9), watched: fc.nat(9), connectedTo: fc.constantFrom('https://a.example', undefined) }) },
);
const end: fc.Arbitrary<EntriesHappening> = fc.constantFrom({ type: 'CLOSE' }, { type: 'DRAINED' }, { type: 'NOT DRAINED' });

/** What comes from outside and is turned into work. */
const WORK = ['FINDINGS', 'TICK', 'RELEASE'];

function watch(event: EntriesHappening, before: EntriesSight, after: EntriesSight): void {
  const done = after.told.slice(before.told.length);
  const { state } = before.actor;
  expect(after.waits, 'T4: the timer of all deadlines is the host’s, the machine adds none').toEqual([]);
  if (WORK.includes(event.type)) expect(done, `${event.type} in ${state}: each is worked on once, and none after the end has begun`).toHaveLength(state === 'ready' ? 1 : 0);
  if (event.type === 'CLOSE' && state === 'ready') expect(done, 'who waits is refused, and then what is being committed is waited for').toEqual(['refuse', 'drain']);
  if (event.type === 'DRAINED' || event.type === 'NOT DRAINED') expect(after.actor.status, 'it ends however the commit ends').toBe('done');
  else expect(after.actor.status, 'and only with it').toBe(before.actor.status);
}

export const entriesPlay: Play<EntriesModel, EntriesHappening, EntriesSight> = {
  walk: entriesWalk,
  promise: 'keeps no timer (T4), and takes nothing new once it is closing',
  lives: [{ weight: 1, happening: fc.oneof({ weight: 8, arbitrary: work }, { weight: 1, arbitrary: end }).map((event) => [event]), most: 50 }],
  watch: () => watch,
  after: ({ told, state }) => expect(told.filter((each) => each === 'drain').length, 'it is closed once, if at all').toBe(state === 'ready' ? 0 : 1),
  runs: 100,
};
