import { filter, firstValueFrom, lastValueFrom, take, toArray } from 'rxjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { spawnThread } from '#threads';
import type { RegistryError } from '../../src/error.ts';
import { eventLoop, spawnActor, spawnInline, type ActorLink, type SpawnOptions, type StartedWorker, type ThreadSource } from '../../src/link/index.ts';
import { codeOf } from './fixture/channels.ts';
import { FakeClock, turn } from './fixture/clock.ts';
import { counterActor } from './fixture/counter.ts';
import { endOf } from './fixture/end-of.ts';
import { isNode, workerFile } from './fixture/workers.ts';

type Counter = ActorLink<typeof counterActor>;
let file: URL;
let links: Counter[] = [];
const options: SpawnOptions<{ from: bigint }> = { name: 'counter', input: { from: 1n } };

async function spawn(more: Partial<typeof options> = {}, source: ThreadSource = file): Promise<Counter> {
  const link = await spawnActor<typeof counterActor>(source, { ...options, ...more });
  links.push(link);
  return link;
}
beforeAll(async () => {
  file = await workerFile('counter');
});
afterEach(async () => {
  await Promise.all(links.map((link) => link.stop()));
  links = [];
});

/** How long something took, in milliseconds. */
async function timed<T>(promise: Promise<T>): Promise<[T, number]> {
  const start = performance.now();
  return [await promise, performance.now() - start];
}

describe.each([
  { where: 'in a thread', start: () => spawn() },
  { where: 'inline, through the clock', start: () => spawnInline(counterActor, { input: { from: 1n } }) },
  { where: 'inline, through the event loop', start: () => spawnInline(counterActor, { input: { from: 1n }, scheduler: eventLoop }) },
])('an actor $where', ({ start }) => {
  it('gives snapshots, takes events, emits, serves and streams', async () => {
    const link = await start();
    const emitted = firstValueFrom(link.emitted$.pipe(take(2), toArray()));
    const three = firstValueFrom(link.snapshot$.pipe(filter(({ context }) => context.count === 4n)));
    void link.send({ type: 'ADD', by: 1n });
    await link.send({ type: 'ADD', by: 2n });
    expect(await emitted).toEqual([{ type: 'COUNTED', count: 2n }, { type: 'COUNTED', count: 4n }]);
    expect((await three).context.names.get('seven')).toEqual(new Uint8Array([7]));
    expect(await link.call('double', 2n ** 63n)).toBe(2n ** 64n);
    expect(await lastValueFrom(link.stream('numbers', 30_000).pipe(toArray()))).toHaveLength(30_000);
    expect(await codeOf(link.send({ type: 'RESET' }))).toBe('FORBIDDEN');
    await link.stop();
    expect(await codeOf(link.snapshot())).toBe('CLOSED');
  });

  it('shows its inspection, its name before its session ids', async () => {
    const link = await start();
    const birth = await firstValueFrom(link.inspect$);
    expect(birth).toMatchObject({ type: '@xstate.actor', name: 'counter', sessionId: expect.stringMatching(/^counter\/x:\d+$/) as unknown });
    await link.stop();
  });

  it('aborts calls at the service (L1)', async () => {
    const link = await start();
    const controller = new AbortController();
    const call = codeOf(link.call('forever', 'me', { signal: controller.signal }));
    await link.call('double', 1n);
    controller.abort();
    expect(await call).toBe('ABORTED');
    expect(await link.call('aborted')).toContain('me');
    await link.stop();
  });

  it('dies of a throw in an action, with the cause (L14)', async () => {
    const link = await start();
    const call = codeOf(link.call('forever', 'x'));
    void link.send({ type: 'THROW' });
    const [reason, took] = await timed(link.gone);
    expect(reason).toMatchObject({ code: 'WORKER_GONE', cause: { code: 'STORAGE', hint: 'buy another' } });
    expect(await call).toBe('WORKER_GONE');
    expect(took).toBeLessThan(SOON);
  });

  it('streams conflated values, the newest to whoever looks late (L9)', async () => {
    const link = await start();
    const ticks = await firstValueFrom(link.stream('ticks').pipe(take(3), toArray()));
    expect(ticks).toEqual([...ticks].sort((a, b) => a - b));
    await link.stop();
  });
});

/** In milliseconds: soon after a death, before any heartbeat would be missed that no test has made quicker. */
const SOON = 4_500;

/** What must happen soon after a death, however it came. */
async function deathOf(link: Counter, kill: () => void): Promise<RegistryError> {
  const pending = [link.call('forever', 'x'), lastValueFrom(link.snapshot$), lastValueFrom(link.stream('silence'))].map((promise) => codeOf(promise));
  await link.snapshot();
  kill();
  const [reason, took] = await timed(link.gone);
  expect(reason.code).toBe('WORKER_GONE');
  expect(await Promise.all(pending)).toEqual(['WORKER_GONE', 'WORKER_GONE', 'WORKER_GONE']);
  expect(await codeOf(link.snapshot())).toBe('WORKER_GONE');
  expect(took).toBeLessThan(SOON);
  return reason;
}

/** In a variable, so that Vite does not look for it. */
const NODE_THREADS = 'node:worker_threads';

describe('a thread', () => {
  /** Spawns with the platform's worker in our hands. */
  async function spawnExposed(more: Partial<typeof options> = {}): Promise<{ link: Counter; worker: StartedWorker; ended: Promise<void> }> {
    const worker = startWorker(options.name);
    const ended = endOf(worker);
    return { link: await spawn(more, () => worker), worker, ended };
  }
  let NodeWorker: new (url: URL, options: object) => StartedWorker;
  const startWorker = (name: string): StartedWorker => (isNode ? new NodeWorker(file, { name, stderr: true }) : new Worker(file, { name, type: 'module' }));
  beforeAll(async () => {
    if (isNode) ({ Worker: NodeWorker } = (await import(/* @vite-ignore */ NODE_THREADS)) as { Worker: typeof NodeWorker });
  });

  it('that is terminated is gone, and its calls settle (L17, pending calls after terminate)', async () => {
    const { link, worker } = await spawnExposed();
    expect(await deathOf(link, () => worker.terminate())).toMatchObject({ code: 'WORKER_GONE' });
  });

  it('that throws where nobody catches is gone, and its calls settle (L17, pending calls after a throw)', async () => {
    const { link, ended } = await spawnExposed();
    expect(await deathOf(link, () => void link.send({ type: 'THROW_LATER' }))).toMatchObject({ code: 'WORKER_GONE' });
    await ended;
  });

  it('that ends itself is gone, and its calls settle (L17)', async () => {
    const { link } = await spawnExposed();
    expect(await deathOf(link, () => void link.send({ type: 'EXIT' }))).toMatchObject({ code: 'WORKER_GONE' });
  });

  it('that is stuck in a loop is given up and terminated, and its calls settle (L17)', async () => {
    const { link, ended } = await spawnExposed({ heartbeat: { interval: 50, patience: 1_500 } });
    expect(await deathOf(link, () => void link.send({ type: 'SPIN' }))).toMatchObject({ code: 'WORKER_GONE' });
    await ended;
  });

  it('that answers outlives its heartbeats; interval and patience go by the clock (L17)', async () => {
    const clock = new FakeClock();
    const link = await spawn({ clock, heartbeat: { interval: 1000, patience: 4000 } });
    for (let i = 0; i < 5; i++) {
      await clock.advance(1000);
      // An answer of the thread: the heartbeat's has come before it.
      await link.snapshot();
    }
    expect(await Promise.race([link.gone, link.call('double', 1n)])).toBe(2n);
    void link.send({ type: 'SPIN' });
    await clock.advance(1000);
    await clock.advance(3999);
    expect(await Promise.race([link.gone, turn()])).toBeUndefined();
    await clock.advance(1);
    expect(await link.gone).toMatchObject({ code: 'WORKER_GONE' });
  });

  it('is terminated when its link is stopped', async () => {
    const { link, ended } = await spawnExposed();
    await link.stop();
    expect(await link.gone).toMatchObject({ code: 'CLOSED' });
    await ended;
  });

  it('is terminated when its actor dies', async () => {
    const { link, ended } = await spawnExposed();
    void link.send({ type: 'THROW' });
    expect(await link.gone).toMatchObject({ code: 'WORKER_GONE' });
    await ended;
  });

  it('of another version answers UNSUPPORTED and starts nothing (L16)', async () => {
    const stale = await workerFile('stale');
    await expect(spawn({ version: '1.0.0' }, stale)).rejects.toMatchObject({ code: 'UNSUPPORTED', message: expect.stringMatching(/0\.9\.0 .*1\.0\.0 /) as unknown });
    await expect(spawn({}, stale)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    const link = await spawn({ version: '0.9.0' }, stale);
    expect(await link.call('double', 1n)).toBe(2n);
  });

  it('of another version says so itself, even to a client that would not look (L16)', async () => {
    const thread = spawnThread(await workerFile('stale'), 'stale');
    const { port1, port2 } = new MessageChannel();
    thread.post({ version: '1.0.0', name: 'counter', lock: 'a lock', input: { from: 1n }, port: port2 }, port2);
    expect(await thread.greeting).toMatchObject({ version: '0.9.0 (link 3)', error: { code: 'UNSUPPORTED', message: expect.stringContaining('1.0.0') as unknown } });
    thread.terminate();
    port1.close();
  });

  it('that hears what is no boot message answers UNSUPPORTED (L16)', async () => {
    const thread = spawnThread(file, 'counter');
    const { port1, port2 } = new MessageChannel();
    thread.post('hello', port2);
    expect(await thread.greeting).toMatchObject({ error: { code: 'UNSUPPORTED' } });
    thread.terminate();
    port1.close();
  });

  it('is not booted with an input that cannot cross (L5)', async () => {
    await expect(spawn({ input: { from: (() => 1) as never } })).rejects.toMatchObject({ code: 'INVALID_INPUT', field: 'input' });
  });

  it('that says nothing is given up (L17)', async () => {
    await expect(spawn({ bootDeadline: 100 }, await workerFile('silent'))).rejects.toMatchObject({ code: 'TIMEOUT' });
  });

  it('whose file does not exist rejects the spawning (L17)', async () => {
    await expect(spawn({}, new URL('./no-such.worker.js', file))).rejects.toMatchObject({ code: 'WORKER_GONE' });
  });

  it('leaves nothing in flight that rejects unhandled', async () => {
    const { link, worker } = await spawnExposed();
    link.call('forever', 'x').catch(() => {});
    void link.send({ type: 'ADD', by: 1n });
    worker.terminate();
    void link.send({ type: 'ADD', by: 1n });
    await link.gone;
    void link.send({ type: 'ADD', by: 1n });
    await turn();
    expect(await codeOf(link.send({ type: 'NOTHING' }))).toBe('WORKER_GONE');
  });
});
