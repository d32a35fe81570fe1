import { afterEach, describe, expect, it, vi } from 'vitest';
import { inline, MemoryStorage } from '../../src/inline.ts';
import { createRuntime, type ReadResult, type Runtime } from '../../src/runtime.ts';
import { Author } from '../../src/portal/conformance/author.ts';
import { codeOf } from '../link/fixture/channels.ts';
import { Simulation } from './fixture/simulation.ts';

const URLS = ['http://a.example', 'http://b.example', 'http://c.example'] as const;
const HOUR = 3_600_000;

async function start(seed: number, storage = new MemoryStorage()): Promise<{ world: Simulation; runtime: Runtime; author: Author }> {
  const world = new Simulation(URLS, seed);
  const workers = inline({ clock: world.clock, verdict: world.verdict, random: world.random, sockets: world.sockets, fetch: world.fetch, storage });
  return { world, author: new Author('somebody'), runtime: await world.clock.run(createRuntime({ portals: URLS, workers, policy: { verifiers: 1 } })) };
}

/** A read, a write, a watch, a failover, an outage and hours of nothing: everything that is seen of it. */
async function play(seed: number): Promise<string[]> {
  const { world, runtime, author } = await start(seed);
  const { clock } = world;
  const seen: string[] = [];
  const note = (what: string, result: ReadResult): void => void seen.push(`${clock.now()} ${what} ${result.exists ? result.revision : 'absent'} ${result.status}`);
  for (const url of URLS) world.put(url, author.entry(1n));
  note('read', await clock.run(runtime.read(author.entry(1n))));
  runtime.watch(author.entry(1n), { status: true }).subscribe((result) => note('watched', result));
  await clock.pass(1_000);
  await clock.run(runtime.write(author.entry(2n)));
  await clock.pass(HOUR);
  world.kill(URLS[0]);
  world.put(URLS[1], author.entry(3n));
  await clock.pass(1_000);
  for (const url of URLS) world.kill(url);
  await clock.pass(HOUR);
  world.put(URLS[2], author.entry(4n));
  world.revive(URLS[2]);
  await clock.pass(60_000);
  note('read', await clock.run(runtime.read(author.entry(1n))));
  await clock.run(runtime.close());
  return [...seen, ...world.log];
}

describe('a runtime in simulated time', () => {
  afterEach(() => vi.restoreAllMocks());

  it('passes hours in a moment, without any timer of the platform’s', async () => {
    const timers = [vi.spyOn(globalThis, 'setTimeout'), vi.spyOn(globalThis, 'setInterval'), vi.spyOn(AbortSignal, 'timeout')];
    const network = vi.spyOn(globalThis, 'fetch');
    const log = await play(1);
    for (const spy of [...timers, network]) expect(spy).not.toHaveBeenCalled();
    const [first] = log;
    expect(first).toContain('read 1');
    const watched = log.filter((line) => line.includes(' watched ')).map((line) => line.split(' watched ')[1]);
    expect(watched.filter((line) => line!.endsWith('live'))).toEqual(['1 live', '2 live', '3 live', '4 live']);
    expect(watched.at(-1)).toBe('4 live');
  });

  it.each([1, 2, 3])('does the same twice from one seed (%i)', async (seed) => {
    const first = await play(seed);
    expect(first.length).toBeGreaterThan(1_000);
    expect(await play(seed)).toEqual(first);
  });

  it('does other things from other seeds', async () => {
    expect(await play(1)).not.toEqual(await play(2));
  });

  it('P3: waits half to all of a back-off that doubles up to a second and a half, and never gives up', async () => {
    const { world, runtime, author } = await start(1);
    for (const url of URLS) world.kill(url);
    runtime.watch(author.entry(1n)).subscribe();
    await world.clock.pass(HOUR / 4);
    const attempts = world.log.filter((line) => line.includes(`${URLS[0]} refuses`)).map((line) => Number(line.split(' ')[0]));
    const gaps = attempts.slice(1).map((at, i) => at - attempts[i]!);
    expect(gaps[0]).toBeLessThan(250 + 3 * 45);
    for (const [i, gap] of gaps.entries()) {
      const most = Math.min(1_500, 250 * 2 ** i);
      expect(gap).toBeGreaterThanOrEqual(most / 2);
      expect(gap).toBeLessThanOrEqual(most + 4 * 45);
    }
    expect(attempts.length).toBeGreaterThan(HOUR / 4 / 1_700);
    await world.clock.run(runtime.close());
  });

  it('T1: unsubscribes exactly linger after the last watcher left', async () => {
    const { world, runtime, author } = await start(1);
    world.put(URLS[0], author.entry(1n));
    const watching = runtime.watch(author.entry(1n)).subscribe();
    await world.clock.pass(5_000);
    watching.unsubscribe();
    await world.clock.pass(29_900);
    const entries = async () => (await world.clock.run(runtime.actors.entries.snapshot())).context.entries;
    expect(await entries()).toBe(1);
    await world.clock.pass(200);
    expect(await entries()).toBe(0);
    await world.clock.run(runtime.close());
  });

  it('T5: an entry that ends tells no machine, which would keep its name for ever', async () => {
    const { world, runtime, author } = await start(1);
    const ends: (string | undefined)[] = [];
    const machines = new Set<string>();
    const births = new Map<string, string>();
    runtime.inspect$.subscribe((event) => {
      if (event.type === '@xstate.actor') births.set(event.sessionId, event.name);
      if (event.type === '@xstate.snapshot') machines.add(births.get(event.sessionId) ?? '');
      if (event.type === '@xstate.event' && event.event.type.startsWith('xstate.done.actor.entry.')) ends.push(births.get(event.sessionId));
    });
    for (const url of URLS) world.put(url, author.entry(1n));
    await world.clock.run(runtime.read(author.entry(1n)));
    await world.clock.pass(40_000);
    expect(machines).toContain('entries');
    expect(ends).toEqual(['table']);
    await world.clock.run(runtime.close());
  });

  it('T2: settles a read at its deadline, where a portal takes longer', async () => {
    const { world, runtime, author } = await start(1);
    const workers = inline({ clock: world.clock, verdict: world.verdict, random: world.random, sockets: world.sockets, fetch: (_, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))) });
    const silent = await world.clock.run(createRuntime({ portals: URLS, workers, storage: 'memory' }));
    const begun = world.clock.now();
    expect(await world.clock.run(codeOf(silent.read(author.entry(1n), { maxStaleness: 0 })))).toMatch(/TIMEOUT|STALE/);
    expect(world.clock.now() - begun).toBeLessThanOrEqual(10_050);
    await world.clock.run(Promise.all([silent.close(), runtime.close()]));
  });

  it('a value is cached for a minute after it was confirmed, and stale from then on', async () => {
    const { world, runtime, author } = await start(1);
    for (const url of URLS) world.put(url, author.entry(1n));
    await world.clock.run(runtime.read(author.entry(1n)));
    await world.clock.pass(35_000);
    for (const url of URLS) world.kill(url);
    expect(await world.clock.run(runtime.read(author.entry(1n)))).toMatchObject({ status: 'cached', source: 'cache' });
    await world.clock.pass(30_000);
    await expect(world.clock.run(runtime.read(author.entry(1n)))).rejects.toMatchObject({ code: 'UNREACHABLE', current: author.entry(1n) });
    expect(await world.clock.run(runtime.read(author.entry(1n), { maxStaleness: Infinity }))).toMatchObject({ status: 'stale' });
    await world.clock.run(runtime.close());
  });

  it('leaves no timer behind that would run for ever', async () => {
    const { world, runtime, author } = await start(1);
    for (const url of URLS) world.kill(url);
    const pending = codeOf(runtime.read(author.entry(1n)));
    await world.clock.pass(1);
    await world.clock.run(runtime.close());
    expect(await pending).toBe('CLOSED');
    const { length } = world.log;
    await world.clock.pass(60_000);
    expect(world.clock.waiting).toBe(0);
    expect(world.log.length - length).toBeLessThan(10);
  });
});
