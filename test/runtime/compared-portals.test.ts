import { describe, expect, it } from 'vitest';
import { createRuntime } from '../../src/runtime.ts';
import { SimulatedWorld } from '../../src/testing/index.ts';

/** A runtime in simulated time that watches one entry, which all portals have. */
async function start(portals: number) {
  const world = new SimulatedWorld({ seed: 7, portals, gossip: null });
  const author = world.author('somebody');
  world.put(author.entry('it', 1n));
  const runtime = await world.run(createRuntime({ portals: world.urls, workers: world.host(), policy: { verifiers: 1, checkInterval: 5_000 } }));
  const told: string[] = [];
  runtime.watch(author.key('it'), { status: true }).subscribe((result) => told.push(`${result.exists ? result.revision : 'none'} ${result.status}`));
  await world.pass(1_000);
  return { world, author, runtime, told, close: () => world.run(runtime.close()) };
}

describe('portals that are compared', () => {
  it('G7: what the live connection lost is asked of it anew when another portal tells it, and is live then', async () => {
    const { world, author, told, close } = await start(2);
    expect(told.at(-1)).toBe('1 live');
    world.portal(0).faults = { sockets: 'mute' };
    world.put(author.entry('it', 2n));
    await world.pass(100);
    world.portal(0).faults = {};
    expect(told.at(-1)).toBe('1 live');
    await world.pass(6_000);
    expect(told).toContain('2 cached');
    expect(told.at(-1)).toBe('2 live');
    await close();
  });

  it('P7: one in quarantine is not asked to confirm either', async () => {
    const { world, author, runtime, close } = await start(3);
    const asked: string[] = [];
    world.portal(1).faults = { reads: 'forge', sockets: 'forge' };
    await world.pass(12_000);
    world.portal(1).faults = {};
    const stop = world.observe((event) => {
      if (event.kind === 'asked') asked.push(event.portal);
    });
    const refusal = world.run(runtime.read(author.key('it'), { confirmations: 'all', maxStaleness: 0 })).then(
      () => 'confirmed',
      (error: { readonly code: string }) => error.code,
    );
    expect(await refusal).toBe('STALE');
    expect(new Set(asked)).toEqual(new Set([world.urls[0], world.urls[2]]));
    stop();
    await close();
  });
});
