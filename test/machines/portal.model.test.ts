import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openPortalBench, showPortal, type PortalSight } from './portal-bench.ts';
import { beginPortal, portalOracle, URLS, type PortalHappening, type PortalModel } from './portal-table.ts';
import { PortalWatch } from './portal-watch.ts';
import { play, SEED, trials } from './play.ts';

const only = <T extends PortalHappening['type']>(type: T): fc.Arbitrary<{ readonly type: T }> => fc.constant({ type });
const url = fc.constantFrom(...URLS, 'https://nobody.example');

/** Portals that come and go. */
const lively: fc.Arbitrary<PortalHappening> = fc.oneof(
  { weight: 3, arbitrary: only('WANTED') },
  { weight: 1, arbitrary: only('UNWANTED') },
  { weight: 7, arbitrary: only('SOCKET_OPENED') },
  { weight: 8, arbitrary: only('HEARD') },
  { weight: 2, arbitrary: only('SOCKET_CLOSED') },
  { weight: 1, arbitrary: only('SOCKET_THREW') },
  { weight: 7, arbitrary: only('TIME UP') },
  { weight: 3, arbitrary: only('A MOMENT') },
  { weight: 1, arbitrary: only('RETRY_NOW') },
  { weight: 1, arbitrary: url.map((named) => ({ type: 'SWITCH_TO', url: named }) as const) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('MEASURED' as const), url, milliseconds: fc.nat(1_000) }) },
);
/** Portals that are gone, for round after round. */
const dead: fc.Arbitrary<PortalHappening> = fc.oneof({ weight: 20, arbitrary: only('TIME UP') }, { weight: 20, arbitrary: only('SOCKET_CLOSED') }, { weight: 1, arbitrary: only('WANTED') }, { weight: 1, arbitrary: only('UNWANTED') });
const life = fc.oneof(fc.array(lively, { minLength: 20, maxLength: 80 }), fc.array(dead, { minLength: 20, maxLength: 60 }));

describe(`the portal machine, whatever happens to it (seed ${SEED})`, () => {
  it('does what its table says, and keeps P1–P5', async () => {
    await fc.assert(
      fc.asyncProperty(life, async (events) => {
        const bench = openPortalBench();
        const watch = new PortalWatch(() => bench.clock.now());
        try {
          const end = await play<PortalModel, PortalHappening, PortalSight>(
            { oracle: portalOracle, bench, model: beginPortal(), shows: showPortal, watch: (event, before, after) => watch.see(event, before, after) },
            [{ type: 'WANTED' }, ...events],
          );
          expect(end.state, 'nothing that happens is the end of it').not.toBe('dead');
        } finally {
          await bench.close();
        }
      }),
      trials(120),
    );
  });
});
