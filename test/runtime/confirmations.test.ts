import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { inline, MemoryStorage } from '../../src/inline.ts';
import { Author } from '../../src/portal/conformance/author.ts';
import { createRuntime, type ReadResult } from '../../src/runtime.ts';
import { codeOf } from '../link/fixture/channels.ts';
import { someone } from './fixture/author.ts';
import { startPortals } from './fixture/portals.ts';
import { entryOf, HOMES, live, Seen, startRuntime } from './fixture/runtime.ts';
import { Simulation } from './fixture/simulation.ts';

const URLS = ['http://a.example', 'http://b.example', 'http://c.example'] as const;
const [A, B] = URLS;

/** A runtime in simulated time. */
async function simulated() {
  const world = new Simulation(URLS, 7);
  const { clock } = world;
  const host = inline({ clock, random: world.random, sockets: world.sockets, fetch: world.fetch, storage: new MemoryStorage() });
  const runtime = await clock.run(createRuntime({ portals: URLS, workers: host, policy: { verifiers: 1 } }));
  return { world, clock, runtime, author: new Author('somebody'), close: () => clock.run(runtime.close()) };
}

describe.each(HOMES)('confirmations, $where', ({ workers }) => {
  it('F3: a read that wants two is answered the newest, though the live portal holds an older one', async () => {
    const portals = await startPortals(3);
    const author = someone();
    await portals.put(author.entry(3n));
    await portals.put(author.entry(9n), [1, 2]);
    await portals.fault(0, { writes: 'lose' });
    const runtime = await startRuntime(portals.urls, { workers: await workers() });
    const seen = new Seen(runtime.watch(author.entry(1n)));
    await live(runtime, portals.url(0));
    const result = await runtime.read(author.entry(1n), { confirmations: 2 });
    expect(result).toMatchObject({ exists: true, revision: 9n });
    expect(result.exists && [...result.confirmedBy].sort()).toEqual([portals.url(1), portals.url(2)].sort());
    await seen.revision(9n);
    const many = await runtime.readMany([author.entry(1n), author.entry(1n, '', { name: 'nowhere' })], { confirmations: 2 });
    expect(many).toMatchObject([{ revision: 9n }, { exists: false, claimedBy: { length: 2 } }]);
  });

  it('F3: a read that wants all is STALE while one of them cannot be reached', async () => {
    const portals = await startPortals(2);
    const author = someone();
    await portals.put(author.entry(3n));
    await portals.fault(1, { reads: 'drop', sockets: 'refuse' });
    const runtime = await startRuntime(portals.urls, { workers: await workers(), policy: { readDeadline: 1_500 } });
    await expect(runtime.read(author.entry(1n), { confirmations: 'all' })).rejects.toMatchObject({ code: 'STALE', current: entryOf(author.entry(3n)) });
    await portals.fault(1, {});
    expect(await runtime.read(author.entry(1n), { confirmations: 'all' })).toMatchObject({ revision: 3n });
  });

  it('F12: a write that wants two resolves when two serve it, and is UNCONFIRMED where too few do', async () => {
    const portals = await startPortals(2);
    const author = someone();
    const runtime = await startRuntime(portals.urls, { workers: await workers(), policy: { writeDeadline: 2_000 } });
    const written = await runtime.write(author.entry(3n), { confirmations: 2 });
    expect([...written.confirmedBy].sort()).toEqual([...portals.urls].sort());
    await portals.fault(1, { writes: 'lose' });
    expect(await codeOf(runtime.write(author.entry(4n), { confirmations: 2 }))).toBe('UNCONFIRMED');
    expect(await runtime.write(author.entry(4n), { confirmations: 1 })).toMatchObject({ confirmedBy: [portals.url(0)] });
  });

  it('a watch that wants two tells a value when two have confirmed it, and the last always', async () => {
    const portals = await startPortals(2);
    const author = someone();
    await portals.put(author.entry(3n));
    await portals.fault(1, { writes: 'lose' });
    const runtime = await startRuntime(portals.urls, { workers: await workers(), policy: { readDeadline: 1_000, retryInterval: 100 } });
    const seen = new Seen(runtime.watch(author.entry(1n), { confirmations: 2 }));
    const plain = new Seen(runtime.watch(author.entry(1n)));
    await seen.revision(3n);
    await portals.put(author.entry(5n), [0]);
    await plain.revision(5n);
    expect(seen.revisions).toEqual([3n]);
    await portals.put(author.entry(5n), [1]);
    const confirmed = await seen.revision(5n);
    expect(confirmed.exists && confirmed.confirmedBy).toHaveLength(2);
    await runtime.close();
    expect(seen.isComplete).toBe(true);
    expect(seen.revisions).toEqual([3n, 5n]);
  });
});

describe('a watch with confirmations', () => {
  it('is lazy and shared, replays the newest, and begins anew when everybody has left', async () => {
    const portals = await startPortals(2);
    const author = someone();
    await portals.put(author.entry(3n));
    const runtime = await startRuntime(portals.urls, { workers: inline() });
    const watch = runtime.watch(author.entry(1n), { confirmations: 'all' });
    expect(await portals.traffic(0)).toMatchObject({ reads: 0, opened: 0 });
    const one = new Seen(watch);
    await one.revision(3n);
    const { reads } = await portals.traffic(1);
    const other = new Seen(watch);
    await other.revision(3n);
    // The live connection may have come to vouch for it since.
    expect(other.results).toEqual([{ ...one.results[0], status: expect.any(String) as string }]);
    expect(await portals.traffic(1)).toMatchObject({ reads });
    expect(await firstValueFrom(runtime.watch(author.entry(1n), { confirmations: 2 }))).toMatchObject({ revision: 3n });
  });

  it('G2, G6: never goes back and tells the last, whatever portals are behind for however long', async () => {
    const { world, clock, runtime, author, close } = await simulated();
    const seen: ReadResult[] = [];
    const errors: unknown[] = [];
    runtime.watch(author.entry(1n), { confirmations: 2 }).subscribe({ next: (result) => seen.push(result), error: (error: unknown) => errors.push(error) });
    for (let revision = 1n; revision <= 12n; revision++) {
      for (const [i, url] of URLS.entries()) if (world.random() < 0.6 || (revision === 12n && i < 2)) world.put(url, author.entry(revision));
      if (world.random() < 0.3) world.kill(A);
      await clock.pass(world.random() * 4_000);
      world.revive(A);
    }
    await clock.pass(60_000);
    const revisions = seen.map((result) => (result.exists ? result.revision : -1n));
    expect(revisions.at(-1)).toBe(12n);
    for (const [i, revision] of revisions.entries()) if (i > 0) expect(revision).toBeGreaterThan(revisions[i - 1] ?? -1n);
    expect(errors).toEqual([]);
    await close();
  });

  it.each([true, false])('E3: tells whoever comes later how much stands behind a value now, not then (status: %s)', async (status) => {
    const { world, clock, runtime, author, close } = await simulated();
    for (const url of URLS) world.put(url, author.entry(1n));
    const watch = runtime.watch(author.entry(1n), { confirmations: 2, status });
    const seen: (readonly ReadResult[])[] = [];
    const subscribe = () => {
      const results: ReadResult[] = [];
      seen.push(results);
      return watch.subscribe((result) => results.push(result));
    };
    const first = subscribe();
    await clock.pass(5_000);
    expect(seen[0]?.map((result) => result.status)).toEqual(status ? ['cached', 'live'] : ['cached']);
    const between = subscribe();
    for (const url of URLS) world.kill(url);
    await clock.pass(3_600_000);
    const second = subscribe();
    first.unsubscribe();
    between.unsubscribe();
    second.unsubscribe();
    const third = subscribe();
    await clock.pass(30_000);
    expect(seen.map((results) => results.map((result) => result.status))).toEqual([status ? ['cached', 'live', 'cached'] : ['cached'], status ? ['live', 'cached'] : ['live'], ['cached'], []]);
    third.unsubscribe();
    await close();
  });

  it('survives that no portal can be reached for an hour', async () => {
    const { world, clock, runtime, author, close } = await simulated();
    for (const url of URLS) world.put(url, author.entry(1n));
    const seen: ReadResult[] = [];
    runtime.watch(author.entry(1n), { confirmations: 3 }).subscribe((result) => seen.push(result));
    await clock.pass(2_000);
    for (const url of URLS) world.kill(url);
    await clock.pass(3_600_000);
    for (const url of URLS) world.revive(url);
    for (const url of URLS) world.put(url, author.entry(2n));
    await clock.pass(60_000);
    expect(seen.map((result) => result.exists && result.revision)).toEqual([1n, 2n]);
    await close();
  });
});

describe('a read with confirmations in simulated time', () => {
  it('F3: sees what one portal of two others has, whatever the live one says, and takes no watched value for confirmed', async () => {
    const { world, clock, runtime, author, close } = await simulated();
    world.put(A, author.entry(1n));
    world.put(B, author.entry(1n));
    runtime.watch(author.entry(1n)).subscribe();
    await clock.pass(2_000);
    const before = clock.now();
    expect(await clock.run(runtime.read(author.entry(1n), { confirmations: 2 }))).toMatchObject({ revision: 1n, confirmedBy: { length: 2 } });
    expect(clock.now() - before).toBeLessThan(1_000);
    world.put(A, author.entry(2n));
    await clock.pass(1_000);
    // Read repair gives it to the others.
    const result = await clock.run(runtime.read(author.entry(1n), { confirmations: 'all' }));
    expect(result).toMatchObject({ revision: 2n, confirmedBy: { length: 3 } });
    await close();
  });
});
