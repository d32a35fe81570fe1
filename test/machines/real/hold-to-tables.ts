import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { SEED, trials } from '../play.ts';
import { expectWarningsAfterTheEnd } from '../warnings.ts';
import type { Deed } from './deeds.ts';
import { playDeeds } from './play-deeds.ts';
import { Records } from './records.ts';
import type { Scenario } from './scenarios.ts';
import type { RealMachine } from './tales.ts';
import { UNREACHABLE } from './unreachable.ts';

/** What is done to the real actors of some machines. */
export interface Lives {
  readonly machines: readonly RealMachine[];
  /** Of which all of the machines has to be seen. */
  readonly scenarios: readonly Scenario[];
  readonly deed: fc.Arbitrary<Deed>;
  readonly runs: number;
}

/** Registers the tests that hold the real actors of machines to their tables, in a world of faults. */
export function holdToTables({ machines, scenarios, deed, runs }: Lives): void {
  const records = new Records();

  expectWarningsAfterTheEnd();

  describe(`the real actors of ${machines.join(', ')}, in a world of faults`, () => {
    it.each(scenarios)('do what their tables say: $name', async ({ deeds, policy, seed = 1 }) => {
      await expect(playDeeds(records, deeds, seed, policy)).resolves.toBeUndefined();
    });

    it.each(machines)('and that is all that %s can do: every state was entered, every transition taken, but for those that no world can bring about', (machine) => {
      const { missing, unknown } = records.coverage[machine];
      expect({ missing: [...missing].sort(), unknown }).toEqual({ missing: Object.keys(UNREACHABLE[machine] ?? {}).sort(), unknown: [] });
    });

    it(`and whatever is done (seed ${SEED})`, async () => {
      const property = fc.asyncProperty(fc.array(deed, { minLength: 10, maxLength: 60, size: 'max' }), fc.nat(), (deeds, seed) => playDeeds(new Records(), deeds, seed));
      await expect(fc.assert(property, trials(runs))).resolves.toBeUndefined();
    });

    afterAll(() => {
      for (const machine of machines) {
        const unreachable = Object.keys(UNREACHABLE[machine] ?? {}).length;
        // oxlint-disable-next-line no-console -- what was measured is for whoever runs the tests
        console.info(`the real ${machine} was seen: ${String(records.coverage[machine])}${unreachable === 0 ? '' : `, and no world brings about ${unreachable}`}; ${records.cells[machine].size} ways of its table`);
      }
    });
  });
}
