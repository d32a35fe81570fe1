import { describe, expect, it } from 'vitest';
import { isLiveAt, Stage } from './fixture/stage.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Watches an entry that two portals have, live at the first. */
async function watching() {
  const stage = new Stage();
  /** Sockets that were asked for, of each portal. */
  const tries = new Map<string, number>();
  stage.world.observe((event) => void (event.kind === 'asked' && event.what === 'socket' && tries.set(event.portal, (tries.get(event.portal) ?? 0) + 1)));
  stage.world.put(stage.entry(1n));
  const player = await stage.start();
  const watched = player.watch(stage.key);
  await stage.until(() => isLiveAt(watched, 1n), 5_000);
  return { stage, player, watched, attempts: () => stage.world.portals.map(({ url }) => tries.get(url) ?? 0) };
}

describe('F16: time and network that stand still, leap and flap', () => {
  it.each([
    ['the portals ended its connections meanwhile, and say so', 'cut'],
    ['the portals ended its connections meanwhile, and nothing says so', 'forgotten'],
    ['its connections survived', 'open'],
  ] as const)('F16: a machine that slept for eight hours shows what is new within 3 s where %s', async (_, how) => {
    const { stage, watched, attempts } = await watching();
    const before = attempts();
    stage.world.clock.sleep(8 * HOUR);
    if (how === 'cut') for (const portal of stage.world.portals) portal.cut();
    if (how === 'forgotten') {
      // What was open stays silent for ever; what is opened from now on does not.
      stage.world.isOnline = false;
      stage.world.isOnline = true;
    }
    stage.world.put(stage.entry(2n));
    await stage.until(() => isLiveAt(watched, 2n), 3_000);
    await stage.world.pass(10_000);
    for (const [i, count] of attempts().entries()) expect(count - (before[i] ?? 0)).toBeLessThanOrEqual(3);
    expect(watched.errors).toEqual([]);
  });

  it.each([DAY, -DAY])('F16: a time of day that leaps by %i ms ends no connection for long, and reads settle', async (leap) => {
    const { stage, player, watched, attempts } = await watching();
    const before = attempts();
    stage.world.clock.jump(leap);
    stage.world.put(stage.entry(2n));
    await stage.until(() => watched.revisions.includes(2n), 3_000);
    await stage.until(() => isLiveAt(watched, 2n), 10_000);
    const [read, took] = await stage.timed(player.runtime.read(stage.key, { maxStaleness: 0 }));
    expect(read).toMatchObject({ revision: 2n });
    expect(took).toBeLessThanOrEqual(2_000);
    await stage.world.pass(60_000);
    expect(attempts().reduce((sum, count, i) => sum + count - (before[i] ?? 0), 0)).toBeLessThanOrEqual(6);
  });

  it('F16: a network that comes and goes every second for two minutes is no storm: an attempt at each portal every hurryPause at most, and the first new value within 3 s of its return', async () => {
    const { stage, watched, attempts } = await watching();
    const before = attempts();
    const seconds = 120;
    for (let second = 0; second < seconds; second++) {
      stage.world.isOnline = false;
      await stage.world.pass(500);
      stage.world.isOnline = true;
      await stage.world.pass(500);
    }
    for (const [i, count] of attempts().entries()) expect(count - (before[i] ?? 0)).toBeLessThanOrEqual(seconds / 2 + 3);
    stage.world.isOnline = false;
    await stage.world.pass(20_000);
    stage.world.put(stage.entry(2n));
    stage.world.isOnline = true;
    await stage.until(() => isLiveAt(watched, 2n), 3_000);
    expect(watched.revisions).toEqual([1n, 2n]);
  });

  it.each([
    ['are down', (stage: Stage): void => stage.world.portals.forEach((portal) => portal.kill())],
    ['take no subscriptions', (stage: Stage): void => stage.world.portals.forEach((portal) => Object.assign(portal, { faults: { sockets: 'refuse' } }).cut())],
    ['end every connection as soon as it is there', undefined],
  ])('F16: a network that comes and goes every second, where the portals %s: between two attempts at one of them lies a back-off, or hurryPause', async (_, lose) => {
    const { stage, attempts } = await watching();
    lose?.(stage);
    /** When each was tried. */
    const tried: number[][] = stage.world.portals.map(() => []);
    let counts = attempts();
    const begun = stage.now;
    for (let step = 0; step < 6_000; step++) {
      if (step % 50 === 0) stage.world.isOnline = step % 100 !== 0;
      if (lose === undefined) for (const portal of stage.world.portals) if (portal.traffic.sockets > 0) portal.cut();
      await stage.world.pass(10);
      for (const [i, count] of attempts().entries()) for (let n = counts[i] ?? 0; n < count; n++) tried[i]?.push(stage.now);
      counts = attempts();
    }
    for (const times of tried) {
      // The first back-offs are shorter: 250, 500, 1,000 ms; then from half of 1,500 ms up to all of it, or hurryPause, which is more.
      const gaps = times.slice(1).map((at, i) => ({ gap: at - (times[i] ?? 0), since: at - begun }));
      expect(Math.min(...gaps.filter(({ since }) => since > 5_000).map(({ gap }) => gap))).toBeGreaterThanOrEqual(740);
      expect(times.length, 'and it is tried again and again').toBeGreaterThan(20);
      expect(times.length).toBeLessThanOrEqual(60);
    }
  });

  it('F16: without a network there is next to no attempt, for however long', async () => {
    const { stage, watched, attempts } = await watching();
    stage.world.isOnline = false;
    await stage.world.pass(60_000);
    const before = attempts();
    await stage.world.pass(HOUR);
    // Between two rounds lies at least half of offlineBackoff.
    for (const [i, count] of attempts().entries()) expect(count - (before[i] ?? 0)).toBeLessThanOrEqual(HOUR / 15_000);
    stage.world.put(stage.entry(2n));
    stage.world.isOnline = true;
    await stage.until(() => isLiveAt(watched, 2n), 3_000);
  });
});
