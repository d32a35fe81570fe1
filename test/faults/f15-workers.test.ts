import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../src/policy.ts';
import { createRuntime, type ActorName } from '../../src/runtime.ts';
import { workersOf } from '../link/fixture/workers.ts';
import { isNode } from '../runtime/fixture/runtime.ts';
import { isLiveAt, refusalOf, Stage } from './fixture/stage.ts';

const ACTORS: readonly ActorName[] = ['portal', 'entries', 'verifier'];

/** In a variable, so that Vite does not look for it. */
const NODE_THREADS = 'node:worker_threads';

const staleWorker = workersOf({ stale: new URL('../link/fixture/stale.worker.ts', import.meta.url) });

describe('F15: a worker that is lost', () => {
  it.each(ACTORS)('F15: when the %s actor is killed, then what was asked settles within a second, watches go on, and nothing goes back', async (actor) => {
    for (let seed = 1; seed <= 10; seed++) {
      const stage = new Stage({ seed });
      for (const name of ['entry', 'other', 'third']) stage.world.put(stage.entry(5n, undefined, name));
      const player = await stage.start();
      const watched = [player.watch(stage.key), player.watch(stage.author.key('third'))];
      await stage.until(() => watched.every((each) => isLiveAt(each, 5n)), 5_000);
      const read = player.runtime.read(stage.author.key('other'));
      await stage.world.pass(seed * 7);
      expect(player.process.kill(actor)).toBe(true);
      // Of two portals one serves something older from now on.
      stage.world.portal(0).put(stage.entry(6n));
      const [result, took] = await stage.timed(read);
      expect(result, `seed ${seed}`).toMatchObject({ revision: 5n });
      expect(took, `seed ${seed}`).toBeLessThanOrEqual(1_000);
      await stage.until(() => watched.some((each) => isLiveAt(each, 6n)) && watched.every(({ last }) => last?.status === 'live'), 5_000);
      expect(watched.map(({ revisions }) => revisions), `seed ${seed}`).toEqual([[5n, 6n], [5n]]);
      expect(stage.world.portal(0).traffic.subscriptions + stage.world.portal(1).traffic.subscriptions, `seed ${seed}`).toBeGreaterThanOrEqual(2);
      await player.close();
    }
  });

  it.each(ACTORS)('F15: when the %s actor hangs, then it is replaced within heartbeatPatience and a second', async (actor) => {
    const stage = new Stage();
    stage.world.put(stage.entry(5n));
    const player = await stage.start();
    const watched = player.watch(stage.key);
    await stage.until(() => isLiveAt(watched, 5n), 5_000);
    expect(player.process.hang(actor)).toBe(true);
    stage.world.put(stage.entry(6n));
    await stage.until(() => isLiveAt(watched, 6n), 7_000);
    expect(watched.revisions).toEqual([5n, 6n]);
  });

  it.each(ACTORS)('F15: when the %s actor hangs while a read needs it, then that is answered within a second, by its successor', async (actor) => {
    const stage = new Stage();
    for (const name of ['entry', 'other']) stage.world.put(stage.entry(5n, undefined, name));
    const player = await stage.start();
    const watched = player.watch(stage.key);
    await stage.until(() => isLiveAt(watched, 5n), 5_000);
    expect(player.process.hang(actor)).toBe(true);
    const [read, took] = await stage.timed(player.runtime.read(stage.author.key('other')));
    expect(read).toMatchObject({ revision: 5n });
    expect(took).toBeLessThanOrEqual(1_000);
  });

  it.each(['portal', 'verifier'] as const)('F15: the %s actor is missed for longer where it has more to do, and where it was replaced before', async (actor) => {
    const stage = new Stage();
    stage.world.put(stage.entry(5n, undefined, 'other'));
    const player = await stage.start();
    const read = async (): Promise<number> => (await stage.timed(player.runtime.read(stage.author.key('other'), { maxStaleness: 0 })))[1];
    for (let i = 0; i < 2_000; i++) player.watch(stage.author.key(`entry ${i}`));
    await stage.world.pass(3_000);
    player.process.hang(actor);
    const first = await read();
    // urgentPatience, and a quarter of a millisecond for each.
    expect(first).toBeGreaterThanOrEqual(400 + 500);
    expect(first).toBeLessThanOrEqual(400 + 500 + 600);
    await stage.world.pass(3_000);
    player.process.hang(actor);
    const second = await read();
    expect(second).toBeGreaterThanOrEqual(2 * (400 + 500));
    expect(second).toBeLessThanOrEqual(DEFAULT_POLICY.heartbeatPatience);
  });

  it.each(['kill', 'hang'] as const)('F15: a portal in quarantine when the portal actor is lost (%s) stays there for what is left of its term, and its terms go on growing', async (how) => {
    const stage = new Stage();
    stage.world.put(stage.entry(5n));
    const player = await stage.start();
    const watched = player.watch(stage.key);
    await stage.until(() => isLiveAt(watched, 5n), 5_000);
    const { quarantineBase } = DEFAULT_POLICY;
    /** The first portal is caught. */
    const catchIt = async (revision: bigint): Promise<number> => {
      stage.world.portal(0).faults = { reads: 'forge', sockets: 'forge' };
      stage.world.put(stage.entry(revision));
      const asked = refusalOf(player.runtime.read(stage.key, { confirmations: 2 }));
      await stage.until(() => player.portals()[0]?.quarantined === true, 10_000);
      stage.world.portal(0).faults = {};
      const caughtAt = stage.now;
      await stage.world.run(asked);
      return caughtAt;
    };
    const caughtAt = await catchIt(6n);
    await stage.until(() => stage.now - caughtAt >= quarantineBase / 3, quarantineBase);
    const opened = stage.world.portal(0).traffic.opened;
    expect(player.process[how]('portal')).toBe(true);
    await stage.until(() => isLiveAt(watched, 6n) && player.portals()[1]?.state === 'live', 10_000);
    // Its successor is at work.
    expect(player.portals()[0]).toMatchObject({ quarantined: true, reason: 'bad-signature' });
    await stage.until(() => player.portals()[0]?.quarantined === false, quarantineBase);
    expect(stage.now - caughtAt).toBeGreaterThanOrEqual(quarantineBase);
    expect(stage.now - caughtAt).toBeLessThanOrEqual(quarantineBase + 1_000);
    expect(stage.world.portal(0).traffic.opened).toBe(opened);
    const again = await catchIt(7n);
    await stage.until(() => player.portals()[0]?.quarantined === false, 3 * quarantineBase);
    expect(stage.now - again).toBeGreaterThanOrEqual(2 * quarantineBase);
    expect(watched.revisions).toEqual([5n, 6n, 7n]);
  });

  it('F15: when one actor after the other is killed again and again, then subscriptions are those that are watched, and no more', async () => {
    const stage = new Stage();
    const names = Array.from({ length: 20 }, (_, i) => `entry ${i}`);
    const player = await stage.start();
    const watched = names.map((name) => player.watch(stage.author.key(name)));
    for (let round = 1; round <= 30; round++) {
      stage.world.put(stage.entry(BigInt(round), undefined, names[round % names.length]));
      player.process.kill(ACTORS[round % ACTORS.length] ?? 'portal');
      await stage.world.pass(200 + 40 * round);
    }
    await stage.world.pass(5_000);
    expect(watched.every(({ last }) => last?.status === 'live')).toBe(true);
    expect(watched.flatMap(({ errors }) => errors)).toEqual([]);
    const traffic = stage.world.portals.map((portal) => portal.traffic);
    expect(traffic.reduce((sum, { subscriptions }) => sum + subscriptions, 0)).toBe(names.length);
    expect(traffic.reduce((sum, { sockets }) => sum + sockets, 0)).toBe(1);
  });

  it('F15: a worker file of another version is UNSUPPORTED, and no runtime begins', async () => {
    const url = await staleWorker('stale');
    const threads = isNode ? ((await import(/* @vite-ignore */ NODE_THREADS)) as { Worker: typeof Worker }) : { Worker };
    const runtime = createRuntime({ portals: ['http://127.0.0.1:9'], workers: () => new threads.Worker(url, { type: 'module' }) });
    const refusal = await refusalOf(runtime);
    expect(refusal).toMatchObject({ code: 'UNSUPPORTED' });
  });
});
