import { describe, expect, it } from 'vitest';
import { isLiveAt, Stage, type Player } from './fixture/stage.ts';

/** Watches so many entries, all of them live. */
async function watching(portals: number, entries: number) {
  const stage = new Stage({ portals });
  const names = Array.from({ length: entries }, (_, i) => `entry ${i}`);
  for (const name of names) stage.world.put(stage.entry(1n, undefined, name));
  const player = await stage.start();
  const watched = names.map((name) => player.watch(stage.author.key(name)));
  const areLive = (): boolean => watched.every(({ last }) => last?.status === 'live');
  await stage.until(areLive, 10_000);
  return { stage, player, watched, names, areLive };
}

const isLiveBy = (player: Player, which: number): boolean => player.portals()[which]?.state === 'live';

describe('F8: a portal that is killed', () => {
  it.each([1, 300])('F8: another one takes its place within 1.5 s where one is up, for %i entries', async (entries) => {
    const { stage, player, watched, names, areLive } = await watching(2, entries);
    stage.world.portal(0).kill();
    for (const name of names.slice(0, 10)) stage.world.portal(1).put(stage.entry(2n, undefined, name));
    expect(await stage.until(() => isLiveBy(player, 1) && areLive(), 1_500)).toBeLessThanOrEqual(1_500);
    for (const { revisions } of watched.slice(0, 10)) expect(revisions).toEqual([1n, 2n]);
    expect(stage.world.portal(1).traffic.subscriptions).toBe(entries);
  });

  it.each([1_000, 45_000, 600_000])('F8: where it is the only one and is back after %i ms, all is live again within 2 s', async (down) => {
    const { stage, watched } = await watching(1, 3);
    const [portal] = stage.world.portals;
    portal?.kill();
    await stage.until(() => watched.every(({ last }) => last?.status !== 'live'), 1_000);
    await stage.world.pass(down);
    portal?.revive();
    stage.world.put(stage.entry(2n, undefined, 'entry 0'));
    const [first] = watched;
    expect(await stage.until(() => first !== undefined && isLiveAt(first, 2n), 2_000)).toBeLessThanOrEqual(2_000);
    expect(watched.flatMap(({ errors }) => errors)).toEqual([]);
  });

  it('F8: while it is down, attempts are as many as the back-off allows, and go on', async () => {
    const { stage } = await watching(1, 1);
    const [portal] = stage.world.portals;
    portal?.kill();
    await stage.world.pass(60_000);
    let attempts = 0;
    stage.world.observe((event) => void (attempts += event.kind === 'asked' && event.what === 'socket' ? 1 : 0));
    await stage.world.pass(600_000);
    // Between two of them lies half of to all of policy.backoffMost.
    expect(attempts).toBeGreaterThanOrEqual(600_000 / 1_600);
    expect(attempts).toBeLessThanOrEqual(600_000 / 750);
  });

  it('F8: retryNow tries at once', async () => {
    const { stage, player, areLive } = await watching(1, 1);
    const [portal] = stage.world.portals;
    portal?.kill();
    await stage.world.pass(600_000);
    let attempts = 0;
    stage.world.observe((event) => void (attempts += event.kind === 'asked' && event.what === 'socket' ? 1 : 0));
    for (let i = 0; i < 20; i++) {
      await stage.world.pass(77);
      const before = attempts;
      player.runtime.retryNow();
      expect(await stage.until(() => attempts > before, 100)).toBeLessThanOrEqual(100);
    }
    portal?.revive();
    player.runtime.retryNow();
    await stage.until(areLive, 300);
  });
});
