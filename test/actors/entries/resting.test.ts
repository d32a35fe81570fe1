import { array, assert, boolean, constant, constantFrom, nat, oneof, property, record, tuple, type Arbitrary } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createActor, fromPromise } from 'xstate';
import { EntryActors } from '../../../actors/entries/entry-actors.ts';
import { Row } from '../../../actors/entries/row.ts';
import type { EntryEvent } from '../../../machines/entry.ts';
import { entryId, nameOf, takeSignedEntry } from '../../../src/registry/index.ts';
import { someone } from '../../runtime/fixture/author.ts';

const author = someone();
const ENTRIES = [...author.tie(1n), ...author.tie(2n), author.entry(3n)].map((entry) => takeSignedEntry(entry));
const [one] = ENTRIES;
/** Like the one that they have in a runtime, it forgets what it is sent. */
const parent = createActor(fromPromise<never>(() => new Promise(() => {}))).start();
const fail = (error: unknown): void => {
  throw error;
};

function rowOf(entry: (typeof ENTRIES)[number], actors: EntryActors): Row {
  return new Row({ actors, floors: { packed: () => undefined } as never }, nameOf(entry), entryId(entry), undefined);
}

const floor = constantFrom('durable', 'volatile');
const served = record({ entry: constantFrom(...ENTRIES), floor, portal: constantFrom('a', 'b'), at: nat(1_000) });
const event: Arbitrary<EntryEvent> = oneof(
  record({ type: constant('RECALLED' as const), entry: constantFrom(undefined, ...ENTRIES), floor }),
  served.map((word): EntryEvent => ({ type: 'PUSHED', ...word })),
  served.map((word): EntryEvent => ({ type: 'ANSWERED', ...word })),
  served.map(({ entry, floor: kind }): EntryEvent => ({ type: 'ADOPTED', entry, floor: kind })),
  served.map(({ portal, at }): EntryEvent => ({ type: 'MISSING', portal, at })),
  tuple(served, boolean()).map(([{ portal, at }, subscribed]): EntryEvent => ({ type: 'ABSENT', portals: [portal], subscribed, at })),
  constant({ type: 'FAILED' as const }),
  constant({ type: 'DISCONNECTED' as const }),
);

/** Everything that is known, as it can be compared. */
const factsOf = ({ facts: { value, packed, latest, floor: kind, confirmedAt, confirmedBy, claimedBy } }: Row) => ({ value, packed, latest, kind, confirmedAt, confirmedBy, claimedBy });

describe('an entry that rests', () => {
  it('T5: knows and becomes what one knows and becomes that never rested', () => {
    const steps = array(tuple(event, boolean()), { maxLength: 30 });
    assert(
      property(steps, (course) => {
        if (one === undefined) throw new Error('there are entries');
        const actors = new EntryActors(() => parent, fail);
        const [awake, resting] = [rowOf(one, actors), rowOf(one, actors)];
        for (const row of [awake, resting]) row.send({ type: 'DEMANDED' });
        for (const [happens, rests] of course) {
          for (const row of [awake, resting]) {
            if (happens.type === 'DISCONNECTED') row.disconnect();
            else if ((happens.type === 'PUSHED' || happens.type === 'ANSWERED') && row.restsAs(happens.entry)) {
              row.repeat(happens.type, happens);
              expect(row.isResting).toBe(true);
            } else row.send(happens);
          }
          if (rests) resting.rest();
          expect(factsOf(resting)).toEqual(factsOf(awake));
        }
      }),
    );
  });

  it.each([
    { told: [{ type: 'PUSHED', portal: 'a', at: 1, floor: 'volatile' }], after: { stale: 'present' } },
    { told: [{ type: 'ABSENT', portals: ['a'], subscribed: true, at: 1 }], after: { stale: 'absent' } },
  ] as const)('T5: is $after when the connection ends that told it $told.0.type, and is not woken for that', ({ told: [word], after }) => {
    if (one === undefined) throw new Error('there are entries');
    const row = rowOf(one, new EntryActors(() => parent, fail));
    row.send({ type: 'DEMANDED' });
    row.send({ type: 'RECALLED', entry: undefined, floor: 'volatile' });
    row.send(word.type === 'PUSHED' ? { ...word, entry: one } : word);
    expect(row.is('live')).toBe(true);
    row.rest();
    row.disconnect();
    expect(row.is(after)).toBe(true);
    expect(row.isResting).toBe(true);
  });

  it.each([
    { type: 'PUSHED', from: { live: 'present' }, to: { live: 'present' } },
    { type: 'PUSHED', from: { stale: 'present' }, to: { live: 'present' } },
    { type: 'ANSWERED', from: { live: 'present' }, to: { live: 'present' } },
    { type: 'ANSWERED', from: { stale: 'present' }, to: { stale: 'present' } },
  ] as const)('T5: is not woken when it is $type in $from as it is known', ({ type, from, to }) => {
    const [, , , , other] = ENTRIES;
    if (one === undefined || other === undefined) throw new Error('there are entries');
    const row = rowOf(one, new EntryActors(() => parent, fail));
    row.send({ type: 'DEMANDED' });
    row.send({ type: 'RECALLED', entry: undefined, floor: 'volatile' });
    row.send({ type: 'PUSHED', entry: one, portal: 'a', at: 1, floor: 'volatile' });
    expect(row.restsAs(one)).toBe(false);
    row.rest();
    if ('stale' in from) row.disconnect();
    expect([row.is(from), row.restsAs(one), row.restsAs(other)]).toEqual([true, true, false]);
    row.repeat(type, { floor: 'durable', portal: 'b', at: 2 });
    expect([row.isResting, row.is(to)]).toEqual([true, true]);
    expect(row.facts).toMatchObject({ latest: one, floor: 'durable', confirmedAt: 2, confirmedBy: ['a', 'b'] });
  });

  it('T5: has no actor, where more are awake than may be, unless it is busy', () => {
    const actors = new EntryActors(() => parent, fail, 2);
    const rows = Array.from({ length: 5 }, (_, i) => rowOf(takeSignedEntry(author.entry(1n, '', { name: `${i}` })), actors));
    for (const row of rows) {
      row.send({ type: 'DEMANDED' });
      row.send({ type: 'RECALLED', entry: undefined, floor: 'volatile' });
    }
    rows[0]?.addInquiry(1, { startedAt: 0, only: undefined, missing: new Set(), failures: [], isAnswered: false });
    for (let looks = 0; looks < 5; looks++) actors.lull();
    expect(rows.map(({ isResting }) => isResting)).toEqual([false, true, true, true, false]);
    rows[0]?.deleteInquiry(1);
    rows[1]?.send({ type: 'FAILED' });
    expect(rows[1]?.is({ stale: 'unknown' })).toBe(true);
    for (let looks = 0; looks < 5; looks++) actors.lull();
    expect(rows.filter(({ isResting }) => !isResting)).toHaveLength(2);
  });

  it('tells why its actor failed', () => {
    if (one === undefined) throw new Error('there are entries');
    const errors: unknown[] = [];
    const row = rowOf(one, new EntryActors(() => parent, (error) => errors.push(error)));
    row.send({ type: 'DEMANDED' });
    row.send({ type: 'RECALLED', entry: one, floor: 'volatile' });
    row.rest();
    row.send({ type: 'PUSHED', entry: null as never, floor: 'volatile', portal: 'a', at: 1 });
    expect(errors).toEqual([expect.any(Error)]);
  });
});
