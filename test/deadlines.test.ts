import { array, assert, asyncProperty, constant, constantFrom, nat, oneof, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Deadlines } from '../src/deadlines.ts';
import { FakeClock } from './link/fixture/clock.ts';

function open(milliseconds = 100) {
  const clock = new FakeClock();
  const begun = clock.now();
  const due: [string, number][] = [];
  const deadlines = new Deadlines<string>(clock, milliseconds, () => {
    for (const thing of deadlines.takeDue()) due.push([thing, clock.now() - begun]);
  });
  return { clock, deadlines, due };
}

describe('Deadlines', () => {
  it('T4: come due in the order in which they were set, on one timer', async () => {
    const { clock, deadlines, due } = open();
    deadlines.set('a');
    await clock.advance(30);
    deadlines.set('b');
    deadlines.set('c');
    expect(clock.timers.size).toBe(1);
    await clock.advance(1_000);
    expect(due).toEqual([['a', 100], ['b', 130], ['c', 130]]);
    expect(clock.timers.size).toBe(0);
  });

  it('T4: begin anew when set again, and never come when cleared', async () => {
    const { clock, deadlines, due } = open();
    deadlines.set('a');
    deadlines.set('b');
    deadlines.set('c');
    await clock.advance(60);
    deadlines.set('a');
    deadlines.clear('b');
    await clock.advance(1_000);
    expect(due).toEqual([['c', 100], ['a', 160]]);
  });

  it('T4: need no second timer where one is set while others come due', async () => {
    const clock = new FakeClock();
    const due: string[] = [];
    const deadlines: Deadlines<string> = new Deadlines(clock, 100, () => {
      for (const thing of deadlines.takeDue()) {
        due.push(thing);
        if (due.length < 20) deadlines.set(thing);
      }
    });
    deadlines.set('a');
    await clock.advance(50);
    deadlines.set('b');
    for (let time = 50; time < 900; time += 50) {
      expect(clock.timers.size).toBe(1);
      await clock.advance(50);
    }
    expect(due.slice(0, 6)).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
  });

  it('go on after a thing whose coming due was an error', async () => {
    const clock = new FakeClock();
    const due: string[] = [];
    const deadlines: Deadlines<string> = new Deadlines(clock, 100, () => {
      due.push(...deadlines.takeDue());
      if (due.length === 1) throw new Error('the first');
    });
    deadlines.set('a');
    await clock.advance(50);
    deadlines.set('b');
    await expect(clock.advance(100)).rejects.toThrow('the first');
    await clock.advance(100);
    expect(due).toEqual(['a', 'b']);
  });

  it.each([-3_600_000, -100])('T4: come after one more wait at most where the time of day is set back by %i ms, and in time again from then on', async (step) => {
    const clock = new FakeClock();
    const real = clock.now.bind(clock);
    let offset = 0;
    clock.now = () => real() + offset;
    const begun = real();
    const due: [string, number][] = [];
    const deadlines: Deadlines<string> = new Deadlines(clock, 100, () => {
      for (const thing of deadlines.takeDue()) due.push([thing, real() - begun]);
    });
    deadlines.set('a');
    await clock.advance(50);
    deadlines.set('b');
    offset = step;
    await clock.advance(1_000);
    expect(due.map(([thing]) => thing)).toEqual(['a', 'b']);
    for (const [, at] of due) expect(at).toBeLessThanOrEqual(250);
    deadlines.set('c');
    await clock.advance(100);
    expect(due.at(-1)).toEqual(['c', 1_150]);
  });

  it('F16: do not come early where the time of day is set forward, on a clock that tells how much time has passed', async () => {
    const clock = new FakeClock();
    const real = clock.now.bind(clock);
    const begun = real();
    let offset = 0;
    const due: [string, number][] = [];
    const deadlines: Deadlines<string> = new Deadlines(Object.assign(clock, { now: () => real() + offset, elapsed: real }), 100, () => {
      for (const thing of deadlines.takeDue()) due.push([thing, real() - begun]);
    });
    deadlines.set('a');
    await clock.advance(50);
    deadlines.set('b');
    await clock.advance(20);
    offset = 86_400_000;
    await clock.advance(1_000);
    expect(due).toEqual([['a', 100], ['b', 150]]);
  });

  it('stop for ever', async () => {
    const { clock, deadlines, due } = open();
    deadlines.set('a');
    deadlines.stop();
    deadlines.set('b');
    await clock.advance(1_000);
    expect(due).toEqual([]);
    expect(clock.timers.size).toBe(0);
  });

  it('come at once where they are none', async () => {
    const { clock, deadlines, due } = open(0);
    deadlines.set('a');
    await clock.advance(0);
    expect(due).toEqual([['a', 0]]);
  });

  it('T4: are those of a timer for each, whatever is set and cleared', async () => {
    const steps = array(oneof(record({ do: constantFrom('set' as const, 'clear' as const), thing: constantFrom('a', 'b', 'c') }), record({ do: constant('wait' as const), milliseconds: nat(80) })), { maxLength: 30 });
    await assert(
      asyncProperty(steps, async (script) => {
        const { clock, deadlines, due } = open();
        const begun = clock.now();
        const expected: [string, number][] = [];
        const alone = new Map<string, unknown>();
        for (const step of [...script, { do: 'wait' as const, milliseconds: 500 }]) {
          if (step.do === 'wait') await clock.advance(step.milliseconds);
          else {
            deadlines[step.do](step.thing);
            clock.clearTimeout(alone.get(step.thing));
            if (step.do === 'set') alone.set(step.thing, clock.setTimeout(() => expected.push([step.thing, clock.now() - begun]), 100));
          }
        }
        expect(due.map(String).sort()).toEqual(expected.map(String).sort());
      }),
      { numRuns: 40 },
    );
  });
});
