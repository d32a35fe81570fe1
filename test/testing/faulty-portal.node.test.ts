import { once } from 'node:events';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { keyNamed, nameOf, verifyEntry, type CheckedEntry } from '../../src/registry/index.ts';
import { LIVENESS_REQUEST, readAnswer, readMessage, readPath, REGISTRY_PATH, requestText, SUBSCRIPTION_PATH, writeBody } from '../../src/registry/wire/index.ts';
import { SimulatedAuthor } from '../../src/testing/author.ts';
import { FaultyPortal, type FaultyPortalOptions, type PortalFaults, type ReadFault, type SocketFault, type WriteFault } from '../../src/testing.node.ts';
import { codeOf } from '../link/fixture/channels.ts';

const ada = new SimulatedAuthor('ada');
const bob = new SimulatedAuthor('bob');
const [FIRST, SECOND] = [ada.entry('news', 1n), ada.entry('news', 2n)];

async function start(options?: FaultyPortalOptions): Promise<FaultyPortal> {
  const portal = await FaultyPortal.start(options);
  onTestFinished(() => portal.close());
  for (const entry of [FIRST, SECOND, bob.entry('other', 7n)]) await portal.put(entry);
  return portal;
}

const ask = (portal: FaultyPortal, signal?: AbortSignal): Promise<Response> => fetch(portal.url + readPath(SECOND, 5), { redirect: 'manual', ...(signal === undefined ? {} : { signal }) });
const post = (portal: FaultyPortal, entry: CheckedEntry, signal?: AbortSignal): Promise<Response> =>
  fetch(portal.url + REGISTRY_PATH, { method: 'POST', body: writeBody(entry), redirect: 'manual', ...(signal === undefined ? {} : { signal }) });

/** The entry in an answer, whether or not it is genuine. */
async function entryIn(response: Response): Promise<CheckedEntry | undefined> {
  const claim = readAnswer(await response.text());
  return claim && { ...keyNamed(nameOf(SECOND)), ...claim };
}

/** One subscriber, and what it is told. */
class Client {
  readonly socket: WebSocket;
  readonly frames: string[] = [];
  #look = (): void => {};

  constructor(portal: FaultyPortal) {
    this.socket = new WebSocket(portal.url.replace('http', 'ws') + SUBSCRIPTION_PATH, { maxPayload: 100_000 });
    this.socket.on('message', (data) => {
      this.frames.push((data as Buffer).toString());
      this.#look();
    });
    this.socket.on('error', () => {}); // 'close' follows
    onTestFinished(() => this.socket.terminate());
  }

  async subscribe(): Promise<void> {
    await once(this.socket, 'open');
    this.socket.send(requestText('subscribe', SECOND));
  }

  async until(count: number): Promise<readonly string[]> {
    await new Promise<void>((resolve) => {
      this.#look = () => (this.frames.length >= count ? resolve() : undefined);
      this.#look();
    });
    return this.frames;
  }

  /** What was told of entries: their revisions, and whether they are genuine. */
  get told(): readonly (readonly [bigint, boolean])[] {
    return this.frames.flatMap((frame) => {
      const message = readMessage(frame);
      if (message?.kind !== 'update') return [];
      return [[message.claim.revision, verifyEntry({ ...message.key, ...message.claim })] as const];
    });
  }
}

async function subscribed(portal: FaultyPortal): Promise<Client> {
  const client = new Client(portal);
  await client.subscribe();
  return client;
}

/** Resolves with how the socket ended. */
const closed = (socket: WebSocket): Promise<number> => new Promise((resolve) => socket.on('close', resolve));

/** Whether nothing came by the time that the portal said something else. */
async function isSilent(pending: Promise<unknown>, portal: FaultyPortal, later: () => Promise<unknown>): Promise<boolean> {
  let isAnswered = false;
  const note = (): void => void (isAnswered = true);
  pending.then(note, note);
  await later();
  portal.faults = {};
  return !isAnswered;
}

/** What a GET is answered on a connection of its own, and in which pieces. */
async function raw(portal: FaultyPortal): Promise<readonly Buffer[]> {
  const socket = connect(Number(new URL(portal.url).port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  const pieces: Buffer[] = [];
  socket.on('data', (bytes) => pieces.push(bytes));
  socket.write(`GET ${readPath(SECOND, 5)} HTTP/1.1\r\nHost: portal\r\nConnection: close\r\n\r\n`);
  await once(socket, 'close');
  return pieces;
}

/** What a portal of this seed answers, whose faults strike every other time. */
async function statusesOf(seed: number): Promise<readonly number[]> {
  const portal = await start({ seed });
  portal.faults = { reads: 'error', share: 0.5 };
  const statuses: number[] = [];
  for (let i = 0; i < 20; i++) statuses.push((await ask(portal)).status);
  return statuses;
}

const took = async (work: Promise<unknown>): Promise<number> => {
  const begun = performance.now();
  await work;
  return performance.now() - begun;
};

describe('given a portal without faults', () => {
  it('answers, takes writes and tells subscribers as a portal does, and counts', async () => {
    const portal = await start();
    expect(await entryIn(await ask(portal))).toEqual(SECOND);
    const client = await subscribed(portal);
    await client.until(1);
    expect((await post(portal, ada.entry('news', 3n))).status).toBe(204);
    await client.until(2);
    expect(client.told).toEqual([[2n, true], [3n, true]]);
    expect(await portal.get(SECOND)).toMatchObject({ revision: 3n });
    expect(portal.traffic).toMatchObject({ reads: 1, writes: 1, accepted: 1, opened: 1, sockets: 1, subscriptions: 1, subscribes: 1, told: 2 });
  });

  it('when it is killed, then nobody listens; when it is revived, then it has what it had, at the same port', async () => {
    const portal = await start();
    const client = await subscribed(portal);
    await client.until(1);
    const ended = closed(client.socket);
    await portal.kill();
    await ended;
    await expect(ask(portal)).rejects.toThrow();
    const { url } = portal;
    await portal.revive();
    expect(portal.url).toBe(url);
    expect(await entryIn(await ask(portal))).toEqual(SECOND);
  });

  it('sends every client what it is told to, and ends their sockets', async () => {
    const portal = await start();
    const client = await subscribed(portal);
    await client.until(1);
    portal.say('anything');
    expect((await client.until(2))[1]).toBe('anything');
    const ended = closed(client.socket);
    portal.cut();
    await ended;
  });
});

describe('given what it cannot do', () => {
  it('when a seed is no whole number, then it is refused', async () => {
    expect(await codeOf(FaultyPortal.start({ seed: 0.5 }))).toBe('INVALID_INPUT');
  });

  it('when it has a newer entry, or the key did not sign this one, then it does not take it, and quotes nobody', async () => {
    const portal = await start();
    for (const entry of [FIRST, { ...ada.entry('news', 3n), signature: new Uint8Array(64) }]) {
      await expect(portal.put(entry)).rejects.toMatchObject({ code: 'REJECTED', portal: portal.url, message: expect.stringMatching(/^the portal does not take the entry \((400|500)\)$/) });
    }
    // Nor does it lie with what its key did not sign.
    portal.faults = { reads: 'stale' };
    expect(await entryIn(await ask(portal))).toEqual(FIRST);
  });

  it('when what is waited for does not come, then it says what came, and its seed, and no API key', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const portal = await FaultyPortal.start({ seed: 42, apiKey: 'open-sesame' });
    onTestFinished(() => portal.close());
    const failed = portal.until({ reads: 1 }).catch((error: unknown) => error);
    vi.advanceTimersByTime(20_000);
    const error = await failed;
    expect(error).toMatchObject({ code: 'TIMEOUT', portal: portal.url, message: expect.stringMatching(/seed 42.*"reads":1.*"reads":0/) });
    expect(String(error)).not.toContain('sesame');
  });

  it('when it is to keep no preconditions, then it keeps none, and does not say that it did', async () => {
    const portal = await start({ preconditions: false });
    expect((await ask(portal)).headers.has('registry-preconditions')).toBe(false);
    const response = await fetch(portal.url + REGISTRY_PATH, { method: 'POST', body: writeBody(ada.entry('news', 3n)), headers: { 'If-None-Match': '*' } });
    expect(response.status).toBe(204);
  });
});

describe('given a fault of reads', () => {
  const STATUS: readonly (readonly [ReadFault, number, RegExp])[] = [
    ['not found', 404, /registry entry not found/],
    ['error', 500, /internal error/],
    ['throttle', 429, /too many/],
    ['html', 200, /<!DOCTYPE html>/],
    ['garbage', 200, /^\{"data":"$/],
    ['redirect', 302, /^$/],
    [{ status: 418, body: 'short and stout', headers: { 'X-Pot': 'tea' } }, 418, /stout/],
  ];
  it.each(STATUS)('%j: answers %i', async (reads, status, body) => {
    const portal = await start();
    portal.faults = { reads };
    const response = await ask(portal);
    expect(response.status).toBe(status);
    expect(await response.text()).toMatch(body);
    portal.faults = {};
    expect(await entryIn(await ask(portal))).toEqual(SECOND);
  });

  it('forge: another digit of the signature', async () => {
    const portal = await start();
    portal.faults = { reads: 'forge' };
    const entry = await entryIn(await ask(portal));
    expect(entry).toMatchObject({ revision: 2n });
    expect(verifyEntry(entry!)).toBe(false);
  });

  it('flip: one bit of one byte', async () => {
    const portal = await start();
    const honest = Buffer.from(await (await ask(portal)).arrayBuffer());
    portal.faults = { reads: 'flip' };
    const flipped = Buffer.from(await (await ask(portal)).arrayBuffer());
    expect(flipped).toHaveLength(honest.length);
    const differing = [...honest].map((byte, i) => byte ^ flipped[i]!).filter((difference) => difference !== 0);
    expect(differing).toHaveLength(1);
    expect(Math.log2(differing[0]!) % 1).toBe(0);
  });

  it('stale, equivocate, cross: an older one, the other of one revision, another key’s, all genuine', async () => {
    const portal = await start();
    portal.faults = { reads: 'stale' };
    expect(await entryIn(await ask(portal))).toEqual(FIRST);
    const others = [ada.entry('news', 3n, 'one'), ada.entry('news', 3n, 'two')];
    const served: CheckedEntry[] = [];
    // The one that loses first, or the portal would refuse it.
    for (const other of others) await portal.put(other).catch(() => {});
    portal.faults = {};
    served.push((await entryIn(await ask(portal)))!);
    portal.faults = { reads: 'equivocate' };
    served.push((await entryIn(await ask(portal)))!);
    expect(served.map(({ revision }) => revision)).toEqual([3n, 3n]);
    expect(served.every((entry) => verifyEntry(entry))).toBe(true);
    expect(served[0]!.data).not.toEqual(served[1]!.data);
    portal.faults = { reads: 'cross' };
    const crossed = (await entryIn(await ask(portal)))!;
    expect(crossed).toMatchObject({ revision: 7n });
    expect(verifyEntry(crossed)).toBe(false);
    expect(verifyEntry({ ...crossed, ...bob.key('other') })).toBe(true);
  });

  it('endless: more than any answer has, and no end', async () => {
    const portal = await start();
    portal.faults = { reads: 'endless' };
    const reader = (await ask(portal)).body!.getReader();
    let length = 0;
    while (length < 1_000_000) length += (await reader.read()).value!.length;
    await reader.cancel();
    expect(length).toBeGreaterThanOrEqual(1_000_000);
  });

  it('bomb: small on the wire, a megabyte unpacked', async () => {
    const portal = await start();
    portal.faults = { reads: 'bomb' };
    const response = await ask(portal);
    expect(Number(response.headers.get('content-length') ?? 0)).toBeLessThan(10_000);
    expect((await response.arrayBuffer()).byteLength).toBe(1_000_000);
  });

  it.each(['drop', 'reset'] as const)('%s: the connection ends', async (reads) => {
    const portal = await start();
    portal.faults = { reads };
    await expect(ask(portal)).rejects.toMatchObject({ cause: { code: reads === 'drop' ? 'UND_ERR_SOCKET' : 'ECONNRESET' } });
  });

  it('mute: takes the question and says nothing to it', async () => {
    const portal = await start();
    const abort = new AbortController();
    portal.faults = { reads: 'mute' };
    const pending = ask(portal, abort.signal);
    expect(await isSilent(pending, portal, () => post(portal, ada.entry('news', 3n)))).toBe(true);
    abort.abort();
    await expect(pending).rejects.toThrow();
    expect(portal.traffic.reads).toBe(1);
  });

  it('strikes when its seed says so: the same at every run, another time with another seed', async () => {
    const seen = await statusesOf(7);
    expect(await statusesOf(7)).toEqual(seen);
    expect(await statusesOf(8)).not.toEqual(seen);
  });

  it('strikes as often as it is told', async () => {
    const portal = await start();
    portal.faults = { reads: 'error', share: 0 };
    expect((await ask(portal)).status).toBe(200);
    portal.faults = { reads: 'error', share: 1 };
    expect((await ask(portal)).status).toBe(500);
  });
});

describe('given a fault of writes', () => {
  const third = ada.entry('news', 3n);

  const OUTCOMES: readonly (readonly [WriteFault, number, bigint])[] = [
    ['lose', 204, 2n],
    ['error', 500, 2n],
    ['throttle', 429, 2n],
    ['html', 200, 2n],
    ['redirect', 302, 2n],
    [{ status: 400, body: '{"message":"no"}' }, 400, 2n],
  ];
  it.each(OUTCOMES)('%s: answers %i and stores nothing', async (writes, status, revision) => {
    const portal = await start();
    portal.faults = { writes };
    expect((await post(portal, third)).status).toBe(status);
    expect(await portal.get(third)).toMatchObject({ revision });
  });

  it.each([
    ['drop', 2n],
    ['reset', 2n],
    ['break', 3n],
  ] as const)('%s: the connection ends, and it has revision %s', async (writes, revision) => {
    const portal = await start();
    portal.faults = { writes };
    await expect(post(portal, third)).rejects.toThrow();
    expect(await portal.get(third)).toMatchObject({ revision });
  });

  it('mute: stores it, and never says so', async () => {
    const portal = await start();
    const abort = new AbortController();
    portal.faults = { writes: 'mute' };
    const pending = post(portal, third, abort.signal);
    expect(await isSilent(pending, portal, () => portal.until({ accepted: 1 }))).toBe(true);
    abort.abort();
    await expect(pending).rejects.toThrow();
    expect(await portal.get(third)).toMatchObject({ revision: 3n });
  });

  it('held: requests wait until it is over', async () => {
    const portal = await start();
    portal.faults = { held: true };
    const pending = post(portal, third);
    await portal.until({ writes: 1 });
    expect(portal.traffic.accepted).toBe(0);
    portal.faults = {};
    expect((await pending).status).toBe(204);
  });
});

describe('given a fault of sockets', () => {
  it('hang, refuse: the handshake is not answered; the connection ends', async () => {
    const portal = await start();
    portal.faults = { sockets: 'refuse' };
    expect(await closed(new Client(portal).socket)).toBe(1006);
    portal.faults = { sockets: 'hang' };
    const hanging = new Client(portal);
    expect(await isSilent(once(hanging.socket, 'open'), portal, () => ask(portal))).toBe(true);
  });

  it('mute: falls silent on a connection that stays open', async () => {
    const portal = await start();
    const client = await subscribed(portal);
    await client.until(1);
    portal.faults = { sockets: 'mute' };
    client.socket.send(LIVENESS_REQUEST);
    await portal.put(ada.entry('news', 3n));
    expect(await entryIn(await ask(portal))).toMatchObject({ revision: 3n });
    expect(client.frames).toHaveLength(1);
    expect(client.socket.readyState).toBe(WebSocket.OPEN);
  });

  const TOLD: readonly (readonly [SocketFault, readonly (readonly [bigint, boolean])[]])[] = [
    ['forge', [[2n, false]]],
    ['stale', [[1n, true]]],
    ['cross', [[7n, false]]],
    ['duplicate', [[2n, true], [2n, true]]],
    ['flood', [...Array.from({ length: 20 }, () => [2n, false] as const), [7n, true], [2n, true]]],
  ];
  it.each(TOLD)('%s: tells what it has in its own way', async (sockets, told) => {
    const portal = await start();
    portal.faults = { sockets };
    const client = await subscribed(portal);
    await client.until(told.length);
    expect(client.told).toEqual(told);
  });

  it('equivocate: tells the other of two entries of one revision', async () => {
    const portal = await start();
    for (const data of ['one', 'two']) await portal.put(ada.entry('news', 3n, data)).catch(() => {});
    portal.faults = { sockets: 'equivocate' };
    const client = await subscribed(portal);
    const [frame] = await client.until(1);
    const message = readMessage(frame!);
    if (message?.kind !== 'update') throw new Error('it was told an entry');
    expect(message.claim.revision).toBe(3n);
    expect(message.claim.data).not.toEqual((await portal.get(SECOND))!.data);
    expect(client.told).toEqual([[3n, true]]);
  });

  it('flip, garbage: another bit; a piece of the frame', async () => {
    const portal = await start();
    const honest = (await (await subscribed(portal)).until(1))[0]!;
    portal.faults = { sockets: 'flip' };
    const [flipped = ''] = await (await subscribed(portal)).until(1);
    expect(Array.from(honest).filter((character, i) => character !== flipped[i])).toHaveLength(1);
    portal.faults = { sockets: 'garbage' };
    const [piece = honest] = await (await subscribed(portal)).until(1);
    expect(piece.length).toBeLessThan(honest.length);
    expect(honest.startsWith(piece)).toBe(true);
  });

  it('huge: a frame that no client should take', async () => {
    const portal = await start();
    portal.faults = { sockets: 'huge' };
    const client = await subscribed(portal);
    expect(await closed(client.socket)).toBe(1006);
    expect(client.frames).toEqual([]);
  });

  it('reorder: the next one first', async () => {
    const portal = await start();
    const client = await subscribed(portal);
    await client.until(1);
    portal.faults = { sockets: 'reorder' };
    await portal.put(ada.entry('news', 3n));
    await portal.put(ada.entry('news', 4n));
    await client.until(3);
    expect(client.told.map(([revision]) => revision)).toEqual([2n, 4n, 3n]);
  });

  it('reorder: late, where there is no next one', async () => {
    const portal = await start();
    portal.faults = { sockets: 'reorder' };
    const client = await subscribed(portal);
    await client.until(1);
    expect(client.told).toEqual([[2n, true]]);
  });

  it('reset: the connection is reset', async () => {
    const portal = await start();
    portal.faults = { sockets: 'reset' };
    const socket = connect(Number(new URL(portal.url).port), '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.write(`GET ${SUBSCRIPTION_PATH} HTTP/1.1\r\nHost: portal\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${'A'.repeat(22)}==\r\n\r\n`);
    await once(socket, 'data');
    const request = Buffer.from(requestText('subscribe', SECOND));
    const failed = new Promise<NodeJS.ErrnoException>((resolve) => socket.on('error', resolve));
    // A text frame of RFC 6455, section 5.2, under a mask of zeros.
    socket.write(Buffer.concat([Buffer.from([0x81, 0xfe, request.length >> 8, request.length & 0xff, 0, 0, 0, 0]), request]));
    expect((await failed).code).toBe('ECONNRESET');
  });
});

describe('given a fault of the line', () => {
  it('latency: whatever it says comes so much later', async () => {
    const portal = await start();
    portal.faults = { latency: 300 };
    expect(await took(ask(portal))).toBeGreaterThanOrEqual(295);
    const client = new Client(portal);
    expect(await took(once(client.socket, 'open'))).toBeGreaterThanOrEqual(295);
  });

  it('bandwidth: so many bytes a second', async () => {
    const portal = await start();
    const bytes = Buffer.concat(await raw(portal)).length;
    portal.faults = { bandwidth: 2_000 };
    expect(await took(raw(portal))).toBeGreaterThanOrEqual((bytes / 2_000) * 1_000 * 0.9);
  });

  it('slice: in many pieces, none of them lost', async () => {
    const portal = await start();
    const whole = await raw(portal);
    portal.faults = { slice: true };
    const pieces = await raw(portal);
    expect(pieces.length).toBeGreaterThan(10 * whole.length);
    expect(Buffer.concat(pieces).toString().split('\r\n\r\n')[1]).toBe(Buffer.concat(whole).toString().split('\r\n\r\n')[1]);
    const client = await subscribed(portal);
    await client.until(1);
    expect(client.told).toEqual([[2n, true]]);
  });

  it('halfOpen: takes connections and says nothing, on those that are open, too', async () => {
    const portal = await start();
    const client = await subscribed(portal);
    await client.until(1);
    const other = await start();
    const silent: PortalFaults = { halfOpen: true };
    portal.faults = silent;
    const abort = new AbortController();
    const pending = ask(portal, abort.signal);
    let isAnswered = false;
    pending.then(
      () => (isAnswered = true),
      () => {},
    );
    client.socket.send(LIVENESS_REQUEST);
    await portal.until({ reads: 1 });
    await ask(other);
    expect({ isAnswered, frames: client.frames.length, state: client.socket.readyState }).toEqual({ isAnswered: false, frames: 1, state: WebSocket.OPEN });
    abort.abort();
    await expect(pending).rejects.toThrow();
  });
});
