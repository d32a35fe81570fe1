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

  it.each([
    ['never answers', 'mute'],
    ['lets it wait', { latency: 60_000 }],
    ['answers a byte a second', { bandwidth: 1 }],
  ] satisfies [string, 'mute' | PortalFaults][])('F7: where no portal takes subscriptions, a read goes on to the next portal after a hedge where the first one %s', async (_, fault) => {
    const stage = new Stage();
    stage.world.put(stage.entry(5n));
    // So that no push, and no connection that is given up, can help a read along.
    stage.world.portal(0).faults = { sockets: 'hang', ...(fault === 'mute' ? { reads: fault } : fault) };
    stage.world.portal(1).faults = { sockets: 'hang' };
    const player = await stage.start();
    const [read, took] = await stage.timed(player.runtime.read(stage.key));
    expect(read).toMatchObject({ revision: 5n, confirmedBy: [stage.url(1)] });
    // hedgeDelay, and what an answer takes.
    expect(took).toBeGreaterThanOrEqual(400);
    expect(took).toBeLessThanOrEqual(600);
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

  it('F7: a live connection that sends what makes no sense, now and then, and answers nothing, is replaced as one that is mute', async () => {
    const stage = new Stage();
    stage.world.put(stage.entry(5n));
    const player = await stage.start();
    const watched = player.watch(stage.key);
    await stage.until(() => isLiveAt(watched, 5n), 5_000);
    const portal = stage.world.portal(0);
    portal.faults = { sockets: 'mute' };
    stage.world.put(stage.entry(6n));
    // Less than would be an offence by itself.
    const begun = stage.now;
    let said = 0;
    const isReplaced = (): boolean => {
      for (; said * 2_000 < stage.now - begun; said++) portal.say('{"responsetype":"notif');
      return isLiveAt(watched, 6n) && player.portals()[1]?.state === 'live';
    };
    await stage.until(isReplaced, 10_000);
    expect(player.blamed(stage.url(0))).toEqual([]);
  });
});
