import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PortalRecord } from '../../machines/portal.ts';
import { betterThan, costOf, ranking } from '../../machines/ranking.ts';
import { SEED, trials } from './play.ts';

type Known = Partial<Omit<PortalRecord, 'url'>>;
const portal = (known: Known, index = 0): PortalRecord => ({ url: `https://${index}.example`, failures: 0, trouble: 0, isLagging: false, offences: 0, ...known });
const caught = { quarantine: 'garbage', offences: 1 } as const;

/** What is known of each portal, from the first one; and the order, from the best one. */
const rows: readonly [because: string, known: readonly Known[], order: readonly number[], preferred?: number][] = [
  ['there is but one', [{}], [0]],
  ['nothing is known: the order is the wish of who wrote it down', [{}, {}, {}], [0, 1, 2]],
  ['one that was asked for by name comes first', [{}, {}, {}], [2, 0, 1], 2],
  ['the first one that was asked for by name stays first', [{}, {}], [0, 1], 0],
  ['one that was asked for by name weighs as much as a place, and no more', [{ latency: 10 }, {}, { trouble: 1 }], [0, 1, 2], 2],
  ['a failure outweighs two places', [{ trouble: 1 }, {}, {}, {}], [1, 2, 0, 3]],
  ['a failure that is almost forgotten does not outweigh one', [{ trouble: 0.3 }, {}], [0, 1]],
  ['more failures are worse', [{ trouble: 3 }, { trouble: 2 }], [1, 0]],
  ['lag outweighs a place', [{ isLagging: true }, {}, { latency: 300 }], [1, 0, 2]],
  ['lag is better than a failure', [{ trouble: 1 }, { isLagging: true, latency: 240 }], [1, 0]],
  ['latency that differs by less than a place does not matter', [{ latency: 900 }, { latency: 20 }], [0, 1]],
  ['latency that differs by more does', [{ latency: 1_100 }, { latency: 20 }], [1, 0]],
  ['what is unknown is taken for a quarter of a second', [{ latency: 1_251 }, {}], [1, 0]],
  ['and no worse', [{ latency: 1_249 }, {}], [0, 1]],
  ['of two that cost the same the earlier one comes first', [{ latency: 1_250 }, {}], [0, 1]],
  ['no latency outweighs five places', [{ latency: 60_000 }, { trouble: 2 }, {}], [2, 0, 1]],
  ['five seconds are the most that latency weighs', [{ latency: 60_000 }, { trouble: 1.2 }], [1, 0]],
  ['five seconds are the most, so that trouble may be worse', [{ latency: 60_000 }, { trouble: 1.3 }], [0, 1]],
  ['one in quarantine is not used', [caught, {}, { trouble: 8, latency: 9_000 }], [1, 2]],
  ['not even if it was asked for by name', [{}, caught], [0], 1],
  ['where all are in quarantine all are used, as if none were', [caught, { ...caught, latency: 10 }, caught], [0, 1, 2]],
  ['where all are in quarantine what is known of them counts', [{ ...caught, trouble: 2 }, caught], [1, 0]],
];

describe('the ranking of portals', () => {
  it.each(rows)('%s', (_because, known, order, preferred) => {
    expect(ranking(known.map(portal), preferred)).toEqual(order);
  });

  it.each([
    [{}, 0, 250],
    [{}, -1, -750],
    [{}, 3, 3_250],
    [{ latency: 0 }, 0, 0],
    [{ latency: 40 }, 1, 1_040],
    [{ latency: 6_000 }, 0, 5_000],
    [{ trouble: 0.5 }, 0, 1_750],
    [{ isLagging: true }, 0, 2_250],
    [{ latency: 7, trouble: 2, isLagging: true }, 2, 10_007],
  ] as const)('%o at place %i costs %i ms', (known, place, cost) => {
    expect(costOf(portal(known), place)).toBe(cost);
  });
});

describe('whether another portal is so much better that a switch is worth it', () => {
  it.each<[because: string, current: number, known: readonly Known[], preferred: number | undefined, better: number | undefined]>([
    ['the first one, from one further down', 1, [{}, {}], undefined, 0],
    ['none, from the first one', 0, [{}, {}], undefined, undefined],
    ['none by a gain that is not above the margin', 1, [{ latency: 600 }, { latency: 100 }], undefined, undefined],
    ['one by a gain just above it', 1, [{ latency: 599 }, { latency: 100 }], undefined, 0],
    ['the one that was asked for by name', 0, [{}, {}, {}], 2, 2],
    ['the best, not the next best', 2, [{ trouble: 1 }, {}, { trouble: 2 }], undefined, 1],
    ['none that is in quarantine', 1, [caught, {}], undefined, undefined],
    ['any that is not, from one that is', 0, [caught, { trouble: 8, latency: 5_000 }], undefined, 1],
    ['where all are in quarantine, the better one', 1, [caught, caught], undefined, 0],
    ['the best, from a portal that does not exist', 7, [{}, {}], undefined, 0],
  ])('%s', (_because, current, known, preferred, better) => {
    expect(betterThan(current, known.map(portal), preferred)).toBe(better);
  });
});

const known: fc.Arbitrary<Known> = fc.record(
  {
    latency: fc.nat(9_000),
    trouble: fc.nat(32).map((quarters) => quarters / 4), // exact, as sums of them are
    isLagging: fc.boolean(),
    quarantine: fc.constantFrom(undefined, undefined, 'flood' as const),
  },
  { requiredKeys: [] },
);
const portals = fc.array(known, { minLength: 1, maxLength: 6 }).map((list) => list.map((each, index) => portal(each, index)));
const situation = fc.record({ list: portals, one: fc.nat(5), preferred: fc.option(fc.nat(5), { nil: undefined }) });
const isUsable = (list: readonly PortalRecord[], index: number): boolean => list[index]?.quarantine === undefined || list.every(({ quarantine }) => quarantine !== undefined);

describe(`whatever is known of the portals (seed ${SEED})`, () => {
  it('each that may be used has one place, the same each time, and nobody else has', () => {
    fc.assert(
      fc.property(situation, ({ list, preferred }) => {
        const order = ranking(list, preferred);
        expect(order.toSorted((a, b) => a - b)).toEqual(list.map((_each, index) => index).filter((index) => isUsable(list, index)));
        expect(order.length, 'there is always one').toBeGreaterThan(0);
        expect(ranking(structuredClone(list), preferred)).toEqual(order);
      }),
      trials(300),
    );
  });

  it('a portal of which something worse becomes known does not move up, and the others keep their order', () => {
    const worse = fc.constantFrom<(before: PortalRecord) => PortalRecord>(
      (before) => ({ ...before, trouble: before.trouble + 0.5 }),
      (before) => ({ ...before, latency: (before.latency ?? 250) + 400 }),
      (before) => ({ ...before, isLagging: true }),
    );
    fc.assert(
      fc.property(situation, worse, ({ list, one, preferred }, worsen) => {
        const index = one % list.length;
        const before = ranking(list, preferred);
        const after = ranking(list.map((each, i) => (i === index ? worsen(each) : each)), preferred);
        expect(after.indexOf(index)).toBeGreaterThanOrEqual(before.indexOf(index));
        expect(after.filter((i) => i !== index)).toEqual(before.filter((i) => i !== index));
      }),
      trials(300),
    );
  });

  it('what is better is never the current one, may be used, and costs less by more than the margin', () => {
    fc.assert(
      fc.property(situation, ({ list, one, preferred }) => {
        const current = one % list.length;
        const better = betterThan(current, list, preferred);
        const cost = (index: number): number => costOf(list[index] ?? portal({}), index === preferred ? -1 : index);
        const gains = list.flatMap((_each, index) => (index !== current && isUsable(list, index) ? [isUsable(list, current) ? cost(current) - cost(index) : Infinity] : []));
        if (better === undefined) {
          expect(Math.max(-Infinity, ...gains)).toBeLessThanOrEqual(500);
          return;
        }
        expect(better).not.toBe(current);
        expect(isUsable(list, better)).toBe(true);
        expect(isUsable(list, current) ? cost(current) - cost(better) : Infinity).toBe(Math.max(...gains));
        expect(Math.max(...gains)).toBeGreaterThan(500);
      }),
      trials(300),
    );
  });
});
