import { describe, expect, it } from 'vitest';
import { inline, MemoryStorage } from '../../src/inline.ts';
import { MESSAGE_WRITERS } from '../../src/registry/wire/index.ts';
import { codeOf } from '../link/fixture/channels.ts';
import { someone } from './fixture/author.ts';
import { startPortals } from './fixture/portals.ts';
import { isNode, lastingStorage, live, Seen, startRuntime } from './fixture/runtime.ts';

/** A portal with the newest entry and one that lags, and a key. */
async function portalsApart() {
  const portals = await startPortals(2);
  const author = someone();
  await portals.put(author.entry(9n), [0]);
  await portals.put(author.entry(3n), [1]);
  return { portals, author, key: author.entry(9n) };
}

describe('a portal that sends several updates at once', () => {
  it('is not taken for one that lags', async () => {
    const portals = await startPortals(1);
    const author = someone();
    await portals.put(author.entry(1n));
    // An answer over HTTP that its socket overtakes would be older than what is known: the socket alone speaks.
    await portals.fault(0, { reads: { status: 500, body: '' } });
    const runtime = await startRuntime(portals.urls, { policy: { repairInterval: 1 } });
    const seen = new Seen(runtime.watch(author.entry(1n)));
    await seen.revision(1n);
    for (const first of [2n, 12n, 22n]) {
      await portals.say(0, ...Array.from({ length: 10 }, (_, i) => MESSAGE_WRITERS.B.update(author.entry(first + BigInt(i)))));
      await seen.revision(first + 9n);
    }
    await portals.put(author.entry(40n));
    await seen.revision(40n);
    // A repair would have been sent long before this.
    await runtime.write(author.entry(41n));
    expect(await portals.traffic(0)).toMatchObject({ writes: 1 });
  });
});

describe('a storage that failed', () => {
  it('is used again when it works again', async () => {
    const portals = await startPortals(1);
    const author = someone();
    const storage = new MemoryStorage({ durable: true });
    storage.fault = 'full';
    const runtime = await startRuntime(portals.urls, { workers: inline({ storage }), policy: { healInterval: 20 } });
    await portals.put(author.entry(1n));
    const seen = new Seen(runtime.watch(author.entry(1n)));
    await seen.until((result) => result.exists && result.floor === 'volatile');
    storage.fault = undefined;
    let revision = 1n;
    for (let floor = 'volatile'; floor === 'volatile'; ) {
      await portals.put(author.entry(++revision));
      const result = await runtime.read(author.entry(1n), { maxStaleness: 0 });
      if (result.exists) floor = result.floor;
    }
    expect(storage.commits).toBeGreaterThan(0);
  });
});

describe('a storage that could not be opened', () => {
  it('G2: holds more than what was shown meanwhile, and watchers are told when it can be', async () => {
    const { portals, key } = await portalsApart();
    const storage = new MemoryStorage({ durable: true });
    const before = await startRuntime([portals.url(0)], { workers: inline({ storage }) });
    await before.read(key);
    await before.close();
    storage.fault = 'blocked';
    await portals.fault(1, { writes: 'lose' });
    const after = await startRuntime([portals.url(1)], { workers: inline({ storage }), policy: { healInterval: 20 } });
    const seen = new Seen(after.watch(key));
    await seen.revision(3n);
    storage.fault = undefined;
    await seen.revision(9n);
    expect(after.entry(key).latest).toMatchObject({ revision: 9n, floor: 'durable' });
  });
});

describe('a watched entry of which nothing could be found out', () => {
  it('is asked for again, while the connection stays and says nothing', async () => {
    const portals = await startPortals(1);
    const author = someone();
    await portals.fault(0, { sockets: 'mute', reads: { status: 500, body: '' } });
    const runtime = await startRuntime(portals.urls, { policy: { proofDeadline: 60_000, retryInterval: 50 } });
    const seen = new Seen(runtime.watch(author.entry(1n)));
    await portals.until(0, { reads: 2 });
    await portals.fault(0, { sockets: 'mute' });
    await seen.until(({ exists }) => !exists);
    expect(seen.results).toHaveLength(1);
  });
});

describe('what was seen', () => {
  it('G2, E1: is never followed by anything older, whatever portals serve', async () => {
    const { portals, author, key } = await portalsApart();
    await portals.fault(1, { writes: 'lose' });
    const runtime = await startRuntime(portals.urls);
    const seen = new Seen(runtime.watch(key, { status: true }));
    await seen.until(({ status }) => status === 'live');
    await portals.kill(0);
    await live(runtime, portals.url(1));
    expect(await runtime.read(key)).toMatchObject({ revision: 9n });
    expect(await codeOf(runtime.read(key, { maxStaleness: 0 }))).toBe('STALE');
    await portals.put(author.entry(8n), [1]);
    await portals.put(author.entry(10n), [1]);
    await seen.revision(10n);
    expect(new Set(seen.revisions)).toEqual(new Set([9n, 10n]));
  });

  it('G2: of one revision is followed by the smaller work hash, and not the other way round', async () => {
    const portals = await startPortals(2);
    const author = someone();
    const [winner, loser] = author.tie(5n);
    await portals.put(loser, [0]);
    await portals.put(winner, [1]);
    const runtime = await startRuntime(portals.urls, { policy: { repairInterval: 600_000 } });
    const seen = new Seen(runtime.watch(loser));
    await seen.revision(5n);
    await runtime.actors.portal.send({ type: 'SWITCH_TO', url: portals.url(1) });
    await seen.until((result) => result.exists && result.data.join() === winner.data.join());
    await runtime.actors.portal.send({ type: 'SWITCH_TO', url: portals.url(0) });
    await live(runtime, portals.url(0));
    expect(await runtime.read(winner)).toMatchObject({ data: winner.data });
    expect(seen.results).toHaveLength(2);
  });

  it('G4, E2: is not erased by portals that say there is nothing', async () => {
    const portals = await startPortals(2);
    const author = someone();
    await portals.put(author.entry(9n), [0]);
    await portals.fault(1, { writes: 'lose' });
    const runtime = await startRuntime(portals.urls);
    const seen = new Seen(runtime.watch(author.entry(9n), { status: true }));
    await seen.revision(9n);
    await portals.kill(0);
    await live(runtime, portals.url(1));
    expect(await runtime.read(author.entry(9n))).toMatchObject({ exists: true, revision: 9n });
    await expect(runtime.read(author.entry(9n), { maxStaleness: 0 })).rejects.toMatchObject({ code: 'STALE', current: author.entry(9n) });
    expect(seen.results.every(({ exists }) => exists)).toBe(true);
  });

  it('G2, G3: outlives a runtime on one storage, and says durable', async () => {
    const { portals, author, key } = await portalsApart();
    const storage = await lastingStorage();
    const before = await startRuntime([portals.url(0)], { storage });
    expect(await before.read(key)).toMatchObject({ revision: 9n, floor: 'durable' });
    await before.close();
    await portals.fault(1, { writes: 'lose' });
    const after = await startRuntime([portals.url(1)], { storage });
    await expect(after.read(key, { maxStaleness: 0 })).rejects.toMatchObject({ code: 'STALE', current: author.entry(9n) });
    expect(await after.read(key)).toMatchObject({ revision: 9n, floor: 'durable', status: 'stale' });
    const seen = new Seen(after.watch(key));
    await seen.revision(9n);
    expect(after.entry(key).latest).toMatchObject({ revision: 9n });
    await expect(after.write(author.entry(4n))).rejects.toMatchObject({ code: 'CONFLICT', current: author.entry(9n) });
  });

  it('G2: of a write outlives a runtime on one storage', async () => {
    const portals = await startPortals(1);
    const author = someone();
    const storage = await lastingStorage();
    const before = await startRuntime(portals.urls, { storage });
    await portals.fault(0, { writes: 'lose' });
    await before.write(author.entry(7n));
    await before.close();
    const after = await startRuntime(portals.urls, { storage });
    expect(await after.read(author.entry(7n), { maxStaleness: Infinity })).toMatchObject({ revision: 7n, floor: 'durable' });
  });

  it('G2: is shared by two runtimes on one storage', async () => {
    const { portals, author, key } = await portalsApart();
    // With no word from a subscription, which may be an old one that was long under way.
    await portals.fault(0, { sockets: 'refuse' });
    await portals.fault(1, { writes: 'lose' });
    const storage = await lastingStorage();
    // In Node both are of one process: LMDB gives the file to both.
    const one = await startRuntime([portals.url(0)], { storage });
    const other = await startRuntime([portals.url(1)], { storage });
    expect(await one.read(key)).toMatchObject({ revision: 9n });
    expect(await other.read(key)).toMatchObject({ revision: 9n });
    await portals.put(author.entry(10n), [0]);
    expect(await one.read(key, { maxStaleness: 0 })).toMatchObject({ revision: 10n });
    await portals.put(author.entry(5n), [1]);
    await expect(other.read(key, { maxStaleness: 0 })).rejects.toMatchObject({ code: 'STALE' });
  });

  it('G3: says volatile where it would be lost with the process', async () => {
    const { portals, key } = await portalsApart();
    const runtime = await startRuntime(portals.urls, { storage: 'memory' });
    expect(await runtime.read(key)).toMatchObject({ floor: 'volatile' });
  });

  it('G3: says volatile where the storage cannot be opened, and works', async () => {
    const { portals, key } = await portalsApart();
    const storage = { path: isNode ? '/dev/null/no folder' : 'no paths here' };
    if (!isNode) {
      // A browser has no paths, and says so at once.
      await expect(startRuntime(portals.urls, { storage })).rejects.toMatchObject({ code: 'UNSUPPORTED', field: 'storage' });
      return;
    }
    const runtime = await startRuntime(portals.urls, { storage });
    expect(await runtime.read(key)).toMatchObject({ revision: 9n, floor: 'volatile' });
  });
});

describe('a subscription', () => {
  it('T1: ends linger after the last unsubscribe, and not before', async () => {
    const portals = await startPortals(1);
    const author = someone();
    await portals.put(author.entry(1n));
    const runtime = await startRuntime(portals.urls, { policy: { linger: 400 } });
    const first = runtime.watch(author.entry(1n)).subscribe();
    const second = runtime.watch(author.entry(1n)).subscribe();
    await portals.until(0, { subscriptions: 1 });
    first.unsubscribe();
    await runtime.read(author.entry(1n));
    second.unsubscribe();
    const begun = performance.now();
    await portals.until(0, { subscriptions: 0 });
    expect(performance.now() - begun).toBeGreaterThan(350);
    // Nothing is wanted: no connection is kept.
    await portals.until(0, { sockets: 0 });
  });

  it('T1: is not ended where somebody comes back while it lingers', async () => {
    const portals = await startPortals(1);
    const author = someone();
    await portals.put([author.entry(1n), author.entry(1n, '', { name: 'other' })]);
    const runtime = await startRuntime(portals.urls, { policy: { linger: 2_000 } });
    await Promise.all([runtime.read(author.entry(1n)), runtime.read(author.entry(1n, '', { name: 'other' }))]);
    await portals.until(0, { subscriptions: 2 });
    const seen = new Seen(runtime.watch(author.entry(1n)));
    await seen.revision(1n);
    // The other one's subscription ends, which began to linger with it.
    await portals.until(0, { subscriptions: 1 });
    await portals.put(author.entry(2n));
    await seen.revision(2n);
    expect(await portals.traffic(0)).toMatchObject({ opened: 1, subscribes: 2 });
  });

  it('ends at once where it is released', async () => {
    const portals = await startPortals(1);
    const author = someone();
    await portals.put(author.entry(1n));
    const runtime = await startRuntime(portals.urls, { policy: { linger: 600_000 } });
    const { pubkey, datakey } = await runtime.read(author.entry(1n));
    await portals.until(0, { subscriptions: 1 });
    await runtime.actors.entries.send({ type: 'RELEASE', pubkey, datakey });
    await portals.until(0, { subscriptions: 0, sockets: 0 });
    expect((await runtime.actors.entries.snapshot()).context.entries).toBe(0);
  });
});
