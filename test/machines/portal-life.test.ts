import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../src/policy.ts';
import { SEED, trials } from './play.ts';
import { PortalWatch } from './portal-watch.ts';
import { BROKEN, DEAF, GOOD, MUTE, PortalWorld, REFUSING, TEASING, type Conduct } from './portal-world.ts';

const anyConduct: fc.Arbitrary<Conduct> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ opens: fc.nat(900), answers: fc.nat(900) }) },
  { weight: 2, arbitrary: fc.constantFrom(GOOD, MUTE, DEAF, REFUSING, BROKEN, TEASING) },
  { weight: 2, arbitrary: fc.record({ opens: fc.nat(6_000), answers: fc.nat(4_000), words: fc.nat(4), ending: fc.constantFrom('drops' as const, 'falls silent' as const) }) },
);

type Happening =
  | { readonly kind: 'say'; readonly what: 'WANTED' | 'UNWANTED' | 'RETRY_NOW' | 'WOKE' }
  | { readonly kind: 'name'; readonly what: 'SWITCH_TO' | 'LAGGING' | 'CAUGHT_UP' | 'OFFENDED'; readonly portal: number }
  | { readonly kind: 'turn'; readonly portal: number; readonly conduct: Conduct; readonly isCut: boolean }
  | { readonly kind: 'network'; readonly isThere: boolean }
  | { readonly kind: 'sleep'; readonly time: number }
  | { readonly kind: 'overwhelm' }
  | { readonly kind: 'pass'; readonly time: number };

const portal = fc.nat(3);
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('pass' as const), time: fc.oneof(fc.nat(1_500), fc.nat(12_000), fc.nat(90_000)) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('turn' as const), portal, conduct: anyConduct, isCut: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('say' as const), what: fc.constantFrom('WANTED' as const, 'WANTED' as const, 'UNWANTED' as const, 'RETRY_NOW' as const, 'WOKE' as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('name' as const), what: fc.constantFrom('SWITCH_TO' as const, 'LAGGING' as const, 'CAUGHT_UP' as const, 'OFFENDED' as const), portal }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('network' as const), isThere: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('overwhelm' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('sleep' as const), time: fc.nat(3_600_000) }) },
);

function happen(world: PortalWorld, event: Happening): void {
  const url = 'portal' in event ? (world.urls[event.portal] ?? 'https://nobody.example') : '';
  switch (event.kind) {
    case 'pass':
      return world.pass(event.time);
    case 'say':
      return world.send({ type: event.what });
    case 'name':
      return world.send(event.what === 'OFFENDED' ? { type: event.what, url, offence: 'garbage' } : { type: event.what, url });
    case 'turn':
      world.turn(event.portal, event.conduct);
      return event.isCut ? world.cut(event.portal) : undefined;
    case 'network':
      return world.network(event.isThere);
    case 'overwhelm':
      return world.overwhelm();
    case 'sleep':
      return world.sleep(event.time);
  }
}

describe(`portals that do as they like (seed ${SEED})`, () => {
  it('are met as P1–P3 and P5–P8 say, and when one is well again it is the live one within a back-off and its answer', () => {
    fc.assert(
      fc.property(fc.array(anyConduct, { minLength: 1, maxLength: 4 }), fc.array(happening, { maxLength: 40 }), fc.nat(), (conducts, events, seed) => {
        const world = new PortalWorld(conducts, { seed });
        new PortalWatch(world).begin();
        try {
          world.send({ type: 'WANTED' });
          for (const event of events) happen(world, event);
          // Whatever was: where all are well it is never stuck.
          world.send({ type: 'WANTED' });
          world.network(true);
          for (const index of world.urls.keys()) world.turn(index, GOOD);
          const { connectDeadline, proofDeadline, livenessInterval, livenessDeadline, backoffMost, offlineBackoff } = world.times;
          const most = livenessInterval + livenessDeadline + world.urls.length * (connectDeadline + proofDeadline) + Math.max(backoffMost, offlineBackoff) + 60;
          world.pass(most);
          expect(world.live?.answers, 'it is connected').toBeGreaterThan(0);
        } finally {
          world.stop();
        }
      }),
      trials(60),
    );
  });
});

/** Portals of which some are known to be good, watched from when an entry is wanted. */
function begin(...conducts: Conduct[]): PortalWorld {
  const world = new PortalWorld(conducts);
  new PortalWatch(world).begin();
  world.send({ type: 'WANTED' });
  return world;
}
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const isLiveAt = (world: PortalWorld, index: number) => (): boolean => world.live?.url === world.urls[index];
const count = (world: PortalWorld, index: number): number => world.sockets.filter(({ url }) => url === world.urls[index]).length;
const followed = (world: PortalWorld): readonly string[] => world.sockets.filter(({ followedAt }) => followedAt !== undefined).map(({ url }) => url);

/** @returns how many attempts it cost */
function flap(world: PortalWorld, isReal: boolean, seconds = 3_600): number {
  world.pass(MINUTE);
  const before = world.sockets.length;
  for (let second = 0; second < seconds; second++) {
    if (isReal) world.network(second % 2 === 1);
    else world.send({ type: second % 2 === 1 ? 'ONLINE' : 'OFFLINE' });
    world.pass(SECOND);
  }
  return world.sockets.length - before;
}
/** As many rounds as an hour may have. */
const most = (world: PortalWorld): number => HOUR / Math.min(world.times.hurryPause, world.times.backoffMost / 2);
const offend = (world: PortalWorld, index: number): void => world.send({ type: 'OFFENDED', url: world.urls[index] ?? '', offence: 'bad-signature' });

describe('a portal that is mute', () => {
  it.each([0, 1, 2, 3, 4])('delays the others by `suspicion` and no more, where %i of them come before a good one (P4)', (mutes) => {
    const world = begin(...Array.from({ length: mutes }, () => MUTE), GOOD, GOOD);
    expect(world.until(isLiveAt(world, mutes))).toBe(mutes * world.times.suspicion + GOOD.opens + GOOD.answers);
    expect(world.open.length, 'nobody else is tried any more').toBe(1);
    world.stop();
  });

  it.each([1, 2, 3])('and says nothing after it opened: %i of them delay the others by twice that at most', (mutes) => {
    const world = begin(...Array.from({ length: mutes }, (): Conduct => ({ opens: 999, answers: 'never' })), GOOD);
    const took = world.until(isLiveAt(world, mutes));
    expect(took).toBeLessThanOrEqual(mutes * 2 * world.times.suspicion + GOOD.opens + GOOD.answers);
    world.stop();
  });

  it('and opens only when another one is tried already hurries nobody: the newest has its `suspicion` (P4)', () => {
    const world = begin({ opens: 1.5 * DEFAULT_POLICY.suspicion, answers: 'never' }, MUTE, MUTE, GOOD);
    expect(world.until(isLiveAt(world, 3))).toBe(3 * world.times.suspicion + GOOD.opens + GOOD.answers);
    world.stop();
  });

  it.each([REFUSING, BROKEN])('is not waited for at all where it refuses: %o', (conduct) => {
    const world = begin(conduct, conduct, GOOD);
    expect(world.until(isLiveAt(world, 2))).toBeLessThanOrEqual(2 + GOOD.opens + GOOD.answers);
    world.stop();
  });

  it('and live is replaced within `livenessInterval` + `suspicion` and what its successor takes to answer, and blamed for it (P4)', () => {
    const world = begin({ ...GOOD, words: 2, ending: 'falls silent' }, GOOD);
    world.until(() => world.live?.answers === 2);
    expect(world.until(isLiveAt(world, 1))).toBe(world.times.livenessInterval + world.times.suspicion + GOOD.opens + GOOD.answers);
    expect(world.snapshot.context.portals[0]).toMatchObject({ failures: 1, trouble: 1, lastFailure: 'fell silent' });
    world.stop();
  });

  it('and live is replaced no later where a switch to another one that is mute is under way (P4)', () => {
    const world = begin({ ...GOOD, words: 2, ending: 'falls silent' }, MUTE, GOOD);
    world.until(() => world.live?.answers === 2);
    world.pass(world.times.livenessInterval - 10);
    world.send({ type: 'SWITCH_TO', url: world.urls[1] ?? '' });
    expect(world.until(isLiveAt(world, 2))).toBe(10 + world.times.suspicion + GOOD.opens + GOOD.answers);
    world.stop();
  });

  it('goes on as before if it answers before another one does', () => {
    const world = begin({ opens: 40, answers: 1_200 }, MUTE);
    world.pass(10 * MINUTE);
    expect(followed(world), 'it was relieved by nobody').toEqual([world.urls[0]]);
    expect(world.open.length).toBeLessThanOrEqual(2);
    world.stop();
  });
});

describe('a portal that is lost', () => {
  it('is replaced as soon as another one answers', () => {
    const world = begin(GOOD, GOOD);
    world.pass(MINUTE);
    world.turn(0, REFUSING);
    world.cut(0);
    expect(world.until(isLiveAt(world, 1))).toBe(GOOD.opens + GOOD.answers);
    world.stop();
  });

  it.each([1, 45, 600])('and the only one is found within two seconds of its return after %i s', (seconds) => {
    const world = begin(GOOD);
    world.pass(MINUTE);
    world.turn(0, REFUSING);
    world.cut(0);
    world.pass(seconds * SECOND);
    world.turn(0, GOOD);
    expect(world.until(isLiveAt(world, 0))).toBeLessThanOrEqual(2 * SECOND);
    world.stop();
  });

  it('is tried at once where somebody asks for it', () => {
    const world = begin(REFUSING);
    world.pass(10 * MINUTE);
    world.until(() => world.open.length === 0);
    world.turn(0, GOOD);
    world.send({ type: 'RETRY_NOW' });
    expect(world.until(isLiveAt(world, 0))).toBe(GOOD.opens + GOOD.answers);
    world.stop();
  });

  it('is returned to some minutes after it is well again, and the connections overlap (P6)', () => {
    const world = begin(GOOD, GOOD);
    world.pass(MINUTE);
    world.turn(0, REFUSING);
    world.cut(0);
    world.until(isLiveAt(world, 1));
    world.turn(0, GOOD);
    expect(world.until(isLiveAt(world, 0), HOUR)).toBeLessThanOrEqual(5 * MINUTE);
    expect(followed(world)).toEqual([world.urls[0], world.urls[1], world.urls[0]]);
    expect(world.open.map(({ url }) => url), 'the other one goes on').toEqual([world.urls[1], world.urls[0]]);
    world.pass(world.times.handover);
    expect(world.open.map(({ url }) => url), 'for a while').toEqual([world.urls[0]]);
    world.stop();
  });

  it('each time after it was returned to is returned to once in three minutes at most', () => {
    // It answers a probe, so that no back-off stands before it.
    const world = begin({ ...GOOD, words: 3, ending: 'drops' }, GOOD);
    world.pass(HOUR);
    const first = count(world, 0);
    expect(first).toBeLessThanOrEqual(20);
    world.pass(HOUR);
    expect(count(world, 0) - first).toBeLessThanOrEqual(20);
    expect(followed(world).length, 'each switch there is one back').toBeLessThanOrEqual(2 * count(world, 0) + 1);
    world.stop();
  });
});

describe('a connection of which more comes than can be taken in', () => {
  it('is given up and opened anew at once, at the same portal, which is not blamed', () => {
    const world = begin(GOOD, GOOD);
    world.pass(MINUTE);
    for (let time = 1; time <= 5; time++) {
      world.overwhelm();
      expect(world.until(isLiveAt(world, 0))).toBe(GOOD.opens + GOOD.answers);
      world.pass(100 * time);
    }
    expect(count(world, 1), 'nobody else is tried').toBe(0);
    expect(world.snapshot.context.portals[0]).toMatchObject({ failures: 0, trouble: 0 });
    expect(world.snapshot.context.portals[0]?.lastFailure).toBeUndefined();
    world.pass(HOUR);
    expect(followed(world), 'and is not left afterwards').toEqual(Array.from({ length: 6 }, () => world.urls[0]));
    world.stop();
  });

  it('is left for another one where its portal does not answer any more', () => {
    const world = begin(GOOD, GOOD);
    world.pass(MINUTE);
    world.turn(0, REFUSING);
    world.overwhelm();
    expect(world.until(isLiveAt(world, 1))).toBeLessThanOrEqual(1 + GOOD.opens + GOOD.answers);
    world.stop();
  });

  it('is not opened anew at a portal in quarantine, where another one is not (P7)', () => {
    const world = begin(GOOD, GOOD);
    world.pass(MINUTE);
    world.turn(1, REFUSING);
    offend(world, 1);
    world.pass(SECOND);
    offend(world, 0);
    // Both are, and the first one is used; then the second one no longer is.
    world.until(isLiveAt(world, 0));
    world.until(() => world.snapshot.context.portals[1]?.quarantine === undefined);
    expect(world.live?.url).toBe(world.urls[0]);
    world.turn(1, GOOD);
    world.overwhelm();
    expect(world.until(isLiveAt(world, 1))).toBeLessThanOrEqual(GOOD.opens + GOOD.answers);
    world.stop();
  });
});

describe('there is no hot loop', () => {
  it.each([1, 2, 3])('with %i portals that accept, say a word and drop', (portals) => {
    const world = begin(...Array.from({ length: portals }, () => TEASING));
    world.pass(10 * MINUTE);
    const { backoffMost } = world.times;
    expect(world.sockets.length, 'a round is followed by a rest of at least half a back-off').toBeLessThanOrEqual((portals * 10 * MINUTE) / (backoffMost / 2) + portals * 5);
    expect(world.sockets.length, 'and they are tried again and again').toBeGreaterThan((10 * MINUTE) / backoffMost / 2);
    world.stop();
  });

  it('with portals that answer one probe and drop', () => {
    const world = begin(...Array.from({ length: 3 }, (): Conduct => ({ ...GOOD, words: 2, ending: 'drops' })));
    world.pass(HOUR);
    expect(world.sockets.length).toBeLessThanOrEqual(HOUR / world.times.livenessInterval + 3);
    world.stop();
  });

  it('with a good portal behind one that teases', () => {
    const world = begin(TEASING, GOOD);
    world.pass(HOUR);
    expect(count(world, 0)).toBeLessThanOrEqual(20);
    expect(world.live?.url).toBe(world.urls[1]);
    world.stop();
  });
});

describe('a network that comes and goes once a second, for an hour', () => {
  it('as the platform alone says, costs no attempt', () => {
    const world = begin(GOOD, GOOD);
    expect(flap(world, false)).toBe(0);
    world.stop();
  });

  it.each([[GOOD], [REFUSING, MUTE, TEASING]])('costs no more than one round for each rest: %o …', (...conducts) => {
    const world = begin(...conducts);
    expect(flap(world, true)).toBeLessThanOrEqual(conducts.length * most(world));
    world.network(true);
    world.turn(0, GOOD);
    expect(world.until(isLiveAt(world, 0), MINUTE), 'and when it stays it is found').toBeLessThanOrEqual(30 * SECOND);
    world.stop();
  });

  it.each([1, 2, 3])('among %i portals that answer a probe and drop, costs one attempt at each for a back-off, however often the platform speaks (P5)', (portals) => {
    // That each is tried once between two back-offs is watched; here, that the back-offs do not begin anew.
    const world = begin(...Array.from({ length: portals }, (): Conduct => ({ ...GOOD, words: 2, ending: 'drops' })));
    expect(flap(world, false, 600)).toBeLessThanOrEqual((portals * 600 * SECOND) / (world.times.backoffMost / 2 + SECOND));
    world.stop();
  });

  it('among portals that answer for a while each time and then drop, back-offs stay as long as they were', () => {
    const world = begin({ ...GOOD, words: 4, ending: 'drops' });
    flap(world, false, 60);
    expect(world.snapshot.context.rounds, 'rounds that failed').toBeGreaterThan(3);
    world.stop();
  });
});

describe('when the machine slept', () => {
  it.each([true, false])('for eight hours, the first value is there within three seconds, whether its connection survived (%s)', (isAlive) => {
    const world = begin(GOOD, GOOD);
    world.pass(MINUTE);
    world.turn(0, GOOD);
    if (!isAlive) world.network(false);
    const before = world.sockets.length;
    world.sleep(8 * HOUR);
    if (!isAlive) world.network(true);
    const wokeAt = world.now;
    world.until(() => world.live !== undefined && (world.live.followedAt ?? 0) >= (isAlive ? 0 : wokeAt - SECOND) && world.live.askedAt === undefined);
    expect(world.now - wokeAt).toBeLessThanOrEqual(3 * SECOND);
    expect(world.sockets.length - before).toBeLessThanOrEqual(isAlive ? 1 : 4);
    world.stop();
  });
});

describe('a portal in quarantine', () => {
  it('is left at once for another one, left alone, and then returned to (P7)', () => {
    const world = begin(GOOD, GOOD);
    world.pass(MINUTE);
    offend(world, 0);
    expect(world.open.map(({ url }) => url)).toEqual([world.urls[1]]);
    const before = count(world, 0);
    world.pass(world.times.quarantineBase - 1);
    expect(count(world, 0)).toBe(before);
    expect(world.until(isLiveAt(world, 0), HOUR)).toBeLessThanOrEqual(5 * MINUTE);
    world.stop();
  });

  it('cannot be switched to while another one is not, but comes first afterwards', () => {
    const world = begin(GOOD, GOOD, GOOD);
    world.pass(MINUTE);
    offend(world, 2);
    world.send({ type: 'SWITCH_TO', url: world.urls[2] ?? '' });
    expect(count(world, 2)).toBe(0);
    expect(world.until(isLiveAt(world, 2), HOUR)).toBeLessThanOrEqual(world.times.quarantineBase + world.times.returnInterval + SECOND);
    world.stop();
  });

  it('is used, with back-off, where all are; and left when another one no longer is', () => {
    const world = begin(GOOD, GOOD);
    world.pass(MINUTE);
    offend(world, 0);
    offend(world, 0); // which does not count
    world.pass(world.times.quarantineBase + SECOND);
    offend(world, 0); // for twice as long
    world.pass(SECOND);
    offend(world, 1);
    expect(world.until(() => world.live !== undefined)).toBeLessThanOrEqual(2 * SECOND);
    world.until(isLiveAt(world, 0));
    expect(world.until(isLiveAt(world, 1), HOUR), 'the second one is free before').toBeLessThanOrEqual(2 * MINUTE);
    world.stop();
  });

  it.each([
    ['another one no longer is', { live: 0, checked: 1, until: 31 * SECOND }],
    ['the next check is due, where it is itself the first that no longer is', { live: 1, checked: 0, until: 40 * SECOND }],
  ])('is checked where all are, until %s (P7)', (_until, { live, checked, until }) => {
    const world = new PortalWorld([GOOD, GOOD, GOOD], { times: { ...DEFAULT_POLICY, checkInterval: 20 * SECOND } });
    new PortalWatch(world).begin();
    world.areChecksLong = true;
    const begun = world.now;
    world.send({ type: 'WANTED' });
    for (const index of [0, 1, 2]) {
      world.pass(SECOND);
      offend(world, index);
    }
    world.until(() => world.live !== undefined);
    world.send({ type: 'SWITCH_TO', url: world.urls[live] ?? '' });
    world.pass(begun + 40 * SECOND - world.now);
    expect(world.checks[0]).toEqual({ url: world.urls[checked], at: begun + 20 * SECOND, brokenOffAt: begun + until });
    world.stop();
  });

  it('is no more checked than tried; each of the others is, in its turn, and what the live one keeps to itself is seen within (n − 1) × checkInterval', () => {
    const world = begin(GOOD, GOOD, GOOD, GOOD);
    world.pass(world.times.checkInterval * 6 + SECOND);
    const [, b, c, d] = world.urls;
    expect(world.checks.map(({ url }) => url)).toEqual([b, c, d, b, c, d]);
    const times = world.checks.map(({ at }) => at);
    expect(times.slice(1).map((at, i) => at - (times[i] ?? 0)), 'evenly').toEqual(times.slice(1).map(() => world.times.checkInterval));
    world.stop();
  });
});

/** A machine that takes the place of this one, with so much left of each term. */
function succeed(world: PortalWorld, left: number): PortalWorld {
  const known = world.snapshot.context.portals.map((record) => (record.term === undefined ? record : { ...record, term: left }));
  world.stop();
  const successor = new PortalWorld(
    world.urls.map(() => GOOD),
    { known },
  );
  successor.send({ type: 'WANTED' });
  return successor;
}

describe('a portal that a predecessor knew', () => {
  it('stays in quarantine for what is left of its term, and no longer; and its next one is as long as if nothing had happened', () => {
    const before = begin(GOOD, GOOD);
    offend(before, 0);
    const world = succeed(before, 12_345);
    expect(world.until(isLiveAt(world, 1))).toBe(GOOD.opens + GOOD.answers);
    world.until(() => world.snapshot.context.portals[0]?.quarantine === undefined);
    expect(world.now - (world.sockets[0]?.madeAt ?? 0)).toBe(12_345);
    expect(count(world, 0)).toBe(0);
    offend(world, 0);
    const offended = world.now;
    world.until(() => world.snapshot.context.portals[0]?.quarantine === undefined);
    expect(world.now - offended).toBe(2 * world.times.quarantineBase);
    world.stop();
  });

  it('stays in quarantine for as long as it is put there anew, where its term ran out while it was nowhere', () => {
    const before = begin(GOOD, GOOD);
    offend(before, 0);
    const world = succeed(before, 0);
    world.pass(1);
    offend(world, 0);
    world.pass(2 * world.times.quarantineBase - 1);
    expect(world.snapshot.context.portals[0]?.quarantine).toBe('bad-signature');
    world.stop();
  });

  it('keeps its trouble, and what else was known', () => {
    const before = begin(REFUSING, GOOD);
    before.pass(MINUTE);
    before.send({ type: 'LAGGING', url: before.urls[0] ?? '' });
    const known = before.snapshot.context.portals;
    const world = succeed(before, 0);
    expect(world.snapshot.context.portals).toEqual(known);
    expect(known[0]?.trouble).toBeGreaterThan(0);
    expect(world.until(isLiveAt(world, 1))).toBe(GOOD.opens + GOOD.answers);
    world.stop();
  });
});
