import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../src/policy.ts';
import { compareEntries } from '../../src/registry/index.ts';
import type { SimulatedStorage } from '../../src/testing/index.ts';
import { isLiveAt, Stage } from './fixture/stage.ts';

const FAULTS: readonly NonNullable<SimulatedStorage['fault']>[] = ['full', 'blocked', 'closed', 'silent'];

describe('F14: a storage that fails', () => {
  it.each(FAULTS)('F14: one that is %s from the beginning: all works, and floors are said to be volatile', async (fault) => {
    const stage = new Stage();
    stage.world.storage.fault = fault;
    stage.world.put(stage.entry(1n));
    const player = await stage.start();
    const watched = player.watch(stage.key);
    await stage.until(() => isLiveAt(watched, 1n), 20_000);
    expect(watched.last).toMatchObject({ floor: 'volatile' });
    await stage.world.run(player.runtime.write(stage.entry(2n)));
    expect(await stage.world.run(player.runtime.read(stage.key))).toMatchObject({ revision: 2n, floor: 'volatile' });
    expect(watched.errors).toEqual([]);
  });

  it.each(FAULTS)('F14: one that becomes %s while it is used: nothing is held up, and it is used again within healInterval of its mending', async (fault) => {
    const stage = new Stage();
    stage.world.put(stage.entry(1n));
    const player = await stage.start();
    const watched = player.watch(stage.key);
    await stage.until(() => watched.last?.exists === true && watched.last.floor === 'durable', 5_000);
    stage.world.storage.fault = fault;
    stage.world.put(stage.entry(2n));
    await stage.until(() => isLiveAt(watched, 2n), 20_000);
    if (fault === 'blocked') expect(watched.last).toMatchObject({ revision: 2n });
    else expect(watched.last).toMatchObject({ floor: 'volatile' });
    stage.world.storage.fault = undefined;
    await stage.world.pass(DEFAULT_POLICY.healInterval + 1_000);
    stage.world.put(stage.entry(3n));
    await stage.until(() => isLiveAt(watched, 3n), 20_000);
    expect(watched.last).toMatchObject({ floor: 'durable' });
    // And it is there after a restart, without any portal.
    await player.close();
    for (const portal of stage.world.portals) portal.kill();
    const next = await stage.start();
    expect(await stage.world.run(next.runtime.read(stage.key, { maxStaleness: Infinity }))).toMatchObject({ revision: 3n, floor: 'durable' });
  });

  it('F14: a record that was changed on disk is never shown as what its key signed, and does not keep anybody from reading', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const stage = new Stage({ seed });
      stage.world.put(stage.entry(7n));
      const player = await stage.start();
      await stage.world.run(player.runtime.read(stage.key));
      await player.close();
      await stage.world.storage.corrupt();
      const next = await stage.start();
      const watched = next.watch(stage.key);
      await stage.until(() => isLiveAt(watched, 7n), 5_000);
      for (const result of watched.results) expect(result.exists && compareEntries(result, stage.entry(7n)), `seed ${seed}`).toBe(0);
      expect(watched.errors).toEqual([]);
      await next.close();
    }
  });

  it('F14: one that was emptied under a runtime that goes on: nothing older is shown, and what comes is kept again', async () => {
    const stage = new Stage();
    for (const revision of [3n, 9n]) stage.world.put(stage.entry(revision));
    const player = await stage.start();
    const watched = player.watch(stage.key);
    await stage.until(() => isLiveAt(watched, 9n), 5_000);
    await stage.world.storage.evict();
    for (const portal of stage.world.portals) portal.rollBack();
    for (const portal of stage.world.portals) portal.cut();
    await stage.world.pass(30_000);
    expect(watched.revisions).toEqual([9n]);
    stage.world.put(stage.entry(10n));
    await stage.until(() => isLiveAt(watched, 10n), 5_000);
    expect(watched.last).toMatchObject({ floor: 'durable' });
  });
});
