import * as fc from 'fast-check';
import { expect } from 'vitest';
import type { PortalContext } from '../../machines/portal.ts';
import type { Play } from './play.ts';
import type { PortalSight } from './portal-bench.ts';
import { isLive } from './portal-order.ts';
import { URLS, type PortalHappening, type PortalModel } from './portal-table.ts';
import { portalWalk } from './portal-walk.ts';

/** What happens, or what makes it, where it depends on who is live by then. */
type Chance = PortalHappening | ((model: PortalModel) => PortalHappening);

const only = (...types: PortalHappening['type'][]): fc.Arbitrary<PortalHappening> => fc.constantFrom(...types.map((type) => ({ type }) as PortalHappening));
const url = fc.constantFrom(...URLS, 'https://nobody.example');
/** The live connection, which is the newest where there is none, or one by its age. */
type Whose = 'live' | number;
const whose = fc.constantFrom<Whose>('live', 'live', 0, 0, 0, 1, 1, 2, 3);
const ageOf = (model: PortalModel, its: Whose): number => (its === 'live' ? model.begun.length - (model.connections.find(isLive)?.connection ?? model.begun.length) : its);
const news = (...types: ('PROVEN' | 'ANSWERED' | 'TRUSTED' | 'SLOW' | 'RETIRED')[]): fc.Arbitrary<Chance> =>
  fc.record({ type: fc.constantFrom(...types), its: whose }).map(({ type, its }) => (model) => ({ type, age: ageOf(model, its) }));
const lost: fc.Arbitrary<Chance> = fc
  .record({ its: whose, failure: fc.constantFrom('closed' as const, 'did not open' as const, 'said nothing' as const, 'fell silent' as const, 'given up' as const) })
  .map(({ its, failure }) => (model) => ({ type: 'LOST', age: ageOf(model, its), failure }));
const offended: fc.Arbitrary<Chance> = fc.record({ type: fc.constant('OFFENDED' as const), url, offence: fc.constantFrom('bad-signature' as const, 'flood' as const, 'garbage' as const) });
const noted: fc.Arbitrary<Chance> = fc.record({ type: fc.constantFrom('SWITCH_TO' as const, 'LAGGING' as const, 'CAUGHT_UP' as const, 'PAROLED' as const), url });

/** Portals that come and go, and of which something becomes known. */
const lively: fc.Arbitrary<Chance> = fc.oneof(
  { weight: 3, arbitrary: only('WANTED') },
  { weight: 1, arbitrary: only('UNWANTED') },
  { weight: 8, arbitrary: news('PROVEN') },
  { weight: 5, arbitrary: news('ANSWERED', 'TRUSTED', 'SLOW', 'SLOW', 'RETIRED') },
  { weight: 5, arbitrary: lost },
  { weight: 5, arbitrary: only('RETURN DUE', 'BACKOFF OVER', 'PAUSE OVER', 'PAROLE DUE') },
  { weight: 2, arbitrary: only('RETRY_NOW', 'ONLINE', 'OFFLINE', 'WOKE') },
  { weight: 2, arbitrary: only('CHECK DUE', 'CHECK DUE', 'CHECK ENDED', 'CHECK FAILED') },
  { weight: 2, arbitrary: noted },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('MEASURED' as const), url, milliseconds: fc.nat(9_000) }) },
  { weight: 1, arbitrary: offended },
);
/** Portals that are gone, for round after round. */
const dead: fc.Arbitrary<Chance> = fc.oneof({ weight: 20, arbitrary: lost }, { weight: 12, arbitrary: only('BACKOFF OVER') }, { weight: 1, arbitrary: only('OFFLINE', 'WANTED', 'RETRY_NOW') });
/** Portals of which each is caught at something. */
const hostile: fc.Arbitrary<Chance> = fc.oneof({ weight: 2, arbitrary: offended }, { weight: 6, arbitrary: lively }, { weight: 1, arbitrary: only('PAROLE DUE', 'RETURN DUE') });
/** Portals that answer again and again, and are checked, and are caught at something all the same. */
const steady: fc.Arbitrary<Chance> = fc.oneof(
  { weight: 8, arbitrary: news('PROVEN') },
  { weight: 4, arbitrary: news('TRUSTED', 'TRUSTED', 'SLOW', 'ANSWERED') },
  { weight: 3, arbitrary: lost },
  { weight: 3, arbitrary: only('BACKOFF OVER', 'RETURN DUE') },
  { weight: 3, arbitrary: only('CHECK DUE') },
  { weight: 2, arbitrary: offended },
  { weight: 1, arbitrary: noted },
);

/** What needs no table: P1, P2 and P7 as far as one event shows them. The rest needs time (portal-life.test.ts). */
function watch(event: PortalHappening, before: PortalSight, after: PortalSight): void {
  const { connections, portals } = after.actor.context as PortalContext;
  const [state = ''] = after.actor.state?.split('+') ?? [];
  const roles = connections.map(({ role }) => role);
  expect(after.running, 'a connection that is not remembered is stopped').toEqual(connections.map(({ connection }) => connection));
  expect(roles.filter((role) => role === 'live').length, 'P1: one is live where the machine says so, and else none').toBe(state.startsWith('connection.live.') ? 1 : 0);
  if (state === 'connection.seeking') expect(roles, 'P2: what seeks has somebody to wait for').toContain('candidate');
  if (state.startsWith('connection.waiting.')) expect(after.waits.length, 'P2: what waits has an end').toBeGreaterThan(1);
  const attempts = after.begun.slice(before.begun.length);
  expect(attempts.length, 'one event is one attempt at most').toBeLessThanOrEqual(1);
  const inQuarantine = portals.filter(({ quarantine }) => quarantine !== undefined).map((portal) => portal.url);
  if (inQuarantine.length < URLS.length) {
    for (const used of [...attempts, ...after.checks]) expect(inQuarantine, 'P7: it is left alone').not.toContain(used);
  }
  if (event.type === 'OFFENDED') expect(after.running.filter((number) => before.running.includes(number) && after.begun[number - 1] === event.url), 'its connections are lost').toEqual([]);
}

export const portalPlay: Play<PortalModel, PortalHappening, PortalSight> = {
  walk: portalWalk,
  promise: 'and keeps P1, P2 and P7',
  opening: fc.constant([{ type: 'WANTED' }]),
  lives: [
    { weight: 3, happening: lively.map((event) => [event]), most: 80 },
    { weight: 1, happening: dead.map((event) => [event]), most: 60 },
    { weight: 2, happening: hostile.map((event) => [event]), most: 60 },
    { weight: 2, happening: steady.map((event) => [event]), most: 80 },
  ],
  watch: () => watch,
  after: ({ state }) => expect(state, 'nothing that happens is the end of it').not.toBe('dead'),
  runs: 250,
};
