import type { AnyMachineSnapshot } from 'xstate';
import { portalMachine, type PortalContext } from '../../machines/portal.ts';
import { openPortalBench, showPortal, statesIn } from './portal-bench.ts';
import { beginPortal, portalOracle, TIMES, URLS, type PortalHappening } from './portal-table.ts';
import { walkTable } from './walk.ts';

const [a, b, c] = URLS;
const nobody = 'https://nobody.example';

const timers: Readonly<Record<string, (snapshot: AnyMachineSnapshot) => string | undefined>> = {
  'BACKOFF OVER': (snapshot) => (snapshot.matches({ connection: 'waiting' }) ? 'xstate.after.backoff.portal.connection.waiting' : undefined),
  'PAUSE OVER': (snapshot) => ['tired', 'hurrying'].filter((name) => snapshot.matches({ connection: { waiting: name } })).map((name) => `xstate.after.hurryPause.portal.connection.waiting.${name}`)[0],
  // What may happen during a check is for the model tests: it would double the ways through the machine.
  'CHECK DUE': (snapshot) => (snapshot.matches({ checks: { interval: 'checking' } }) ? undefined : 'xstate.after.checkInterval.portal.checks.interval'),
  'RETURN DUE': (snapshot) => (snapshot.matches({ connection: { live: 'settled' } }) ? 'xstate.after.returnInterval.portal.connection.live.settled' : undefined),
};
/** What leads into no situation that the table tells apart, or only seemingly: it would make the ways through the machine longer, and no fuller. */
const LEADING = new Set<string>(['WANTED', 'PROVEN', 'TRUSTED', 'SLOW', 'LOST', 'SWITCH_TO', 'ONLINE', 'WOKE', 'OFFENDED', 'PAROLED']);

walkTable('the portal machine', {
  machine: portalMachine,
  oracle: portalOracle,
  inputs: [{ urls: URLS, times: TIMES }],
  begin: beginPortal,
  open: openPortalBench,
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
  ] satisfies PortalHappening[],
  raw: (event, snapshot) => {
    if (snapshot.matches({ checks: { interval: 'checking' } })) return undefined;
    const timer = timers[event.type]?.(snapshot);
    if (timer !== undefined) return { type: timer };
    if (!LEADING.has(event.type)) return undefined;
    const { connections, numbered } = snapshot.context as PortalContext;
    // More than two side by side are but more of the same.
    if (numbered >= 4 || connections.length > 2) return undefined;
    if (event.type === 'PAROLED' && event.url !== a) return undefined;
    return 'age' in event ? { ...event, connection: numbered - event.age } : event;
  },
  situation: (snapshot) => {
    const { tried, rounds, connections, numbered, portals, preferred } = snapshot.context as PortalContext;
    const shape = connections.map(({ connection, role, portal }) => [numbered - connection, role, portal]);
    return JSON.stringify([snapshot.value, shape, tried.length, Math.min(rounds, 1), preferred, portals.map(({ quarantine, trouble }) => [quarantine === undefined, trouble > 1])]);
  },
  statesIn,
});
