import { describe, expect, it } from 'vitest';
import type { ActorName, Runtime } from '../../src/runtime.ts';
import { MESSAGE_WRITERS } from '../../src/registry/wire/index.ts';
import { codeOf } from '../link/fixture/channels.ts';
import { someone } from './fixture/author.ts';
import { startPortals } from './fixture/portals.ts';
import { first, lastingStorage, live, QUICK, Seen, startRuntime, timed, Workers, type TestOptions } from './fixture/runtime.ts';

const ACTORS: readonly ActorName[] = ['portal', 'entries', 'verifier'];
/** A worker that hangs is found out in a moment. One that was killed is found out otherwise, and a busy one must not be taken for either. */
const PATIENCE = { kill: QUICK.heartbeatPatience!, hang: 2_000 };
const POLICY = { verifiers: 1, heartbeatInterval: 50 };

async function start(options: TestOptions = {}, count = 2) {
  const workers = await Workers.load();
  const portals = await startPortals(count);
  const author = someone();
  const runtime = await startRuntime(portals.urls, { workers: workers.factory, ...options, policy: { ...POLICY, ...options.policy } });
  return { workers, portals, author, runtime };
}

/** A worker that took another's place answers. */
async function replaced(runtime: Runtime, actor: ActorName): Promise<void> {
  for (;;) {
    const code = await codeOf(runtime.actors[actor].snapshot());
    if (code !== 'WORKER_GONE') return;
  }
}

/** Every way in which a worker is lost. */
const LOSSES = ACTORS.flatMap((actor) => (['kill', 'hang'] as const).map((how) => ({ actor, how })));

/** Soon after a worker was lost; not at the deadline of a call, nor when the heartbeat of one that was killed would have been missed. */
const SOON = 10_000;

describe.each(LOSSES)('when the $actor worker is lost ($how)', ({ actor, how }) => {
  const policy = { heartbeatPatience: PATIENCE[how] };

  it('G5: reads under way are answered by its successor', async () => {
    const { workers, portals, author, runtime } = await start({ policy });
    await portals.put(author.entry(1n));
    // The worker dies before any answer.
    await Promise.all([0, 1].map((i) => portals.fault(i, { held: true, sockets: 'refuse' })));
    const reads = [runtime.read(author.entry(1n)), runtime.readMany([author.entry(1n), author.entry(1n, '', { name: 'absent' })])] as const;
    await portals.until(0, { reads: 2 });
    const [results, took] = await timed(
      (async () => {
        workers[how](actor);
        await workers.until(actor, 2);
        await Promise.all([0, 1].map((i) => portals.fault(i, {})));
        return Promise.all(reads);
      })(),
    );
    expect(results).toMatchObject([{ revision: 1n }, [{ revision: 1n }, { exists: false }]]);
    expect(took).toBeLessThan(SOON);
    expect(workers.count(actor)).toBe(2);
  });

  it('G5: a write under way settles, as accepted or as UNCONFIRMED', async () => {
    // A verifier has no part in a write, which goes to its deadline.
    const { workers, portals, author, runtime } = await start({ policy: { ...policy, writeDeadline: actor === 'verifier' ? 3_000 : 20_000 } });
    // They store it, and never say so.
    await Promise.all([0, 1].map((i) => portals.fault(i, { writes: 'mute' })));
    const write = codeOf(runtime.write(author.entry(1n)));
    await Promise.all([0, 1].map((i) => portals.until(i, { accepted: 1 })));
    workers[how](actor);
    const [code, took] = await timed(write);
    expect(code).toBe('UNCONFIRMED');
    expect(took).toBeLessThan(SOON);
    expect(await runtime.read(author.entry(1n), { maxStaleness: 0 })).toMatchObject({ revision: 1n });
    await Promise.all([0, 1].map((i) => portals.fault(i, {})));
    expect(await runtime.write(author.entry(2n))).toMatchObject({ revision: 2n });
  });

  it('G2, G6, G7: watches go on, and no value goes back', async () => {
    const { workers, portals, author, runtime } = await start({ policy });
    await portals.put(author.entry(5n), [0]);
    await portals.put(author.entry(3n), [1]);
    const seen = new Seen(runtime.watch(author.entry(1n), { status: true }));
    await seen.revision(5n);
    await live(runtime);
    // What takes the lost one's place meets the older value first.
    await portals.fault(0, { sockets: 'refuse', reads: 'mute' });
    await portals.cut(0);
    workers[how](actor);
    await workers.until(actor, 2);
    await replaced(runtime, actor);
    await live(runtime, portals.url(1));
    await portals.put(author.entry(6n), [1]);
    await seen.until((result) => result.exists && result.revision === 6n && result.status === 'live');
    const revisions = seen.results.map((result) => (result.exists ? result.revision : -1n));
    expect(revisions).toEqual([...revisions].sort((a, b) => Number(a - b)));
    expect(revisions).not.toContain(3n);
    expect(await runtime.read(author.entry(1n))).toMatchObject({ revision: 6n });
  });
});

describe('a runtime that loses workers', () => {
  it('E3: does not say live while no connection is, when its portal worker dies', async () => {
    const { workers, portals, author, runtime } = await start();
    await portals.put(author.entry(1n));
    const seen = new Seen(runtime.watch(author.entry(1n), { status: true }));
    await seen.until(({ status }) => status === 'live');
    // No other connection will come, so nothing but the death itself can tell.
    await Promise.all([0, 1].map((i) => portals.fault(i, { sockets: 'hang' })));
    const left = seen.next(({ status }) => status !== 'live');
    workers.kill('portal');
    expect(await left).toMatchObject({ revision: 1n });
    await first(runtime.actors.entries.snapshot$, ({ context }) => context.connectedTo === undefined);
  });

  it('E3: learns of the connection from the next verifier, when one dies with the news', async () => {
    const { workers, portals, author, runtime } = await start({ policy: { heartbeatPatience: PATIENCE.hang } });
    await portals.put(author.entry(1n));
    workers.hang('verifier');
    const seen = new Seen(runtime.watch(author.entry(1n), { status: true }));
    await portals.until(0, { subscriptions: 1 });
    expect(await seen.until(({ status }) => status === 'live')).toMatchObject({ revision: 1n });
    await first(runtime.actors.entries.snapshot$, ({ context }) => context.connectedTo === portals.url(0));
  });

  it('G2: shows nothing older to readers when its entries worker dies, though floors are in memory only', async () => {
    const { workers, portals, author, runtime } = await start();
    await portals.put(author.entry(5n), [0]);
    await portals.put(author.entry(3n), [1]);
    expect(await runtime.read(author.entry(1n))).toMatchObject({ revision: 5n, floor: 'volatile' });
    await portals.kill(0);
    workers.kill('entries');
    await replaced(runtime, 'entries');
    expect(await runtime.read(author.entry(1n))).toMatchObject({ revision: 5n });
  });

  it('G2, G3: shows nothing older when its entries worker dies, with floors on disk', async () => {
    const { workers, portals, author, runtime } = await start({ storage: await lastingStorage() });
    await portals.put(author.entry(5n), [0]);
    await portals.put(author.entry(3n), [1]);
    expect(await runtime.read(author.entry(1n))).toMatchObject({ revision: 5n, floor: 'durable' });
    await portals.kill(0);
    workers.kill('entries');
    await replaced(runtime, 'entries');
    expect(await runtime.read(author.entry(1n))).toMatchObject({ revision: 5n });
  });

  it('V4, G6: reads no further while a verifier hangs, and loses nothing of what was sent', async () => {
    const { workers, portals, author, runtime } = await start({ policy: { heartbeatPatience: PATIENCE.hang } });
    await portals.put(author.entry(1n));
    const seen = new Seen(runtime.watch(author.entry(1n)));
    await seen.revision(1n);
    await live(runtime);
    workers.hang('verifier');
    // More than may wait for a verifier.
    const flood = Array.from({ length: 6_000 }, () => MESSAGE_WRITERS.B.update(author.entry(1n)));
    await portals.say(0, ...flood.map((text) => text.replace('"revision":1', '"revision":9')));
    await portals.put(author.entry(2n));
    await seen.revision(2n);
    expect(seen.revisions).toEqual([1n, 2n]);
  });

  it('G5: finds the winner of a write that was refused, though its portal worker dies while it asks for it', async () => {
    const { workers, portals, author, runtime } = await start({}, 1);
    await portals.put(author.entry(9n));
    const refusing = { sockets: 'hang', writes: { status: 400, body: '{"message":"provided revision number is already registered"}' } } as const;
    await portals.fault(0, { ...refusing, reads: 'mute' });
    const write = runtime.write(author.entry(8n)).catch((error: unknown) => error);
    await portals.until(0, { reads: 1 });
    await portals.fault(0, refusing);
    workers.kill('portal');
    expect(await write).toMatchObject({ code: 'CONFLICT', current: { revision: 9n } });
  });

  it('starts a worker again that does not start, until it does', async () => {
    const { workers, portals, author, runtime } = await start();
    await portals.put(author.entry(1n));
    workers.broken.add('portal');
    workers.kill('portal');
    const read = runtime.read(author.entry(1n));
    await workers.until('portal', 3);
    workers.broken.delete('portal');
    expect(await read).toMatchObject({ revision: 1n });
  });

  it('closes though a worker hangs', async () => {
    const { workers, runtime } = await start();
    workers.hang('entries');
    const [, took] = await timed(runtime.close());
    // Long before its heartbeat would be missed.
    expect(took).toBeLessThan(12_000);
  });

  it.each([1, 2, 3])('G2, G5, G6: survives many deaths at any time, of any worker (seed %i)', async (seed) => {
    const { workers, portals, author, runtime } = await start();
    let state = seed;
    const random = (below: number): number => (state = (state * 48_271) % 2_147_483_647) % below;
    await portals.put(author.entry(1n));
    const seen = new Seen(runtime.watch(author.entry(1n)));
    await seen.revision(1n);
    let highest = 1n;
    for (let revision = 2n; revision <= 9n; revision++) {
      const victim = ACTORS[random(3)]!;
      const work = [portals.put(author.entry(revision)), codeOf(runtime.read(author.entry(1n))), codeOf(runtime.readMany([author.entry(1n)], { maxStaleness: 0 }))] as const;
      if (random(2) === 0) await portals.until(0, { reads: 1 });
      workers.kill(victim);
      const [, read, many] = await Promise.all(work);
      for (const result of [read, ((many as { settled: unknown[] }).settled ?? [])[0]]) {
        const value = (result as { settled?: { revision: bigint } }).settled ?? (result as { revision?: bigint });
        if (value.revision !== undefined) expect(value.revision).toBeGreaterThanOrEqual(highest);
      }
      await seen.revision(revision);
      highest = revision;
    }
    expect(seen.revisions).toEqual([...seen.revisions].sort((a, b) => Number(a! - b!)));
  });
});
