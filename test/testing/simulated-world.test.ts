import { afterEach, describe, expect, it, vi } from 'vitest';
import { inline } from '../../src/inline.ts';
import { nameOf, packEntry } from '../../src/registry/index.ts';
import { MESSAGE_WRITERS, readPath, REGISTRY_PATH, requestText, SUBSCRIPTION_PATH, writeBody } from '../../src/registry/wire/index.ts';
import { createRuntime, type ReadResult } from '../../src/runtime.ts';
import { SimulatedWorld, type SimulatedWorldOptions, type SocketFault } from '../../src/testing/index.ts';
import { codeOf } from '../link/fixture/channels.ts';

const INIT = { headers: {}, redirect: 'error', cache: 'no-store', credentials: 'omit', referrerPolicy: 'no-referrer' } as const;

/** A world, and a client with no mind of its own. */
function open(options: Partial<SimulatedWorldOptions> = {}) {
  const world = new SimulatedWorld({ seed: 1, portals: 3, ...options });
  const [first = ''] = world.urls;
  const ada = world.author('ada');
  const send = (method: 'GET' | 'POST', path: string, rest: { body?: string; headers?: Record<string, string>; signal?: AbortSignal } = {}) =>
    world.run(
      world.fetch(first + path, { ...INIT, method, signal: rest.signal ?? new AbortController().signal, headers: rest.headers ?? {}, ...(rest.body === undefined ? {} : { body: rest.body }) }).then(async ({ status, headers, body }) => ({
        status,
        headers,
        text: body === null ? '' : await new Response(body).text(),
      })),
    );
  const read = () => send('GET', readPath(ada.key('news'), 5));
  const write = (revision: bigint, headers?: Record<string, string>) => send('POST', REGISTRY_PATH, { body: writeBody(ada.entry('news', revision)), ...(headers === undefined ? {} : { headers }) });
  const subscribe = async (frameBytes = 16_384) => {
    const frames: string[] = [];
    const state = { closed: '' };
    const socket = world.sockets(first.replace('http', 'ws') + SUBSCRIPTION_PATH, { opened: () => socket.send(requestText('subscribe', ada.key('news'))), message: (text) => frames.push(text ?? ''), closed: (reason) => (state.closed = reason) }, { frameBytes, headers: {} });
    await world.pass(200);
    return { frames, state, socket };
  };
  return { world, portal: world.portal(0), ada, read, write, subscribe };
}

const tell = (author: ReturnType<SimulatedWorld['author']>, revision: bigint): string => MESSAGE_WRITERS.B.update(author.entry('news', revision));

/** What a subscriber is told of two revisions by a portal with this fault. */
async function framesOf(fault: SocketFault) {
  const { world, portal, ada, subscribe } = open();
  portal.put(world.author('bob').entry('other', 9n));
  for (const revision of [1n, 2n]) portal.put(ada.entry('news', revision));
  portal.faults = { sockets: fault };
  const client = await subscribe();
  portal.put(ada.entry('news', 3n));
  await world.pass(500);
  return { frames: client.frames, closed: client.state.closed, honest: [tell(ada, 2n), tell(ada, 3n)] };
}

/** A runtime in a process of a world, and what its watcher sees. */
async function start(options: Partial<SimulatedWorldOptions> = {}) {
  const { world, ada, portal } = open(options);
  const host = world.host();
  const runtime = await world.run(createRuntime({ portals: world.urls, workers: host, policy: { verifiers: 1 } }));
  const seen: ReadResult[] = [];
  runtime.watch(ada.key('news'), { status: true }).subscribe((result) => seen.push(result));
  const revision = (): bigint | undefined => {
    const last = seen.at(-1);
    return last?.exists === true ? last.revision : undefined;
  };
  return { world, ada, portal, host, runtime, seen, revision };
}

/** Everything that passed, and was seen, in one seed. */
async function play(seed: number): Promise<readonly string[]> {
  const { world, ada, portal, runtime, seen } = await start({ seed });
  const log: string[] = [];
  world.observe(({ kind, at }) => log.push(`${at} ${kind}`));
  for (let revision = 1n; revision < 20n; revision++) {
    world.portal(Number(revision) % 3).put(ada.entry('news', revision));
    if (revision === 7n) portal.kill();
    await world.pass(700);
  }
  await world.run(runtime.close());
  return [...log, ...seen.map((result) => `${result.confirmedAt} ${result.status}`)];
}

describe('a simulated clock', () => {
  afterEach(() => vi.restoreAllMocks());

  it('passes only while somebody waits, and runs what is due in the order in which it is, without any timer of the platform’s', async () => {
    const timers = [vi.spyOn(globalThis, 'setTimeout'), vi.spyOn(globalThis, 'setInterval'), vi.spyOn(AbortSignal, 'timeout')];
    const { clock } = open().world;
    const ran: string[] = [];
    const begun = clock.now();
    for (const [name, after] of [['c', 300], ['a', 100], ['b', 100], ['late', 1_001]] as const) clock.setTimeout(() => ran.push(`${name} ${clock.now() - begun}`), after);
    const cleared = clock.setTimeout(() => ran.push('cleared'), 50);
    clock.clearTimeout(cleared);
    clock.clearTimeout(cleared);
    expect(clock.waiting).toBe(4);
    await clock.pass(1_000);
    expect(ran).toEqual(['a 100', 'b 100', 'c 300']);
    expect(clock.now() - begun).toBe(1_000);
    expect(clock.waiting).toBe(1);
    for (const timer of timers) expect(timer).not.toHaveBeenCalled();
  });

  it('lets everything settle that a timer leads to before the next one runs', async () => {
    const { clock } = open().world;
    const ran: string[] = [];
    clock.setTimeout(() => {
      let chain = Promise.resolve();
      for (let i = 0; i < 50; i++) chain = chain.then(() => undefined);
      void chain.then(() => ran.push('settled'));
    }, 1);
    clock.setTimeout(() => ran.push('next'), 1);
    await clock.pass(1);
    expect(ran).toEqual(['settled', 'next']);
  });

  it('tells the time of day in whole milliseconds, as the platform does', async () => {
    const { clock } = open().world;
    const begun = clock.now();
    await clock.pass(0.75);
    expect(clock.now()).toBe(begun);
    await clock.pass(0.75);
    expect(clock.now()).toBe(begun + 1);
  });

  it('stops as soon as what is waited for has settled, and says where it never will', async () => {
    const { clock } = open().world;
    const begun = clock.now();
    await clock.run(new Promise<void>((resolve) => void clock.setTimeout(resolve, 42)));
    expect(clock.now() - begun).toBe(42);
    await expect(clock.run(new Promise(() => {}))).rejects.toMatchObject({ code: 'TIMEOUT', message: expect.stringContaining('never will') });
    await expect(Promise.all([clock.pass(1), clock.pass(1)])).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining('time is passing already') });
  });

  it('jumps: the time of day changes, and nothing is due for that; sleeps: what came due is due at once', async () => {
    const { clock } = open().world;
    const ran: number[] = [];
    const begun = clock.now();
    clock.setTimeout(() => ran.push(clock.now() - begun), 1_000);
    clock.jump(86_400_000);
    await clock.pass(999);
    expect(ran).toEqual([]);
    clock.jump(-86_400_000);
    clock.sleep(8 * 3_600_000);
    await clock.pass(0);
    expect(ran).toEqual([8 * 3_600_000 + 999]);
  });
});

describe('the channels of a simulated world', () => {
  it('tell others of the same name what is posted, a copy for each, in order and some time later, until they are closed', async () => {
    const { world } = open();
    const heard: string[] = [];
    const listen = (who: string, name = 'one') => world.broadcast(name, (message) => heard.push(`${who} ${(message as { text: string }).text}`));
    const [a, b] = [listen('a'), listen('b')];
    listen('c', 'other');
    const message = { text: '1' };
    a?.post(message);
    message.text = 'changed';
    for (let i = 2; i < 20; i++) a?.post({ text: String(i) });
    expect(heard).toEqual([]);
    await world.pass(20);
    expect(heard).toEqual(Array.from({ length: 19 }, (_, i) => `b ${i + 1}`));
    a?.post({ text: 'on its way' });
    b?.close();
    await world.pass(20);
    expect(heard).toHaveLength(19);
  });
});

describe('a portal of a simulated world', () => {
  it('answers reads and takes writes as the protocol has it, and tells the other portals', async () => {
    const { world, read, write, ada } = open();
    expect(await read()).toMatchObject({ status: 404, text: expect.stringContaining('registry entry not found') });
    expect((await write(2n)).status).toBe(204);
    expect(await read()).toMatchObject({ status: 200, text: expect.stringContaining('"revision":2') });
    expect(await write(1n)).toMatchObject({ status: 400, text: expect.stringContaining('provided revision number is invalid') });
    await world.pass(1_000);
    expect(world.portals.map((portal) => portal.get(ada.key('news'))?.revision)).toEqual([2n, 2n, 2n]);
  });

  it('compares and sets where it says that it does, and not where it does not', async () => {
    const { read, write } = open();
    expect((await write(1n, { 'If-None-Match': '*' })).status).toBe(204);
    const { headers } = await read();
    expect(headers.get('registry-preconditions')).toContain('If-Match');
    expect((await write(2n, { 'If-None-Match': '*' })).status).toBe(412);
    expect((await write(2n, { 'If-Match': headers.get('etag') ?? '' })).status).toBe(204);
    expect((await write(3n, { 'If-Match': headers.get('etag') ?? '' })).status).toBe(412);
    const without = open({ portals: [{ url: 'http://old.example', preconditions: false }] });
    await without.write(1n);
    expect((await without.read()).headers.has('registry-preconditions')).toBe(false);
    expect((await without.write(2n, { 'If-None-Match': '*' })).status).toBe(204);
  });

  it("refuses what its key did not sign", async () => {
    const { world, portal, ada } = open();
    const forged = { ...ada.entry('news', 1n), signature: new Uint8Array(64) };
    const { status, body } = await world.run(world.fetch(portal.url + REGISTRY_PATH, { ...INIT, method: 'POST', signal: new AbortController().signal, body: writeBody(forged) }));
    expect(status).toBe(500);
    await body?.cancel();
    expect(portal.get(ada.key('news'))).toBeUndefined();
  });

  it.each(['A', 'B'] as const)('tells subscribers in generation %s', async (generation) => {
    const { world, portal, ada, subscribe } = open({ portals: [{ url: 'http://one.example', generation }] });
    const { frames } = await subscribe();
    portal.put(ada.entry('news', 1n));
    await world.pass(100);
    const update = MESSAGE_WRITERS[generation].update(ada.entry('news', 1n));
    expect(frames).toEqual([...(generation === 'B' ? [MESSAGE_WRITERS.B.missing(ada.key('news'))] : []), update]);
  });

  it('keeps what it has from portals it is partitioned from, until they are reconciled', async () => {
    const { world, portal, ada } = open();
    world.portal(1).isPartitioned = true;
    portal.put(ada.entry('news', 1n));
    await world.pass(1_000);
    expect(world.portals.map((each) => each.get(ada.key('news'))?.revision)).toEqual([1n, undefined, 1n]);
    world.portal(1).isPartitioned = false;
    world.reconcile();
    await world.pass(1_000);
    expect(world.portal(1).get(ada.key('news'))?.revision).toBe(1n);
  });

  it('when it is killed, then what is open ends, and nothing answers', async () => {
    const { portal, read, subscribe, world } = open();
    const { state } = await subscribe();
    portal.kill();
    await world.pass(100);
    expect(state.closed).not.toBe('');
    await expect(read()).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    portal.revive();
    expect((await read()).status).toBe(404);
  });

  it.each([
    ['error', 500],
    ['throttle', 429],
    ['not found', 404],
    ['html', 200],
    ['garbage', 200],
  ] as const)('reads: %s: answers %i', async (reads, status) => {
    const { portal, ada, read } = open();
    portal.put(ada.entry('news', 1n));
    portal.faults = { reads };
    const answer = await read();
    expect(answer.status).toBe(status);
    expect(answer.text).not.toContain('"revision"');
  });

  it('reads: forge, flip, stale, equivocate, cross: other answers than the honest one', async () => {
    const { world, portal, ada, read } = open();
    portal.put(world.author('bob').entry('other', 9n));
    for (const entry of [ada.entry('news', 1n), ada.entry('news', 2n, 'one'), ada.entry('news', 2n, 'two')]) portal.put(entry);
    const { text } = await read();
    const told: string[] = [];
    for (const reads of ['forge', 'flip', 'stale', 'equivocate', 'cross'] as const) {
      portal.faults = { reads };
      told.push((await read()).text);
    }
    expect(told.filter((other) => other === text)).toEqual([]);
    expect(told[2]).toContain('"revision":1,');
    expect(told[3]).toContain('"revision":2,');
    expect(told[4]).toContain('"revision":9,');
    expect(told[1]).toHaveLength(text.length);
  });

  it('reads: drop, redirect fail; mute, halfOpen and held never answer; endless never ends', async () => {
    const { world, portal, ada, read } = open();
    portal.put(ada.entry('news', 1n));
    for (const reads of ['drop', 'reset', 'redirect'] as const) {
      portal.faults = { reads };
      await expect(read()).rejects.toBeInstanceOf(TypeError);
    }
    for (const faults of [{ reads: 'mute' }, { halfOpen: true }, { reads: 'endless' }, { held: true }] as const) {
      portal.faults = faults;
      const abort = new AbortController();
      const pending = world.fetch(portal.url + readPath(ada.key('news'), 5), { ...INIT, method: 'GET', signal: abort.signal }).then(({ body }) => new Response(body).text());
      const settled = vi.fn<() => void>();
      pending.then(settled, settled);
      await world.pass(600_000);
      expect(settled).not.toHaveBeenCalled();
      abort.abort(new Error('enough'));
      await expect(world.run(pending)).rejects.toBeInstanceOf(Error);
    }
  });

  it('writes: lose says what is not so; mute and break store what they do not say; drop stores nothing', async () => {
    const { world, portal, ada, write } = open();
    const revision = () => portal.get(ada.key('news'))?.revision;
    portal.faults = { writes: 'lose' };
    expect((await write(1n)).status).toBe(204);
    expect(revision()).toBeUndefined();
    portal.faults = { writes: 'drop' };
    await expect(write(2n)).rejects.toBeInstanceOf(TypeError);
    expect(revision()).toBeUndefined();
    portal.faults = { writes: 'break' };
    await expect(write(3n)).rejects.toBeInstanceOf(TypeError);
    expect(revision()).toBe(3n);
    portal.faults = { writes: 'mute' };
    const settled = vi.fn<() => void>();
    world.fetch(portal.url + REGISTRY_PATH, { ...INIT, method: 'POST', signal: new AbortController().signal, body: writeBody(ada.entry('news', 4n)) }).then(settled, settled);
    await world.pass(60_000);
    expect(revision()).toBe(4n);
    expect(settled).not.toHaveBeenCalled();
  });

  it('sockets: each fault is seen on the wire', async () => {
    for (const fault of ['forge', 'flip', 'garbage'] as const) {
      const seen = await framesOf(fault);
      expect(seen.frames).toHaveLength(2);
      expect(seen.frames.filter((frame) => seen.honest.includes(frame))).toEqual([]);
    }
    expect((await framesOf('stale')).frames.map((frame) => /"revision":(\d)/.exec(frame)?.[1])).toEqual(['1', '2']);
    expect((await framesOf('cross')).frames.every((frame) => frame.includes('"revision":9'))).toBe(true);
    const duplicate = await framesOf('duplicate');
    expect(duplicate.frames).toEqual(duplicate.honest.flatMap((frame) => [frame, frame]));
    expect((await framesOf('flood')).frames.length).toBeGreaterThan(40);
    const reorder = await framesOf('reorder');
    expect(reorder.frames).toEqual(reorder.honest.toReversed());
    expect(await framesOf('huge')).toMatchObject({ frames: [], closed: 'a frame was too large' });
    expect(await framesOf('mute')).toMatchObject({ frames: [], closed: '' });
    expect(await framesOf('hang')).toMatchObject({ frames: [], closed: '' });
    expect(await framesOf('refuse')).toMatchObject({ frames: [], closed: 'could not connect' });
    expect(await framesOf('reset')).toMatchObject({ closed: 'reset' });
  });

  it('latency and bandwidth: what it says comes later, and slower', async () => {
    const { world, portal, ada, read } = open();
    portal.put(ada.entry('news', 1n));
    const took = async (): Promise<number> => {
      const begun = world.clock.now();
      await read();
      return world.clock.now() - begun;
    };
    expect(await took()).toBeLessThan(100);
    portal.faults = { latency: 2_000 };
    expect(await took()).toBeGreaterThan(2_000);
    portal.faults = { bandwidth: 1 };
    expect(await took()).toBeGreaterThan(300_000);
    portal.faults = { slice: true };
    expect(await took()).toBeLessThan(100);
  });

  it('counts what it sees of its clients, as one on a real port does', async () => {
    const { world, portal, ada, read, write, subscribe } = open();
    await subscribe();
    await read();
    await write(1n);
    await world.pass(200);
    portal.faults = { sockets: 'hang' };
    await subscribe();
    const { traffic } = portal;
    expect(traffic).toEqual({ reads: 1, writes: 1, accepted: 1, opened: 1, sockets: 1, subscriptions: 1, subscribes: 1, told: 1, apiKeys: [] });
    expect(portal.get(ada.key('news'))?.revision).toBe(1n);
    const { body } = await world.run(world.fetch(portal.url + readPath(ada.key('news'), 5), { ...INIT, method: 'GET', signal: new AbortController().signal, headers: { 'Skynet-Api-Key': 'open-sesame' } }));
    await body?.cancel();
    expect(portal.traffic.apiKeys).toEqual(['open-sesame']);
  });

  it('strikes as often as it is told', async () => {
    const { portal, ada, read } = open();
    portal.put(ada.entry('news', 1n));
    portal.faults = { reads: 'error', share: 0.5 };
    const statuses: number[] = [];
    for (let i = 0; i < 40; i++) statuses.push((await read()).status);
    expect(statuses.filter((status) => status === 500).length).toBeGreaterThan(8);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(8);
  });
});

describe('a runtime in a simulated world', () => {
  it('lives in the world as it is, too, or in a process of it', async () => {
    const { world, ada } = open();
    world.put(ada.entry('news', 1n));
    const runtime = await world.run(createRuntime({ portals: world.urls, workers: inline(world), policy: { verifiers: 1 } }));
    expect(await world.run(runtime.read(ada.key('news')))).toMatchObject({ revision: 1n, floor: 'durable' });
    await world.run(runtime.close());
    await world.pass(60_000);
    expect(world.clock.waiting).toBe(0);
  });

  it.each(['portal', 'entries', 'verifier'] as const)('when its %s actor is killed, or hangs, then another takes its place, and nothing is lost', async (actor) => {
    const { world, ada, host, runtime, revision } = await start();
    world.put(ada.entry('news', 1n));
    await world.pass(2_000);
    expect(host.kill(actor)).toBe(true);
    world.put(ada.entry('news', 2n));
    await world.pass(3_000);
    expect(revision()).toBe(2n);
    expect(host.hang(actor)).toBe(true);
    world.put(ada.entry('news', 3n));
    await world.pass(2_000);
    expect(revision()).toBe(2n);
    await world.pass(10_000);
    expect(revision()).toBe(3n);
    await world.run(runtime.close());
  });

  it('when it crashes, then nothing of it goes on, and what it showed as durable is the least that the next one shows', async () => {
    const { world, ada, host, runtime, seen, portal } = await start();
    world.put(ada.entry('news', 2n));
    await world.pass(2_000);
    expect(seen.at(-1)).toMatchObject({ revision: 2n, floor: 'durable' });
    const { length } = seen;
    host.crash();
    world.put(ada.entry('news', 3n));
    await world.pass(60_000);
    expect(seen).toHaveLength(length);
    expect(portal.traffic.sockets).toBe(0);
    for (const each of world.portals) {
      each.forget(ada.key('news'));
      each.put(ada.entry('news', 1n));
    }
    const next = await world.run(createRuntime({ portals: world.urls, workers: world.host(), policy: { verifiers: 1 } }));
    expect(await world.run(next.read(ada.key('news')))).toMatchObject({ revision: 2n });
    await world.run(next.close());
    expect(runtime).toBeDefined();
  });

  it('when the storage fails, then values say so; when it is corrupt, or evicted, then nothing forged is shown', async () => {
    const { world, ada, runtime, seen } = await start();
    world.storage.fault = 'full';
    world.put(ada.entry('news', 1n));
    await world.pass(2_000);
    expect(seen.at(-1)).toMatchObject({ revision: 1n, floor: 'volatile' });
    world.storage.fault = undefined;
    world.storage.delay = 50;
    await world.pass(20_000);
    world.put(ada.entry('news', 2n));
    await world.pass(2_000);
    expect(seen.at(-1)).toMatchObject({ revision: 2n, floor: 'durable' });
    expect(world.storage.commits).toBeGreaterThan(0);
    await world.run(runtime.close());
    for (const spoil of [() => world.storage.corrupt(), () => world.storage.evict()]) {
      await spoil();
      const next = await world.run(createRuntime({ portals: world.urls, workers: world.host(), policy: { verifiers: 1 } }));
      expect(await world.run(next.read(ada.key('news')))).toMatchObject({ revision: 2n });
      await world.run(next.close());
    }
  });

  it('when another tab on its storage sees a newer value, then it shows it, though its own portal has none; what anybody else tells of it is verified', async () => {
    const { world, ada } = open({ portals: 2, gossip: null });
    world.put(ada.entry('news', 1n));
    const seen: bigint[] = [];
    const tabs = [];
    for (const url of world.urls) tabs.push({ host: world.host(), url });
    const runtimes = [];
    for (const { host, url } of tabs) runtimes.push(await world.run(createRuntime({ portals: [url], workers: host, policy: { verifiers: 1 } })));
    const [first, second] = runtimes;
    first?.watch(ada.key('news')).subscribe((result) => result.exists && seen.push(result.revision));
    second?.watch(ada.key('news')).subscribe();
    await world.pass(2_000);
    world.portal(1).put(ada.entry('news', 2n));
    await world.pass(1_000);
    expect(seen).toEqual([1n, 2n]);

    const stranger = world.broadcast('secure-registry floors simulated', () => {});
    const forged = { ...ada.entry('news', 9n), signature: ada.entry('news', 8n).signature };
    stranger?.post([[nameOf(forged), packEntry(forged)]]);
    await world.pass(1_000);
    expect(seen).toEqual([1n, 2n]);

    // Who is dead tells nobody anything, though its disk was at work still.
    const told: unknown[] = [];
    world.broadcast('secure-registry floors simulated', (message) => told.push(message));
    world.portal(1).put(ada.entry('news', 3n));
    await world.pass(1_000);
    expect(told.length).toBeGreaterThan(0);
    told.length = 0;
    world.storage.delay = 500;
    world.portal(1).put(ada.entry('news', 4n));
    await world.pass(400);
    for (const { host } of tabs) host.crash();
    const { commits } = world.storage;
    await world.pass(60_000);
    expect(world.storage.commits).toBeGreaterThan(commits);
    expect(told).toEqual([]);
  });

  it('when the network is gone, then calls fail in time, and what is watched goes on when it is back', async () => {
    const { world, ada, runtime, revision } = await start();
    world.put(ada.entry('news', 1n));
    await world.pass(2_000);
    world.isOnline = false;
    expect(await world.run(codeOf(runtime.read(ada.key('other'))))).toBe('UNREACHABLE');
    world.put(ada.entry('news', 2n));
    await world.pass(120_000);
    expect(revision()).toBe(1n);
    world.isOnline = true;
    await world.pass(35_000);
    expect(revision()).toBe(2n);
    await world.run(runtime.close());
  });

  it('is the same twice from one seed, and another from another', async () => {
    const first = await play(5);
    expect(first.length).toBeGreaterThan(100);
    expect(await play(5)).toEqual(first);
    expect(await play(6)).not.toEqual(first);
  });

  it('refuses worlds that are none', async () => {
    expect(await codeOf(Promise.resolve().then(() => new SimulatedWorld({ seed: 0.5, portals: 1 })))).toBe('INVALID_INPUT');
    expect(await codeOf(Promise.resolve().then(() => new SimulatedWorld({ seed: 1, portals: 0 })))).toBe('INVALID_INPUT');
    for (const which of [9, 'http://nowhere.example']) expect(() => open().world.portal(which)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', field: 'which' }));
    expect(() => open().world.fetch('http://nowhere.example/', { ...INIT, method: 'GET', signal: new AbortController().signal })).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', field: 'url' }));
  });
});
