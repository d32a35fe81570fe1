import { throwError } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { RegistryError } from '../../src/error.ts';
import { inline, MemoryStorage, type InlineHost } from '../../src/inline.ts';
import { Author } from '../../src/portal/conformance/author.ts';
import type { CheckedEntry } from '../../src/registry/index.ts';
import { createRuntime, type ReadResult } from '../../src/runtime.ts';
import { SimulatedWorld } from '../../src/testing/index.ts';
import { Simulation } from './fixture/simulation.ts';

const URLS = ['http://a.example', 'http://b.example'] as const;

interface Start {
  readonly signal?: AbortSignal;
  readonly broken?: string;
  readonly call?: BrokenCall;
  readonly storage?: MemoryStorage;
}

/** A runtime in simulated time whose actors die, and cannot be started again, when the test says so. */
async function start({ signal, broken, call, storage = new MemoryStorage() }: Start = {}) {
  const world = new Simulation(URLS, 1);
  const host = inline({ clock: world.clock, verdict: world.verdict, random: world.random, sockets: world.sockets, fetch: world.fetch, storage });
  const kills = new Map<string, () => void>();
  const state = { isBroken: false };
  const actors: string[] = [];
  const spawn: InlineHost['spawn'] = async (kind, name, input, policy) => {
    if (state.isBroken) throw new Error('no more workers');
    const link = await host.spawn(kind, name, input, policy);
    if (broken !== undefined && kind === 'entries' && !actors.includes(kind)) breakStream(link, broken);
    if (call !== undefined && kind === 'entries') breakCall(link, call);
    actors.push(kind);
    kills.set(kind, () => link.fail(new RegistryError('WORKER_GONE', 'killed')));
    return link;
  };
  const runtime = await world.clock.run(createRuntime({ portals: URLS, workers: { ...host, spawn }, policy: { verifiers: 1 }, signal }));
  const kill = (kind: string): void => kills.get(kind)!();
  return { world, clock: world.clock, runtime, author: new Author('somebody'), kill, actors, breakWorkers: () => (state.isBroken = true), mendWorkers: () => (state.isBroken = false) };
}

/** Makes a stream of an actor's end as one does whose reader fell behind. */
function breakStream(link: { stream: unknown }, broken: string): void {
  const real = (link.stream as (...args: unknown[]) => unknown).bind(link);
  link.stream = (name: string, ...rest: unknown[]) => (name === broken ? throwError(() => new RegistryError('THROTTLED', 'the reader fell behind')) : real(name, ...rest));
}

/** A call of the entries actor's that comes to something else: every one, or the first only. */
interface BrokenCall {
  readonly name: string;
  readonly to: () => Promise<never>;
}

function breakCall(link: { call: unknown }, { name, to }: BrokenCall): void {
  const real = (link.call as (...args: unknown[]) => unknown).bind(link);
  link.call = (called: string, ...rest: unknown[]) => (called === name ? to() : real(called, ...rest));
}

const WORKERLESS = { code: 'WORKER_GONE', cause: { message: 'no more workers' } };

describe('a successor of the entries actor', () => {
  it('tells watchers what it knows first, though no portal answers any more', async () => {
    const { world, clock, runtime, author, kill } = await start();
    for (const url of URLS) world.put(url, author.entry(1n));
    const seen: ReadResult[] = [];
    runtime.watch(author.entry(1n), { status: true }).subscribe((result) => seen.push(result));
    await clock.pass(5_000);
    expect(seen.at(-1)).toMatchObject({ revision: 1n, status: 'live' });
    for (const url of URLS) world.kill(url);
    kill('entries');
    await clock.pass(60_000);
    expect(seen.at(-1)).toMatchObject({ revision: 1n, status: 'stale' });
    await clock.run(runtime.close());
  });
});

describe('a successor of an entries actor whose floors were in memory only', () => {
  it('G2: knows what callers were told by an error alone', async () => {
    const storage = new MemoryStorage();
    storage.fault = 'blocked';
    const { world, clock, runtime, author, kill } = await start({ storage });
    const { pubkey, datakey } = author.entry(1n);
    const signer = { type: 'ed25519', publicKey: pubkey, signEntry: () => Promise.reject(new Error('it does not come to that')), signMessage: () => Promise.reject(new Error('nor to that')) } as const;
    const update = (): Promise<unknown> => clock.run(runtime.update({ signer, datakey, change: () => new Uint8Array(1) }).catch((error: unknown) => error));
    // The one that updates are made at is away, and the other one tells of the entry while it is waited for.
    world.put(URLS[1], author.entry(2n));
    world.kill(URLS[0]);
    await update();
    await clock.pass(1_000);
    expect(await update()).toMatchObject({ code: 'UNREACHABLE', current: { revision: 2n } });
    world.kill(URLS[1]);
    kill('entries');
    expect(await update()).toMatchObject({ code: 'UNREACHABLE', current: { revision: 2n } });
    await clock.run(runtime.close());
  });

  it('G2: knows what replaced an entry while it was being written', async () => {
    const world = new SimulatedWorld({ seed: 1, portals: 2, gossip: null });
    world.storage.fault = 'blocked';
    const process = world.host();
    const runtime = await world.run(createRuntime({ portals: world.urls, workers: process }));
    const author = world.author('somebody');
    const [first, second, third] = [1n, 2n, 3n].map((revision) => author.entry('note', revision)) as [CheckedEntry, CheckedEntry, CheckedEntry];
    world.put(first);
    await world.run(runtime.read(first));
    // The live connection tells of it before the other portal says that it took what was written.
    world.portal(1).faults = { latency: 500 };
    world.portal(0).put(third);
    expect(await world.run(runtime.write(second))).toMatchObject({ revision: 2n, acceptedBy: [world.urls[1]] });
    for (const portal of world.portals) portal.kill();
    process.kill('entries');
    expect(await world.run(runtime.read(first).catch((error: unknown) => error))).toMatchObject({ current: { revision: 3n } });
    await world.run(runtime.close());
  });
});

describe('an entries actor that cannot be heard any more, though it lives', () => {
  it.each(['answers', 'updates'] as const)('G5: is replaced when its %s end with an error of their own', async (stream) => {
    const { world, clock, runtime, author, actors } = await start({ broken: stream });
    for (const url of URLS) world.put(url, author.entry(1n));
    const seen: ReadResult[] = [];
    runtime.watch(author.entry(1n)).subscribe((result) => seen.push(result));
    expect(await clock.run(runtime.read(author.entry(1n)))).toMatchObject({ revision: 1n });
    await clock.pass(1_000);
    expect(seen.at(-1)).toMatchObject({ revision: 1n });
    expect(actors.filter((kind) => kind === 'entries')).toHaveLength(2);
    await clock.run(runtime.close());
  });

  it('G2: is replaced when it cannot be told what was shown', async () => {
    let refusals = 1;
    const to = (): Promise<never> => (refusals-- > 0 ? Promise.reject(new RegistryError('THROTTLED', 'too much waits')) : new Promise(() => {}));
    const { world, clock, runtime, author, actors, kill } = await start({ call: { name: 'recall', to } });
    for (const url of URLS) world.put(url, author.entry(1n));
    expect(await clock.run(runtime.read(author.entry(1n)))).toMatchObject({ revision: 1n, floor: 'volatile' });
    kill('entries');
    await clock.pass(5_000);
    expect(actors.filter((kind) => kind === 'entries')).toHaveLength(3);
    await clock.run(runtime.close());
  });

  it.each([
    ['never says what became of a write', () => new Promise<never>(() => {}), { code: 'UNCONFIRMED', cause: { code: 'TIMEOUT' } }],
    ['dies while it writes', () => Promise.reject(new RegistryError('WORKER_GONE', 'killed')), { code: 'UNCONFIRMED', cause: { code: 'WORKER_GONE' } }],
    ['refuses a write', () => Promise.reject(new RegistryError('REJECTED', 'nobody takes it')), { code: 'REJECTED' }],
  ])('G5: one that %s', async (_, to, outcome) => {
    const { clock, runtime, author } = await start({ call: { name: 'write', to } });
    const written = runtime.write(author.entry(1n)).catch((error: unknown) => error);
    expect(await clock.run(written)).toMatchObject(outcome);
    await clock.run(runtime.close());
  });
});

describe('an actor that cannot be started again', () => {
  it('lets every call settle, with what is in its way', async () => {
    const { clock, runtime, author, kill, breakWorkers } = await start();
    breakWorkers();
    kill('entries');
    await clock.pass(100);
    const calls = [
      runtime.actors.entries.snapshot(),
      runtime.actors.entries.send({ type: 'RELEASE', pubkey: author.entry(1n).pubkey, datakey: author.entry(1n).datakey }),
      runtime.read(author.entry(1n)),
      runtime.readMany([author.entry(1n)]).then(([result]) => Promise.reject(result)),
      runtime.write(author.entry(1n)),
    ];
    const begun = clock.now();
    for (const outcome of await clock.run(Promise.allSettled(calls))) expect(outcome).toMatchObject({ status: 'rejected', reason: WORKERLESS });
    expect(clock.now() - begun).toBeLessThan(30_000);
    await clock.run(runtime.close());
  });

  it('leaves no timer behind when the runtime is closed', async () => {
    const { clock, runtime, kill, breakWorkers } = await start();
    breakWorkers();
    kill('verifier');
    await clock.pass(10_000);
    await clock.run(runtime.close());
    expect(clock.waiting).toBe(0);
  });
});

describe('a successor of a verifier', () => {
  it('E3: has every entry asked for anew before the connection vouches again: a word may have been lost with its predecessor', async () => {
    const { world, clock, runtime, author, kill } = await start();
    for (const url of URLS) world.put(url, author.entry(1n));
    const statuses: string[] = [];
    runtime.watch(author.entry(1n), { status: true }).subscribe(({ status }) => statuses.push(status));
    await clock.pass(1_000);
    expect(statuses.at(-1)).toBe('live');
    kill('verifier');
    await clock.pass(1_000);
    expect(statuses.slice(-3)).toEqual(['live', 'cached', 'live']);
    await clock.run(runtime.close());
  });

  it('E3: is told of the end of a connection that went lost with its predecessor', async () => {
    const { world, clock, runtime, author, kill, breakWorkers, mendWorkers } = await start();
    for (const url of URLS) world.put(url, author.entry(1n));
    const statuses: string[] = [];
    runtime.watch(author.entry(1n), { status: true }).subscribe(({ status }) => statuses.push(status));
    await clock.pass(1_000);
    expect(statuses.at(-1)).toBe('live');
    // Nobody is there to pass on that the connection is gone.
    breakWorkers();
    kill('verifier');
    for (const url of URLS) world.kill(url);
    await clock.pass(1_000);
    mendWorkers();
    await clock.pass(10_000);
    expect(statuses.at(-1)).toBe('cached');
    await clock.run(runtime.close());
  });
});

it('a runtime that is closed lets go of its caller’s signal', async () => {
  const { signal } = new AbortController();
  const added = vi.spyOn(signal, 'addEventListener');
  const removed = vi.spyOn(signal, 'removeEventListener');
  const { clock, runtime } = await start({ signal });
  await clock.run(runtime.close());
  const [[type, listener] = []] = added.mock.calls;
  expect(removed).toHaveBeenCalledWith(type, listener);
});
