import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../src/policy.ts';
import { MESSAGE_WRITERS } from '../../src/registry/wire/index.ts';
import type { PortalFaults } from '../../src/testing/index.ts';
import { isLiveAt, refusalOf, Stage } from './fixture/stage.ts';

/** Answers that nobody signed. */
const UNSIGNED: readonly (readonly [string, PortalFaults])[] = [
  ['404', { reads: 'not found' }],
  ['404 of a time-out', { reads: { status: 404, body: '{"message":"unable to read from the registry: the lookup timed out"}\n' } }],
  ['500', { reads: 'error' }],
  ['429', { reads: 'throttle' }],
  ['a page', { reads: 'html' }],
  ['a redirect', { reads: 'redirect' }],
  ['a 404 that is a page', { reads: { status: 404, headers: { 'Content-Type': 'text/html' }, body: '<!DOCTYPE html><title>Not found</title>' } }],
  ['nothing at all', { reads: { status: 200, body: '' } }],
  ['an empty object', { reads: { status: 200, body: '{}' } }],
];

describe('F11: an answer that nobody signed', () => {
  it.each(UNSIGNED)('F11: %s of every portal erases nothing that is known', async (_, faults) => {
    const stage = new Stage();
    stage.world.put(stage.entry(5n));
    const player = await stage.start();
    const watched = player.watch(stage.key);
    await stage.until(() => isLiveAt(watched, 5n), 5_000);
    for (const portal of stage.world.portals) portal.faults = { ...faults, writes: 'error' };
    for (const portal of stage.world.portals) portal.forget(stage.key);
    for (const portal of stage.world.portals) portal.cut();
    const { code, current } = await stage.world.run(refusalOf(player.runtime.read(stage.key, { maxStaleness: 0 })));
    expect(['STALE', 'UNREACHABLE', 'THROTTLED', 'TIMEOUT']).toContain(code);
    expect(current).toMatchObject({ revision: 5n });
    await stage.world.pass(120_000);
    expect(watched.revisions).toEqual([5n]);
    expect(watched.last).toMatchObject({ exists: true });
  });

  it.each(UNSIGNED)('F11: %s of one portal does not keep a read from what another one has', async (_, faults) => {
    const stage = new Stage();
    stage.world.portal(1).put(stage.entry(5n));
    stage.world.portal(0).faults = faults;
    const player = await stage.start();
    expect(await stage.world.run(player.runtime.read(stage.key))).toMatchObject({ exists: true, revision: 5n });
    expect(player.portals()[0]?.quarantined).toBe(false);
  });

  it('F11: "there is none" is told as the claim of those portals that made it, and only where all that answered do', async () => {
    const stage = new Stage({ portals: 3 });
    stage.world.portal(2).faults = { reads: 'html', sockets: 'refuse' };
    const player = await stage.start();
    const absent = await stage.world.run(player.runtime.read(stage.key));
    expect(absent).toMatchObject({ exists: false });
    expect(absent.exists ? [] : [...absent.claimedBy].toSorted()).toEqual([stage.url(0), stage.url(1)]);
    expect(await stage.world.run(player.runtime.read(stage.key, { confirmations: 2 }))).toMatchObject({ exists: false, claimedBy: { length: 2 } });
    expect((await stage.world.run(refusalOf(player.runtime.read(stage.key, { confirmations: 3 })))).code).toBe('STALE');
  });

  it.each(UNSIGNED.slice(1))('F11: %s is nobody’s claim that there is none', async (_, faults) => {
    const stage = new Stage();
    for (const portal of stage.world.portals) portal.faults = { ...faults, sockets: 'refuse' };
    const player = await stage.start();
    const { code } = await stage.world.run(refusalOf(player.runtime.read(stage.key)));
    expect(['UNREACHABLE', 'TIMEOUT', 'THROTTLED']).toContain(code);
  });

  it('F11: the live connection’s word that there is none erases nothing', async () => {
    const stage = new Stage();
    stage.world.put(stage.entry(5n));
    const player = await stage.start();
    const watched = player.watch(stage.key);
    await stage.until(() => isLiveAt(watched, 5n), 5_000);
    stage.world.portal(0).say(MESSAGE_WRITERS.B.missing(stage.key) ?? '');
    await stage.until(() => watched.last?.status !== 'live', 1_000);
    expect(watched.last).toMatchObject({ exists: true, revision: 5n });
    expect(await stage.world.run(player.runtime.read(stage.key, { maxStaleness: 0 }))).toMatchObject({ exists: true, revision: 5n });
  });

  it('F11: said once, it costs a known entry no more than a moment: it is cached, and vouched for again when the portal was sent what it lacks', async () => {
    const stage = new Stage();
    stage.world.put(stage.entry(5n));
    const player = await stage.start();
    const watched = player.watch(stage.key);
    await stage.until(() => isLiveAt(watched, 5n), 5_000);
    const live = watched.last;
    stage.world.portal(0).say(MESSAGE_WRITERS.B.missing(stage.key) ?? '');
    await stage.until(() => watched.last?.status !== 'live', 1_000);
    expect(watched.last).toMatchObject({ status: 'cached', revision: 5n, confirmedAt: live?.confirmedAt });
    await stage.until(() => isLiveAt(watched, 5n), 1_000);
    expect(player.portals().map(({ state, quarantined }) => [state, quarantined])).toEqual([['live', false], ['standby', false]]);
    expect(player.incidents).toEqual([]);
  });

  it('F11: one that goes on to say so is asked once more, and left for one that does not', async () => {
    const stage = new Stage();
    stage.world.put(stage.entry(5n));
    const player = await stage.start();
    const watched = player.watch(stage.key);
    await stage.until(() => isLiveAt(watched, 5n), 5_000);
    const [portal] = stage.world.portals;
    if (portal === undefined) throw new Error('there are portals');
    portal.faults = { writes: 'lose' };
    portal.forget(stage.key);
    portal.say(MESSAGE_WRITERS.B.missing(stage.key) ?? '');
    await stage.until(() => watched.last?.status !== 'live', 1_000);
    await stage.until(() => isLiveAt(watched, 5n), DEFAULT_POLICY.returnInterval + 1_000);
    expect(player.portals()[1]?.state).toBe('live');
    await stage.world.pass(DEFAULT_POLICY.lagGrace + 5_000);
    expect(player.blamed(stage.url(0))).not.toEqual([]);
    expect(watched.revisions).toEqual([5n]);
  });
});
