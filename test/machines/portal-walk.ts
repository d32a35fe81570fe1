import type { Walk } from '../../src/testing/model/index.ts';
import { showPortal, statesIn, type PortalSight } from './portal-bench.ts';
import { beginPortal, portalOracle, URLS, type PortalHappening, type PortalModel } from './portal-table.ts';

const [a, b, c] = URLS;
const nobody = 'https://nobody.example';

const TIMERS = new Set<string>(['BACKOFF OVER', 'PAUSE OVER', 'RETURN DUE', 'CHECK DUE']);
/** What leads into no situation that the table tells apart, or only seemingly: it would make the ways through the machine longer, and no fuller. */
const LEADING = new Set<string>(['WANTED', 'PROVEN', 'TRUSTED', 'SLOW', 'LOST', 'SWITCH_TO', 'ONLINE', 'WOKE', 'OFFENDED', 'PAROLED']);

export const portalWalk: Walk<PortalModel, PortalHappening, PortalSight> = {
  oracle: portalOracle,
  inputs: [undefined],
  begin: beginPortal,
  shows: showPortal,
  samples: [
    ...(['WANTED', 'UNWANTED', 'RETRY_NOW', 'ONLINE', 'OFFLINE', 'WOKE'] as const).map((type) => ({ type })),
    ...(['BACKOFF OVER', 'PAUSE OVER', 'RETURN DUE', 'PAROLE DUE', 'CHECK DUE', 'CHECK ENDED', 'CHECK FAILED'] as const).map((type) => ({ type })),
    ...[0, 1, 2, 9].flatMap((age) => (['PROVEN', 'ANSWERED', 'TRUSTED', 'SLOW', 'RETIRED'] as const).map((type) => ({ type, age }))),
    ...[0, 1, 2, 9].map((age) => ({ type: 'LOST' as const, age, failure: 'did not open' as const })),
    ...[0, 1].map((age) => ({ type: 'LOST' as const, age, failure: 'given up' as const })),
    ...[a, b, nobody].flatMap((url) => (['SWITCH_TO', 'LAGGING', 'CAUGHT_UP', 'PAROLED'] as const).map((type) => ({ type, url }))),
    ...[a, b, c, nobody].map((url) => ({ type: 'OFFENDED' as const, url, offence: 'garbage' as const })),
    { type: 'MEASURED', url: a, milliseconds: 100 },
    { type: 'MEASURED', url: nobody, milliseconds: 100 },
  ],
  situation: ({ state, isChecking, begun, connections, tried, rounds, preferred, portals }) => {
    const shape = connections.map(({ connection, role, portal }) => [begun.length - connection, role, portal]);
    return JSON.stringify([state, isChecking, shape, tried.length, Math.min(rounds, 1), preferred, portals.map(({ quarantine, trouble }) => [quarantine === undefined, trouble > 1])]);
  },
  leads: ({ isChecking, begun, connections }, event) => {
    // What may happen during a check is for the plays: it would double the ways through the machine.
    if (isChecking) return false;
    if (TIMERS.has(event.type)) return true;
    // More than two side by side are but more of the same.
    if (!LEADING.has(event.type) || begun.length >= 4 || connections.length > 2) return false;
    return event.type !== 'PAROLED' || event.url === a;
  },
  statesIn,
};
