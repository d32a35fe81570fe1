import { expect, it, onTestFinished } from 'vitest';
import { inline, type StorageAdapter } from '../../src/inline.ts';
import { nameOf, packEntry } from '../../src/registry/index.ts';
import { createRuntime } from '../../src/runtime.ts';
import { SimulatedWorld } from '../../src/testing/index.ts';
import { codeOf } from '../link/fixture/channels.ts';

it('given actors in this thread, when nothing is said of how others on their storage hear them, then it is through the channels of the platform', async () => {
  const world = new SimulatedWorld({ seed: 1, portals: 1 });
  const { clock, random, sockets, fetch, network, verdict } = world;
  const entry = world.author('ada').entry('news', 1n);
  world.put(entry);
  // A name that nobody else has: other tests hear the platform's channels, too.
  const identity = crypto.randomUUID();
  const storage: StorageAdapter = { identity, open: () => world.storage.open() };
  const channel = new BroadcastChannel(`secure-registry floors ${identity}`);
  onTestFinished(() => channel.close());
  const heard = new Promise<unknown>((resolve) => channel.addEventListener('message', ({ data }) => resolve(data), { once: true }));
  const runtime = await world.run(createRuntime({ portals: world.urls, workers: inline({ clock, random, sockets, fetch, network, verdict, storage }), policy: { verifiers: 1 } }));
  await world.run(runtime.read(entry));
  expect(await heard).toEqual([[nameOf(entry), packEntry(entry)]]);
  await world.run(runtime.close());
});

it('given a broadcast that is no function, then it is refused', async () => {
  expect(await codeOf(Promise.resolve().then(() => inline({ broadcast: 'all' as never })))).toBe('INVALID_INPUT');
});
