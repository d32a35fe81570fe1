import { describe, expect, it } from 'vitest';
import { MESSAGE_WRITERS } from '../../src/registry/wire/index.ts';
import { isLiveAt, Stage } from './fixture/stage.ts';

/** So many bad signatures may be looked at before their portal is left. */
const LOOKED_AT = 32;

describe('F10: a flood of bad signatures', () => {
  it('F10: at most 32 of ten thousand are looked at before their portal is in quarantine; what other portals say goes on', async () => {
    const stage = new Stage();
    stage.world.put(stage.entry(1n));
    const player = await stage.start();
    const watched = player.watch(stage.key);
    await stage.until(() => isLiveAt(watched, 1n), 5_000);
    // Each is another one, so that none is known already.
    const genuine = stage.entry(2n);
    const frames = Array.from({ length: 10_000 }, (_, i) => MESSAGE_WRITERS.B.update({ ...genuine, revision: BigInt(3 + i) }));
    stage.world.portal(0).say(...frames);
    for (const portal of stage.world.portals) portal.put(genuine);
    expect(await stage.until(() => isLiveAt(watched, 2n), 2_000)).toBeLessThanOrEqual(2_000);
    expect(player.portals()).toMatchObject([{ quarantined: true, reason: 'bad-signature' }, { quarantined: false, state: 'live' }]);
    await stage.world.pass(10_000);
    const { context } = await stage.world.run(player.runtime.actors.verifier.snapshot());
    expect(context.forged).toBeGreaterThan(0);
    expect(context.forged).toBeLessThanOrEqual(LOOKED_AT);
    expect(player.blamed(stage.url(0)).length).toBeLessThanOrEqual(LOOKED_AT);
    expect(watched.revisions).toEqual([1n, 2n]);
  });

  it('F10: a portal that goes on each time it is tried again is tried less and less often', async () => {
    const stage = new Stage({ portals: 2 });
    stage.world.put(stage.entry(1n));
    const player = await stage.start();
    stage.world.portal(0).faults = { sockets: 'flood', reads: 'forge' };
    const watched = player.watch(stage.key);
    await stage.until(() => isLiveAt(watched, 1n), 5_000);
    for (let revision = 2n; revision < 60n; revision++) {
      stage.world.put(stage.entry(revision));
      await stage.world.pass(60_000);
      expect(isLiveAt(watched, revision)).toBe(true);
    }
    // Within an hour: at once, and after 30 s, 60 s, 2 min, 4 min … each.
    expect(player.blamed(stage.url(0)).filter((kind) => kind === 'bad-signature').length).toBeGreaterThan(1);
    expect(stage.world.portal(0).traffic.opened).toBeLessThanOrEqual(12);
    expect(player.portals()[1]?.state).toBe('live');
  });

  it('F10: more frames than it may send, genuine ones even, are a flood, too', async () => {
    const stage = new Stage();
    stage.world.put(stage.entry(1n));
    const player = await stage.start({ frameRate: 50 });
    const watched = player.watch(stage.key);
    await stage.until(() => isLiveAt(watched, 1n), 5_000);
    stage.world.portal(0).say(...Array.from({ length: 1_000 }, () => MESSAGE_WRITERS.B.update(stage.entry(1n))));
    await stage.until(() => player.portals()[1]?.state === 'live', 5_000);
    expect(player.portals()[0]).toMatchObject({ quarantined: true, reason: 'flood' });
    expect(player.blamed(stage.url(0))).toEqual(['flood']);
  });
});
