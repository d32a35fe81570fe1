import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../src/policy.ts';
import { Invariants } from '../simulation/invariants.ts';
import { Stage } from './fixture/stage.ts';

const ENTRIES = 300;
/** So many of them change. */
const CHANGED = 50;
const ROUNDS = 20;
/** Of portals going down: three minutes and a bit, an hour in all. */
const ROUND = { before: 30_000, after: 170_000 };
const SEED = 1;

describe('F17: many entries, and portals that come and go', () => {
  it(`F17: an hour of three hundred watched entries at five portals that flap: the invariants hold, and nothing is left of it (seed ${SEED})`, async () => {
    const stage = new Stage({ seed: SEED, portals: 5, gossip: [50, 500] });
    const { world } = stage;
    for (let i = 0; i < ENTRIES; i++) world.put(stage.entry(1n, undefined, `entry ${i}`));
    const invariants = new Invariants(world, DEFAULT_POLICY.lagGrace);
    // A check of all of them takes long.
    const player = await stage.start({ checkInterval: 600_000 });
    const witness = invariants.begin('it', player.process.number);
    const keys = Array.from({ length: ENTRIES }, (_, i) => stage.author.key(`entry ${i}`));
    const last = new Map<number, unknown>();
    const broken: unknown[] = [];
    for (const [i, key] of keys.entries()) {
      player.runtime.watch(key, { status: true }).subscribe({
        next: (result) => {
          try {
            invariants.saw(witness, key, result, 'watch');
          } catch (error) {
            broken.push(error);
          }
          last.set(i, result.exists ? result.revision : undefined);
        },
        error: (error: unknown) => broken.push(error),
      });
    }
    const revisions = new Map<number, bigint>();
    for (let round = 0; round < ROUNDS; round++) {
      const i = Math.floor(world.random() * CHANGED);
      const revision = (revisions.get(i) ?? 1n) + 1n;
      revisions.set(i, revision);
      const portal = world.portal(round % 5);
      portal.revive();
      portal.put(stage.entry(revision, undefined, `entry ${i}`));
      await world.pass(world.random() * ROUND.before);
      // Of five two are up at least; the one that is live is the likeliest to go.
      const live = player.portals().findIndex(({ state }) => state === 'live');
      if (live >= 0 && world.portals.filter(({ isDown }) => isDown).length < 3) world.portal(live).kill();
      await world.pass(ROUND.after);
      if (world.random() < 0.7) world.portal(Math.floor(world.random() * 5)).revive();
    }
    for (const portal of world.portals) portal.revive();
    world.reconcile();
    await world.pass(610_000);
    expect(broken).toEqual([]);
    for (const [i, revision] of revisions) expect(last.get(i), `entry ${i}`).toBe(revision);
    expect(last.size).toBe(ENTRIES);
    const { context } = await world.run(player.runtime.actors.entries.snapshot());
    expect(context.entries).toBe(ENTRIES);
    expect(world.portals.reduce((sum, { traffic }) => sum + traffic.subscriptions, 0)).toBe(ENTRIES);
    await player.close();
    await world.pass(30_000);
    expect(world.portals.map(({ traffic }) => traffic.sockets)).toEqual([0, 0, 0, 0, 0]);
    expect(world.clock.waiting).toBe(0);
  });
});
