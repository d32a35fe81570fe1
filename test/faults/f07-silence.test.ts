import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../src/policy.ts';
import type { PortalFaults } from '../../src/testing/index.ts';
import { isLiveAt, refusalOf, Stage } from './fixture/stage.ts';

/** Every way to say nothing, or next to nothing. */
const SILENT: readonly (readonly [string, PortalFaults])[] = [
  ['answers a byte a second', { bandwidth: 1 }],
  ['takes questions and never answers', { reads: 'mute', sockets: 'mute' }],
  ['never answers a handshake', { reads: 'mute', sockets: 'hang' }],
  ['is half-open', { halfOpen: true }],
  ['answers after a minute', { latency: 60_000 }],
];

describe('F7: a portal that lets itself be waited for', () => {
  it.each(SILENT)('F7: one that %s holds up a read for 2 s at most', async (_, faults) => {
    const stage = new Stage();
    stage.world.put(stage.entry(5n));
    stage.world.portal(0).faults = faults;
    const player = await stage.start();
    const [read, took] = await stage.timed(player.runtime.read(stage.key));
    expect(read).toMatchObject({ revision: 5n, confirmedBy: [stage.url(1)] });
    expect(took).toBeLessThanOrEqual(2_000);
  });

  it.each(SILENT)('F7: one that %s is passed over within 2 s by who wants a live connection', async (_, faults) => {
    const stage = new Stage();
    stage.world.put(stage.entry(5n));
    stage.world.portal(0).faults = faults;
    const player = await stage.start();
    const watched = player.watch(stage.key);
    expect(await stage.until(() => isLiveAt(watched, 5n), 2_000)).toBeLessThanOrEqual(2_000);
    expect(player.portals()[1]?.state).toBe('live');
  });

  it.each(SILENT)('F7: where every portal %s, a read is TIMEOUT or UNREACHABLE within its deadline', async (_, faults) => {
    const stage = new Stage();
    stage.world.put(stage.entry(5n));
    for (const portal of stage.world.portals) portal.faults = faults;
    const player = await stage.start();
    const [{ code }, took] = await stage.timed(refusalOf(player.runtime.read(stage.key)));
    expect(['TIMEOUT', 'UNREACHABLE']).toContain(code);
    expect(took).toBeLessThanOrEqual(DEFAULT_POLICY.readDeadline + 50);
  });

  it.each([
    ['half-open', { halfOpen: true }],
    ['mute', { sockets: 'mute' }],
    ['slow beyond all patience', { bandwidth: 1 }],
  ] satisfies [string, PortalFaults][])('F7: a live connection that becomes %s is replaced within 10 s, and what happened meanwhile is shown', async (_, faults) => {
    const stage = new Stage();
    stage.world.put(stage.entry(5n));
    const player = await stage.start();
    const watched = player.watch(stage.key);
    await stage.until(() => isLiveAt(watched, 5n), 5_000);
    // At any time between two proofs of life.
    for (const meanwhile of [0, 2_500, 4_900]) {
      await stage.world.pass(meanwhile);
      const [which, revision] = player.portals()[0]?.state === 'live' ? [0, BigInt(6 + meanwhile)] : [1, BigInt(6 + meanwhile)];
      stage.world.portal(which).faults = faults;
      stage.world.put(stage.entry(revision));
      await stage.until(() => isLiveAt(watched, revision) && player.portals()[1 - which]?.state === 'live', 10_000);
      stage.world.portal(which).faults = {};
      await stage.world.pass(1_000);
    }
    expect(watched.errors).toEqual([]);
  });
});
