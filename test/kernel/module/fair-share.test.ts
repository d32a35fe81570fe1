import { array, assert, nat, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { surplus, type Share } from '../../../src/kernel/module/fair-share.ts';

const countOf = (shares: readonly Share<number>[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const { owner } of shares) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  return counts;
};

const shares = array(record({ owner: nat(6), usedAt: nat(50) }), { maxLength: 80 }).map((list) => list.map(({ owner, usedAt }, thing): Share<number> => ({ owner: String(owner), usedAt, thing })));

describe('given what many keep in one place', () => {
  it('when some has to go, then as much is left as may, whoever loses has as much left as any other loser, and nobody else has more', () => {
    assert(
      property(shares, nat(90), (all, most) => {
        const going = new Set(surplus(all, most));
        const left = all.filter(({ thing }) => !going.has(thing));
        const [before, after] = [countOf(all), countOf(left)];
        const losers = [...before].filter(([owner, count]) => (after.get(owner) ?? 0) < count).map(([owner]) => after.get(owner) ?? 0);
        expect(left.length).toBeLessThanOrEqual(most);
        if (all.length <= most) expect(going.size).toBe(0);
        else expect(most - left.length, 'places left empty, where they cannot be shared equally').toBeLessThan(losers.length);
        expect(new Set(losers).size).toBeLessThanOrEqual(1);
        for (const count of after.values()) expect(losers.every((level) => count <= level)).toBe(true);
      }),
    );
  });

  it('when somebody loses, then it is what was used least', () => {
    assert(
      property(shares, nat(90), (all, most) => {
        const going = new Set(surplus(all, most));
        for (const lost of all.filter(({ thing }) => going.has(thing))) {
          for (const kept of all.filter(({ thing, owner }) => !going.has(thing) && owner === lost.owner)) expect(lost.usedAt).toBeLessThanOrEqual(kept.usedAt);
        }
      }),
    );
  });

  it.each([
    [{ a: 100, b: 3, c: 5 }, 50, { a: 42, b: 3, c: 5 }],
    [{ a: 100, b: 40, c: 5 }, 50, { a: 22, b: 22, c: 5 }],
    [{ a: 2, b: 2 }, 0, {}],
    [{ a: 2, b: 2 }, 4, { a: 2, b: 2 }],
  ])('when %j share %d places, then %j stay', (had, most, stay) => {
    const all = Object.entries(had).flatMap(([owner, count]) => Array.from({ length: count }, (_, usedAt) => ({ owner, usedAt, thing: `${owner} ${usedAt}` })));
    const going = new Set(surplus(all, most));
    const left: Record<string, number> = {};
    for (const { owner, thing } of all) if (!going.has(thing)) left[owner] = (left[owner] ?? 0) + 1;
    expect(left).toEqual(stay);
  });
});
