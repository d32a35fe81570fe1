import { describe, expect, it } from 'vitest';
import { MAX_REVISION } from '../../src/registry/index.ts';
import { refusalOf, Stage } from './fixture/stage.ts';

const EDGES = [0n, 1n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 63n + 1n, MAX_REVISION - 1n, MAX_REVISION];

describe('F4: revisions at the edges of u64', () => {
  it.each(EDGES)('F4: %s is written, read, watched and kept on disk exactly, and other entries are as they were', async (revision) => {
    const stage = new Stage();
    stage.world.put(stage.entry(7n, undefined, 'other'));
    const player = await stage.start();
    const other = player.watch(stage.author.key('other'));
    const watched = player.watch(stage.key);
    await stage.until(() => other.last?.status === 'live' && watched.last?.status === 'live', 5_000);
    await stage.world.run(player.runtime.write(stage.entry(revision), { final: true }));
    expect(await stage.world.run(player.runtime.read(stage.key, { maxStaleness: 0 }))).toMatchObject({ revision });
    await stage.until(() => watched.last?.exists === true && watched.last.status === 'live', 5_000);
    expect(watched.revisions).toEqual([undefined, revision]);
    expect(other.revisions).toEqual([7n]);
    await player.close();
    for (const portal of stage.world.portals) portal.kill();
    const next = await stage.start();
    expect(await stage.world.run(next.runtime.read(stage.key, { maxStaleness: Infinity }))).toMatchObject({ revision, floor: 'durable' });
  });

  it('F4: they are in order, whatever a double would make of them: none is followed by one before it', async () => {
    const stage = new Stage({ portals: 1 });
    stage.world.put(stage.entry(0n));
    const player = await stage.start();
    const watched = player.watch(stage.key);
    await stage.until(() => watched.last?.status === 'live', 5_000);
    for (const revision of EDGES.slice(1)) {
      stage.world.put(stage.entry(revision));
      await stage.world.pass(1_000);
    }
    expect(watched.revisions).toEqual(EDGES);
  });

  it('F4: a writer does not leap, nor use the last revision, unless it says that it means it; what is refused is not sent', async () => {
    const stage = new Stage();
    const player = await stage.start();
    await stage.world.run(player.runtime.write(stage.entry(1n)));
    await stage.world.pass(5_000);
    const writes = (): number => stage.world.portals.reduce((sum, { traffic }) => sum + traffic.writes, 0);
    const before = writes();
    for (const revision of [2n ** 48n + 2n, 2n ** 63n, MAX_REVISION]) expect(await stage.world.run(refusalOf(player.runtime.write(stage.entry(revision))))).toMatchObject({ code: 'REVISION_LIMIT' });
    expect(writes()).toBe(before);
    await stage.world.run(player.runtime.write(stage.entry(2n ** 48n + 1n)));
    await stage.world.run(player.runtime.write(stage.entry(MAX_REVISION), { final: true }));
    expect(await stage.world.run(player.runtime.read(stage.key))).toMatchObject({ revision: MAX_REVISION });
  });

  it('F4: the last revision is the end: nothing wraps, and an older one is CONFLICT', async () => {
    const stage = new Stage();
    stage.world.put(stage.entry(MAX_REVISION));
    const player = await stage.start();
    expect(await stage.world.run(player.runtime.read(stage.key))).toMatchObject({ revision: MAX_REVISION });
    expect(await stage.world.run(refusalOf(player.runtime.write(stage.entry(0n))))).toMatchObject({ code: 'CONFLICT', current: { revision: MAX_REVISION } });
  });
});
