import { describe, expect, it } from 'vitest';
import { Paced } from '../../../actors/entries/paced.ts';
import { FakeClock } from '../../link/fixture/clock.ts';

function open() {
  const clock = new FakeClock();
  const begun = clock.now();
  const turns: [string, number][] = [];
  const paced = new Paced<string>(clock, 200, (thing) => turns.push([thing, clock.now() - begun]));
  return { clock, paced, turns };
}

describe('those that are paced', () => {
  it('have their turns one at a time, in the order in which they came, and no timer is left', async () => {
    const { clock, paced, turns } = open();
    for (const thing of ['a', 'b', 'a', 'c']) paced.add(thing);
    await clock.advance(10_000);
    expect(turns).toEqual([['a', 200], ['b', 400], ['c', 600]]);
    expect(clock.timers.size).toBe(0);
    paced.add('a');
    await clock.advance(200);
    expect(turns.at(-1)).toEqual(['a', 10_200]);
  });

  it('have none once they are cleared, and take none from the next one', async () => {
    const { clock, paced, turns } = open();
    paced.add('a');
    paced.add('b');
    paced.clear('a');
    await clock.advance(1_000);
    expect(turns).toEqual([['b', 200]]);
  });

  it.each([[['a']], [[]]])('have none when all is stopped, nor has what comes after, and no timer is left (%j waited)', async (waiting) => {
    const { clock, paced, turns } = open();
    for (const thing of waiting) paced.add(thing);
    paced.stop();
    expect(clock.timers.size).toBe(0);
    paced.add('b');
    await clock.advance(1_000);
    expect(turns).toEqual([]);
  });
});
