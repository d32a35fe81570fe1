import { describe, expect, it } from 'vitest';
import { simulate, type SimulationReport } from '../simulation/scenario.ts';

/** How many seeds are played here; `npm test` plays a thousand more. */
const SEEDS = 24;
/** A browser verifies in pure JavaScript, and both worlds run the same tests. */
const MINUTES = 3;

const told = ({ seed, failure, log }: SimulationReport): string => (failure === undefined ? '' : `seed ${seed}, step ${failure.step}: ${failure.message}\n${log.join('\n')}`);

describe('a simulated world', () => {
  it.each(Array.from({ length: SEEDS / 4 }, (_, i) => 4 * i + 1))('G1 to G7 hold whatever portals, storage, clock and workers do: seeds %i and the three after it', async (from) => {
    for (let seed = from; seed < from + 4; seed++) {
      const report = await simulate({ seed, minutes: MINUTES });
      expect(told(report)).toBe('');
      expect(report.updates).toBeGreaterThanOrEqual(500);
      expect(report.shared).toBeGreaterThan(0);
      expect(report.passed).toBeGreaterThanOrEqual(MINUTES * 60_000);
      expect(Object.values(report.faults).reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(20);
      expect(Object.keys(report.faults).length).toBeGreaterThanOrEqual(5);
    }
  });

  it('does the same twice from one seed, byte for byte', async () => {
    const first = await simulate({ seed: 77, minutes: MINUTES, isLogged: true });
    const again = await simulate({ seed: 77, minutes: MINUTES, isLogged: true });
    expect(again.log).toEqual(first.log);
    expect(again.fingerprint).toBe(first.fingerprint);
    expect(first.log.length).toBeGreaterThan(1_000);
  });

  it('does other things from other seeds', async () => {
    const [one, other] = [await simulate({ seed: 1, minutes: 1 }), await simulate({ seed: 2, minutes: 1 })];
    expect(one.fingerprint).not.toBe(other.fingerprint);
  });
});
