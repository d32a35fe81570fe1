import { describe, expect, it } from 'vitest';
import { Wakefulness } from '../../../actors/portal/wakefulness.ts';
import { FakeClock } from '../../link/fixture/clock.ts';

/** A clock whose time of day is set, as when the machine slept: no timer runs meanwhile. */
class SleepingClock extends FakeClock {
  #slept = 0;
  override now(): number {
    return super.now() + this.#slept;
  }
  sleep(milliseconds: number): void {
    this.#slept += milliseconds;
  }
}

function bench() {
  const clock = new SleepingClock();
  const woken: number[] = [];
  const wakefulness = new Wakefulness(clock, 5_000, () => woken.push(clock.now()));
  return { clock, woken, wakefulness };
}

describe('wakefulness', () => {
  it('says nothing while time passes as it should, or a little late', async () => {
    const { clock, woken, wakefulness } = bench();
    wakefulness.watch();
    await clock.advance(60_000);
    clock.sleep(9_000);
    await clock.advance(60_000);
    expect(woken).toEqual([]);
  });

  it.each([8 * 3_600_000, 86_400_000, -86_400_000])('tells once that %i ms passed in which nothing could happen', async (slept) => {
    const { clock, woken, wakefulness } = bench();
    wakefulness.watch();
    wakefulness.watch();
    await clock.advance(7_000);
    clock.sleep(slept);
    await clock.advance(60_000);
    expect(woken).toHaveLength(1);
  });

  it('does not look while nobody cares, and does again afterwards', async () => {
    const { clock, woken, wakefulness } = bench();
    wakefulness.watch();
    wakefulness.rest();
    expect(clock.timers.size).toBe(0);
    clock.sleep(100_000);
    await clock.advance(60_000);
    wakefulness.watch();
    await clock.advance(60_000);
    expect(woken).toEqual([]);
    clock.sleep(100_000);
    await clock.advance(5_000);
    expect(woken).toHaveLength(1);
  });
});
