import { describe, expect, it } from 'vitest';
import type { Policy } from '../../src/policy.ts';
import { MESSAGE_WRITERS } from '../../src/registry/wire/index.ts';
import { codeOf } from '../link/fixture/channels.ts';
import { someone } from './fixture/author.ts';
import { startPortals, type Faults } from './fixture/portals.ts';
import { connected, disconnected, first, live, Seen, startRuntime, timed } from './fixture/runtime.ts';

const HTML = { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<html>Welcome to nginx!</html>' };
const answer = (status: number, body: string): Faults => ({ reads: { status, body } });
const said = (message: string): string => JSON.stringify({ message });

/** What a first portal can do wrong, without which the second one's answer must not be missed. */
const WRONGS: readonly { readonly what: string; readonly faults: Faults }[] = [
  { what: 'is mute', faults: { reads: 'mute' } },
  { what: 'ends the connection', faults: { reads: 'drop' } },
  { what: 'forges', faults: { reads: 'forge' } },
  { what: 'answers 404 because its own search timed out', faults: answer(404, said('[timed out after 5s; registry entry not found within given time]')) },
  { what: 'says that there is nothing', faults: answer(404, said('unable to read from the registry: registry entry not found')) },
  { what: 'answers a page', faults: { reads: HTML } },
  { what: 'answers 404 with a page', faults: { reads: { ...HTML, status: 404 } } },
  { what: 'answers 429 with a page', faults: { reads: { ...HTML, status: 429 } } },
  { what: 'answers 500', faults: answer(500, said('no workers')) },
  { what: 'redirects', faults: { reads: { status: 302, headers: { Location: 'http://127.0.0.1:9/' } } } },
  { what: 'answers a long text', faults: answer(200, ' '.repeat(100_000)) },
  { what: 'answers without an end', faults: { reads: 'endless' } },
  { what: 'answers a bomb', faults: { reads: 'bomb' } },
  { what: 'answers another entry’s shape', faults: answer(200, '{"data":"00","revision":1e3,"signature":"00"}') },
  { what: 'answers nothing', faults: answer(200, '') },
];

describe('a cold read', () => {
  it.each(WRONGS)('G1, G5: gets the second portal’s value where the first one $what', async ({ what, faults }) => {
    const portals = await startPortals(2);
    const author = someone();
    await portals.put(author.entry(5n));
    await portals.fault(0, { ...faults, sockets: 'refuse' });
    // No socket helps, and no hedge but where the portal says nothing at all.
    await portals.fault(1, { sockets: 'refuse' });
    const runtime = await startRuntime(portals.urls, { policy: { hedgeDelay: what === 'is mute' ? 100 : 60_000, readDeadline: 20_000 } });
    const [result, took] = await timed(runtime.read(author.entry(5n)));
    expect(result).toMatchObject({ ...author.entry(5n), exists: true, confirmedBy: [portals.url(1)] });
    // Long before anybody's deadline.
    expect(took).toBeLessThan(10_000);
  });

  it('gets the second portal’s value where nobody listens at the first', async () => {
    const portals = await startPortals(2);
    const author = someone();
    await portals.put(author.entry(5n));
    await portals.kill(0);
    const runtime = await startRuntime(portals.urls);
    expect(await runtime.read(author.entry(5n))).toMatchObject({ revision: 5n, confirmedBy: [portals.url(1)] });
  });

  it('asks the second portal only after the hedge delay', async () => {
    const portals = await startPortals(2);
    const author = someone();
    await portals.put(author.entry(5n));
    await portals.fault(0, { held: true, sockets: 'refuse' });
    await portals.fault(1, { sockets: 'refuse' });
    const patient = await startRuntime(portals.urls, { policy: { hedgeDelay: 60_000, readDeadline: 20_000 } });
    const reading = patient.read(author.entry(5n));
    await portals.until(0, { reads: 1 });
    const hasty = await startRuntime(portals.urls, { policy: { hedgeDelay: 100 } });
    expect(await hasty.read(author.entry(5n))).toMatchObject({ confirmedBy: [portals.url(1)] });
    await portals.fault(0, {});
    expect(await reading).toMatchObject({ confirmedBy: [portals.url(0)] });
    expect(await portals.traffic(1)).toMatchObject({ reads: 1 });
  });

  it('T3: is absent only where every portal that answered says so, whoever does not answer', async () => {
    const portals = await startPortals(3);
    const author = someone();
    await portals.mute(1);
    await portals.fault(2, { reads: 'forge' });
    const runtime = await startRuntime(portals.urls, { policy: { hedgeDelay: 100, absenceGrace: 2_000, quarantineBase: 500 } });
    const absent = await runtime.read(author.entry(1n));
    expect(absent).toMatchObject({ exists: false });
    // The second one's silence is not waited for, and the third may answer before the first.
    expect(new Set(absent.exists ? [] : absent.claimedBy)).toEqual(new Set([portals.url(0), portals.url(2)]));
    await portals.put(author.entry(1n, '', { name: 'other' }), [2]);
    // Forged by the only one that has it: nothing may be said of it but that others claim it absent.
    expect(await runtime.read(author.entry(1n, '', { name: 'other' }))).toMatchObject({ exists: false, claimedBy: [portals.url(0)] });
    await portals.fault(2, {});
    await first(runtime.portals$, (views) => views.every(({ quarantined }) => !quarantined));
    expect(await runtime.read(author.entry(1n, '', { name: 'other' }), { maxStaleness: 0 })).toMatchObject({ exists: true });
  });

  it('T2, G5: is UNREACHABLE where nobody listens, and TIMEOUT where nobody answers, within its deadline', async () => {
    const portals = await startPortals(2);
    const author = someone();
    const runtime = await startRuntime(portals.urls, { policy: { readDeadline: 1_000 } });
    await Promise.all([portals.mute(0), portals.mute(1)]);
    const [late, took] = await timed(codeOf(runtime.read(author.entry(1n))));
    expect(late).toBe('TIMEOUT');
    // Long before the deadline of anything else.
    expect(took).toBeLessThan(10_000);
    await Promise.all([portals.kill(0), portals.kill(1)]);
    expect(await codeOf(runtime.read(author.entry(1n, '', { name: 'other' })))).toBe('UNREACHABLE');
  });

  it('is a deletion where the data says so, and carries every revision whole', async () => {
    const portals = await startPortals(1);
    const author = someone();
    const runtime = await startRuntime(portals.urls);
    const deletion = author.entry(2n ** 53n + 1n, new Uint8Array(34), { name: 'deleted' });
    const last = author.entry(2n ** 64n - 1n, new Uint8Array(113).fill(255), { name: 'last' });
    const typed = author.entry(3n, new Uint8Array(20), { name: 'typed', type: 2 });
    await portals.put([deletion, last, typed]);
    expect(await runtime.readMany([deletion, last, typed])).toMatchObject([{ ...deletion, deleted: true }, { ...last, deleted: false }, { ...typed, deleted: false }]);
  });
});

/** A runtime with a live connection to the first of two portals, which have an entry each that nobody has read. */
async function besideLive(generation: 'A' | 'B' = 'B', policy: Partial<Policy> = {}) {
  const portals = await startPortals(2, { generation });
  const author = someone();
  const [here, there] = [author.entry(1n, '', { name: 'here' }), author.entry(1n, '', { name: 'there' })];
  await portals.put(author.entry(1n));
  await portals.put(here);
  await portals.put(there, [1]);
  await Promise.all([0, 1].map((i) => portals.fault(i, { sockets: 'refuse' })));
  const runtime = await startRuntime(portals.urls, { policy: { hedgeDelay: 60_000, readDeadline: 20_000, linger: 60_000, livenessInterval: 60_000, ...policy } });
  // By HTTP, and over before anything is counted.
  await runtime.read(author.entry(1n));
  await portals.fault(0, {});
  const seen = new Seen(runtime.watch(author.entry(1n), { status: true }));
  await seen.until(({ status }) => status === 'live');
  await live(runtime, portals.url(0));
  const { reads, subscribes } = await portals.traffic(0);
  return { portals, author, runtime, here, there, reads, subscribes };
}

describe('a cold read beside a live connection', () => {
  it('is answered by it, and nobody is asked over HTTP', async () => {
    const { portals, runtime, here, reads } = await besideLive();
    expect(await runtime.read(here)).toMatchObject({ revision: 1n, status: 'live', source: 'portal', confirmedBy: [portals.url(0)] });
    expect(await portals.traffic(0)).toMatchObject({ reads });
    expect(await portals.traffic(1)).toMatchObject({ reads: 0 });
  });

  it('T3: asks the others over HTTP, and not its portal again, where it says that there is nothing', async () => {
    const { portals, author, runtime, there, reads } = await besideLive();
    expect(await runtime.read(there)).toMatchObject({ revision: 1n, confirmedBy: [portals.url(1)] });
    expect(await runtime.read(author.entry(1n, '', { name: 'nowhere' }))).toMatchObject({ exists: false, status: 'live', claimedBy: [portals.url(0), portals.url(1)] });
    expect(await portals.traffic(0)).toMatchObject({ reads });
  });

  it('asks the others first, and its portal last, where it says nothing', async () => {
    const { portals, runtime, here, reads } = await besideLive('B', { hedgeDelay: 100 });
    await portals.fault(0, { sockets: 'mute' });
    expect(await runtime.read(here)).toMatchObject({ revision: 1n, confirmedBy: [portals.url(1)] });
    await portals.fault(1, { reads: 'mute' });
    expect(await runtime.read(here, { maxStaleness: 0 })).toMatchObject({ revision: 1n, confirmedBy: expect.arrayContaining([portals.url(0)]) as string[] });
    expect((await portals.traffic(0)).reads).toBeGreaterThan(reads);
  });

  it('asks at once where it ends before it said anything', async () => {
    const { portals, runtime, here, subscribes } = await besideLive();
    await portals.fault(0, { sockets: 'mute' });
    const read = runtime.read(here);
    await portals.until(0, { subscribes: subscribes + 1 });
    await portals.cut(0);
    expect(await read).toMatchObject({ revision: 1n });
  });

  it('G1: goes on where it forges', async () => {
    const { portals, runtime, here } = await besideLive();
    await portals.fault(0, { sockets: 'forge', reads: 'forge' });
    expect(await runtime.read(here)).toMatchObject({ revision: 1n, confirmedBy: [portals.url(1)] });
  });

  it('asks over HTTP as well where it is of generation A, which does not say that there is nothing', async () => {
    const { runtime, author } = await besideLive('A');
    expect(await runtime.read(author.entry(1n, '', { name: 'nowhere' }))).toMatchObject({ exists: false });
  });
});

/** A runtime at two portals that have an entry. */
async function start(policy = {}) {
  const portals = await startPortals(2);
  const author = someone();
  await portals.put(author.entry(1n));
  return { portals, author, key: author.entry(1n), runtime: await startRuntime(portals.urls, { policy }) };
}

describe('what a read may be', () => {
  it('E3: is answered at once by a live connection, which vouches', async () => {
    const { portals, key, runtime } = await start();
    const seen = new Seen(runtime.watch(key, { status: true }));
    await seen.until(({ status }) => status === 'live');
    await portals.until(0, { reads: 1 }); // the watch's own
    expect(await runtime.read(key)).toMatchObject({ status: 'live', source: 'cache' });
    expect(await portals.traffic(0)).toMatchObject({ reads: 1 });
  });

  it('E4: is asked of a portal now for maxStaleness 0, whatever is live, and moves confirmedAt', async () => {
    const { portals, key, runtime } = await start();
    const seen = new Seen(runtime.watch(key, { status: true }));
    const { confirmedAt } = await seen.until(({ status }) => status === 'live');
    await portals.until(0, { reads: 1 }); // the watch's own
    const result = await runtime.read(key, { maxStaleness: 0 });
    expect(result).toMatchObject({ source: 'portal', status: 'live' });
    expect(result.confirmedAt).toBeGreaterThanOrEqual(confirmedAt);
    await portals.until(0, { reads: 2 });
  });

  it('is not a word for maxStaleness 0 that was pushed before it was asked for, and came after', async () => {
    const portals = await startPortals(1);
    const author = someone();
    const other = { name: 'other' };
    await portals.put([author.entry(1n), author.entry(1n, '', other)]);
    const runtime = await startRuntime(portals.urls, { policy: { verifiers: 1 } });
    const seen = new Seen(runtime.watch(author.entry(1n), { status: true }));
    const follower = new Seen(runtime.watch(author.entry(1n, '', other), { status: true }));
    await Promise.all([seen, follower].map((one) => one.until(({ status }) => status === 'live')));
    await portals.until(0, { reads: 2 });
    await portals.fault(0, { held: true, sockets: 'mute' });
    await portals.put(author.entry(2n));
    const read = runtime.read(author.entry(1n), { maxStaleness: 0 });
    await portals.until(0, { reads: 3 });
    await portals.say(0, MESSAGE_WRITERS.B.update(author.entry(1n)), MESSAGE_WRITERS.B.update(author.entry(2n, '', other)));
    await follower.revision(2n); // which was said after it
    await portals.fault(0, {});
    expect(await read).toMatchObject({ revision: 2n });
  });

  it('is whatever is known for maxStaleness Infinity, though no portal is there', async () => {
    const { portals, key, runtime } = await start({ maxStaleness: 0 });
    await runtime.read(key);
    await connected(runtime);
    await Promise.all([portals.kill(0), portals.kill(1)]);
    await disconnected(runtime);
    expect(await runtime.read(key, { maxStaleness: Infinity })).toMatchObject({ revision: 1n, status: 'stale', source: 'cache' });
  });

  it('is cached while a portal confirmed it within policy.maxStaleness, and asked anew after that', async () => {
    const { portals, key, runtime } = await start({ linger: 0, maxStaleness: 60_000 });
    const { confirmedAt } = await runtime.read(key);
    // Nobody uses it any more, and no connection vouches.
    await first(runtime.actors.entries.snapshot$, ({ context }) => context.entries === 0 && context.connectedTo === undefined);
    await Promise.all([portals.kill(0), portals.kill(1)]);
    const cached = await runtime.read(key);
    expect(cached).toMatchObject({ status: 'cached', source: 'cache' });
    expect(cached.confirmedAt).toBeGreaterThanOrEqual(confirmedAt);
  });

  it('G4: is UNREACHABLE with what is known as current where nothing vouches and nobody answers', async () => {
    const { portals, key, author, runtime } = await start({ maxStaleness: 0 });
    await runtime.read(key);
    await connected(runtime);
    await Promise.all([portals.kill(0), portals.kill(1)]);
    await disconnected(runtime);
    await expect(runtime.read(key)).rejects.toMatchObject({ code: 'UNREACHABLE', current: author.entry(1n) });
  });

  it('is STALE with what is known as current where portals answer, and none has it any more', async () => {
    const { portals, author, runtime } = await start();
    await portals.fault(0, { writes: 'lose' });
    await portals.fault(1, { writes: 'lose' });
    await runtime.write(author.entry(2n));
    await expect(runtime.read(author.entry(2n), { maxStaleness: 0 })).rejects.toMatchObject({ code: 'STALE', current: author.entry(2n), retryable: true });
    expect(await runtime.read(author.entry(2n))).toMatchObject({ revision: 2n, confirmedAt: 0, confirmedBy: [] });
  });

  it('reads of one entry at a time share one question', async () => {
    const { portals, key, runtime } = await start();
    // No socket answers before the portal is asked.
    await Promise.all([0, 1].map((i) => portals.fault(i, { sockets: 'refuse' })));
    await Promise.all(Array.from({ length: 20 }, () => runtime.read(key)));
    expect((await portals.traffic(0)).reads).toBe(1);
  });
});
