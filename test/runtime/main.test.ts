import { ReplaySubject } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRuntime, type ActorName, type ReadResult } from '../../src/runtime.ts';
import type { InspectionEvent } from '../../src/link/index.ts';
import type { RegistryError } from '../../src/error.ts';
import { entryId } from '../../src/registry/index.ts';
import { codeOf } from '../link/fixture/channels.ts';
import { endOf } from '../link/fixture/end-of.ts';
import { someone } from './fixture/author.ts';
import { startPortals } from './fixture/portals.ts';
import { entryOf, first, HOMES, live, Seen, startRuntime, Workers } from './fixture/runtime.ts';

/** The machine of an actor that was born. */
const machineOf = ({ definition }: Extract<InspectionEvent, { type: '@xstate.actor' }>): string | undefined => (JSON.parse(definition) as { id?: string }).id;

describe.each(HOMES)('a runtime $where', ({ workers }) => {
  const start = async (count: number, options: Parameters<typeof startRuntime>[1] = {}) => {
    const portals = await startPortals(count);
    return { portals, author: someone(), runtime: await startRuntime(portals.urls, { workers: await workers(), ...options }) };
  };

  it('reads an absent entry as absent, claimed by every portal', async () => {
    const { portals, author, runtime } = await start(3);
    const key = author.entry(1n);
    const result = await runtime.read(key);
    expect(result).toEqual({ pubkey: key.pubkey, datakey: key.datakey, exists: false, claimedBy: portals.urls, confirmedAt: expect.any(Number) as unknown, status: expect.stringMatching(/live|cached/) as unknown });
  });

  it('writes an entry, says who accepted it, and reads it back', async () => {
    const { portals, author, runtime } = await start(3);
    const entry = author.entry(7n);
    const written = await runtime.write(entry);
    expect(written).toMatchObject({ entryId: entryId(entry), revision: 7n, confirmedBy: [], guarded: false });
    expect(portals.urls).toContain(written.acceptedBy[0]);
    const read = await runtime.read(entry);
    expect(read).toMatchObject({ ...entry, exists: true, deleted: false });
  });

  it('G6: a watcher gets the newest value first and then every newer one, the last in any case', async () => {
    const { portals, author, runtime } = await start(2);
    await portals.put(author.entry(1n));
    const seen = new Seen(runtime.watch(author.entry(1n)));
    await seen.revision(1n);
    await live(runtime);
    for (let revision = 2n; revision < 40n; revision++) await portals.put(author.entry(revision));
    await seen.revision(39n);
    expect(seen.revisions).toEqual([...seen.revisions].sort((a, b) => Number(a! - b!)));
    expect(new Set(seen.revisions).size).toBe(seen.revisions.length);
  });

  it('tells a watcher once that an entry is absent, and then what comes to be', async () => {
    const { portals, author, runtime } = await start(2);
    const seen = new Seen(runtime.watch(author.entry(1n)));
    await seen.until(({ exists }) => !exists);
    await portals.put(author.entry(1n));
    await seen.revision(1n);
    expect(seen.revisions).toEqual([undefined, 1n]);
  });

  it('shares one subscription among watchers, and tells a late one the newest at once', async () => {
    const { portals, author, runtime } = await start(1);
    await portals.put(author.entry(1n));
    const one = new Seen(runtime.watch(author.entry(1n)));
    await one.revision(1n);
    // The value may come by another way before this.
    await portals.until(0, { subscriptions: 1 });
    const other = new Seen(runtime.watch(author.entry(1n)));
    expect(other.revisions).toEqual([1n]);
    await portals.put(author.entry(2n));
    await Promise.all([one.revision(2n), other.revision(2n)]);
    expect(await portals.traffic(0)).toMatchObject({ subscriptions: 1, subscribes: 1 });
  });

  it('gives an entry’s latest as one object until it changes', async () => {
    const { portals, author, runtime } = await start(1);
    await portals.put(author.entry(1n));
    const handle = runtime.entry(author.entry(1n));
    expect(handle.latest).toBeUndefined();
    const read = await handle.read();
    expect(handle.latest).toMatchObject(entryOf(read as never));
    const seen = new Seen(handle.watch({ status: true }));
    await seen.until(({ status }) => status === 'live');
    const { latest } = handle;
    expect(handle.latest).toBe(latest);
    expect(seen.results.at(-1)).toBe(latest);
    await handle.write(author.entry(2n));
    await seen.revision(2n);
    expect(handle.latest).toMatchObject({ revision: 2n });
    expect(handle.latest).not.toBe(latest);
  });

  it('reads many entries in order, with failures as values', async () => {
    const { portals, author, runtime } = await start(1);
    const names = ['a', 'b', 'c', 'd', 'e'];
    await portals.put(names.filter((name) => name !== 'c').map((name) => author.entry(3n, name, { name })));
    const keys = names.map((name) => author.entry(0n, '', { name }));
    const results = await runtime.readMany(keys);
    expect(results.map((result) => (result as ReadResult).exists && new TextDecoder().decode((result as { data: Uint8Array }).data))).toEqual(['a', 'b', false, 'd', 'e']);
    await portals.kill(0);
    const failures = await runtime.readMany(keys, { maxStaleness: 0 });
    expect(failures.map((failure) => (failure as RegistryError).code)).toEqual(names.map(() => 'UNREACHABLE'));
    expect((failures[0] as RegistryError).current).toMatchObject({ revision: 3n });
    expect((failures[2] as RegistryError).current).toBeUndefined();
  });

  it('shows the portals and their states', async () => {
    const { portals, author, runtime } = await start(2);
    expect(await first(runtime.portals$, () => true)).toEqual(portals.urls.map((url) => ({ url, state: 'standby', failures: 0, quarantined: false })));
    const seen = new Seen(runtime.watch(author.entry(1n)));
    await live(runtime, portals.url(0));
    await seen.until(() => true);
    const views = await first(runtime.portals$, (all) => all.every(({ latency }) => latency !== undefined));
    expect(views.map(({ state }) => state)).toEqual(['live', 'standby']);
  });

  it('shows actors’ snapshots, and takes public events only', async () => {
    const { portals, author, runtime } = await start(2);
    const { actors } = runtime;
    expect(await actors.portal.snapshot()).toMatchObject({ status: 'active', value: { connection: 'idle' } });
    expect(await actors.entries.snapshot()).toMatchObject({ value: 'ready', context: { entries: 0, watched: 0 } });
    await first(actors.verifier.snapshot$, ({ value }) => value === 'idle');
    const seen = new Seen(runtime.watch(author.entry(1n)));
    await seen.until(() => true);
    await first(actors.entries.snapshot$, ({ context }) => context.watched === 1 && context.connectedTo === portals.url(0));
    await actors.portal.send({ type: 'SWITCH_TO', url: portals.url(1) });
    await live(runtime, portals.url(1));
    await actors.portal.send({ type: 'RETRY_NOW' });
    for (const type of ['UNWANTED', 'LOST', 'OFFENDED', 'MEASURED']) expect(await codeOf(actors.portal.send({ type } as never))).toBe('FORBIDDEN');
    for (const type of ['FINDINGS', 'CLOSE', 'TICK']) expect(await codeOf(actors.entries.send({ type } as never))).toBe('FORBIDDEN');
    expect(await codeOf(actors.verifier.send({ type: 'BATCH', batch: 1 } as never))).toBe('FORBIDDEN');
    expect(await codeOf(actors.entries.send({ type: 'RELEASE', pubkey: 'no key', datakey: 7 } as never))).toBe('INVALID_INPUT');
    expect(await actors.entries.snapshot()).toMatchObject({ status: 'active', context: { entries: 1 } });
  });

  it('shows births of all four kinds of actors, with ids of their own, and what happens', async () => {
    const { author, runtime } = await start(1);
    const seen = new Seen(runtime.watch(author.entry(1n)));
    await seen.until(() => true);
    const events: InspectionEvent[] = [];
    const inspected = new ReplaySubject<InspectionEvent>();
    inspected.subscribe((event) => events.push(event));
    const subscription = runtime.inspect$.subscribe(inspected);
    onTestFinished(() => subscription.unsubscribe());
    // Each actor tells of itself when it is asked to, in no order among them.
    for (const kind of ['portal', 'entries', 'entry', 'verifier']) await first(inspected, (event) => event.type === '@xstate.actor' && machineOf(event) === kind);
    await runtime.write(author.entry(1n));
    for (const type of ['@xstate.event', '@xstate.snapshot']) await first(inspected, (event) => event.type === type);
    const ids = events.filter((event) => event.type === '@xstate.actor').map(({ sessionId }) => sessionId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('closes once, completing streams, settling what waits, and refusing what comes', async () => {
    const { portals, author, runtime } = await start(1);
    const seen = new Seen(runtime.watch(author.entry(1n)));
    await seen.until(() => true);
    const completed: string[] = [];
    runtime.portals$.subscribe({ complete: () => completed.push('portals$') });
    runtime.inspect$.subscribe({ complete: () => completed.push('inspect$') });
    runtime.actors.entries.snapshot$.subscribe({ complete: () => completed.push('snapshot$') });
    await portals.mute(0);
    const pending = [runtime.read(author.entry(1n), { maxStaleness: 0 }), runtime.read(author.entry(1n, '', { name: 'other' })), runtime.write(author.entry(2n))].map((call) => codeOf(call));
    await portals.until(0, { writes: 1, reads: 2 });
    const closing = runtime.close();
    expect(runtime.close()).toBe(closing);
    await closing;
    // A write that was sent may have been stored.
    expect(await Promise.all(pending)).toEqual(['CLOSED', 'CLOSED', 'UNCONFIRMED']);
    expect(completed.sort()).toEqual(['inspect$', 'portals$', 'snapshot$']);
    expect(seen.isComplete).toBe(true);
    const calls = [runtime.read(author.entry(1n)), runtime.readMany([]), runtime.write(author.entry(1n)), runtime.actors.portal.snapshot()];
    expect(await Promise.all(calls.map((call) => codeOf(call)))).toEqual(['CLOSED', 'CLOSED', 'CLOSED', 'CLOSED']);
    expect(new Seen(runtime.watch(author.entry(1n))).isComplete).toBe(true);
    runtime.retryNow();
    await runtime[Symbol.asyncDispose]();
    await portals.until(0, { sockets: 0 });
  });

  it('closes when its signal aborts', async () => {
    const controller = new AbortController();
    const { portals, author, runtime } = await start(1, { signal: controller.signal });
    const seen = new Seen(runtime.watch(author.entry(1n)));
    await seen.until(() => true);
    controller.abort();
    await runtime.close();
    expect(seen.isComplete).toBe(true);
    expect(await codeOf(runtime.read(author.entry(1n)))).toBe('CLOSED');
    await portals.until(0, { sockets: 0 });
  });

  it('is not started by an aborted signal, nor by one that aborts meanwhile', async () => {
    const home = await workers();
    const options = { portals: ['http://127.0.0.1:1'], storage: 'memory', workers: home } as const;
    expect(await codeOf(createRuntime({ ...options, signal: AbortSignal.abort() }))).toBe('ABORTED');
    const controller = new AbortController();
    const starting = codeOf(createRuntime({ ...options, signal: controller.signal }));
    controller.abort();
    expect(await starting).toBe('ABORTED');
  });

  it('aborts calls by their signals', async () => {
    const { portals, author, runtime } = await start(1);
    await portals.mute(0);
    const controller = new AbortController();
    const { signal } = controller;
    const key = author.entry(1n);
    const pending = [runtime.read(key, { signal }), runtime.readMany([key], { signal }), runtime.write(author.entry(2n), { signal })].map((call) => codeOf(call));
    await portals.until(0, { reads: 1, writes: 1 });
    controller.abort();
    expect(await Promise.all(pending)).toEqual(['ABORTED', 'ABORTED', 'ABORTED']);
    expect(await codeOf(runtime.read(key, { signal }))).toBe('ABORTED');
    expect(await codeOf(runtime.write(key, { signal }))).toBe('ABORTED');
  });

  it('sends API keys with its requests', async () => {
    const portals = await startPortals(1, { apiKey: 'open-sesame' });
    const author = someone();
    const runtime = await startRuntime([{ url: portals.url(0), apiKey: 'open-sesame' }], { workers: await workers() });
    await runtime.write(author.entry(1n));
    expect(await portals.stored(0, author.entry(1n))).toBe(1n);
    expect(await portals.traffic(0)).toMatchObject({ apiKeys: ['open-sesame'] });
    const stranger = await startRuntime(portals.urls, { workers: await workers() });
    expect(await codeOf(stranger.read(author.entry(1n)))).toBe('FORBIDDEN');
    expect(await codeOf(stranger.write(author.entry(2n)))).toBe('FORBIDDEN');
  });
});

describe('a runtime whose workers do not start', () => {
  it.each(['portal', 'entries', 'verifier'] as const)('rejects and leaves no worker behind: %s', async (actor) => {
    const workers = await Workers.load();
    workers.broken.add(actor);
    const ends: Promise<void>[] = [];
    const factory = (name: ActorName): Worker => {
      const worker = workers.factory(name);
      ends.push(endOf(worker));
      return worker;
    };
    expect(await codeOf(createRuntime({ portals: ['http://127.0.0.1:1'], storage: 'memory', workers: factory, policy: { verifiers: 1 } }))).toMatch(/WORKER_GONE|TIMEOUT/);
    await Promise.all(ends);
    expect(ends.length).toBeGreaterThan(0);
  });
});
