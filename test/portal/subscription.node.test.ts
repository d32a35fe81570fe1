import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { EntryKey } from '../../src/registry/index.ts';
import { REGISTRY_PATH, requestText, SUBSCRIPTION_PATH } from '../../src/registry/wire/index.ts';
import { DEFAULT_LIMITS, LocalBus, MemoryStore, type CheckedEntry, type EntryStore, type Portal } from '../../src/portal/index.ts';
import { Counters } from '../../src/portal/stats.ts';
import { SubscriptionHub } from '../../src/portal/subscription/hub.ts';
import { Pace } from '../../src/portal/subscription/pace.ts';
import { Subscriber } from '../../src/portal/subscription/subscriber.ts';
import { deferred, openPortal, rawConnection } from './fixture.ts';

/** A memory store whose reads wait for a word. */
class SlowStore extends MemoryStore {
  readonly #waiting: (() => void)[] = [];
  #onRead: () => void = () => {};
  isSlow = false;
  readonly readBegun = new Promise<void>((resolve) => (this.#onRead = resolve));
  override async get(id: Uint8Array): Promise<CheckedEntry | undefined> {
    const entry = await super.get(id);
    if (this.isSlow) {
      this.#onRead();
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return entry;
  }
  letThrough(): void {
    this.isSlow = false;
    for (const resolve of this.#waiting) resolve();
  }
}

describe('between subscribing and the answer', () => {
  test('an update is not lost and not told twice', async () => {
    const store = new SlowStore();
    const { client, author } = await openPortal({ store });
    await client.write(author.entry(1n));
    const socket = await client.connect();
    store.isSlow = true;
    socket.subscribe(author.entry(1n));
    await store.readBegun; // which saw revision 1
    await client.write(author.entry(2n));
    store.letThrough();
    expect(await socket.next()).toMatchObject({ kind: 'update', claim: { revision: 2n } });
    await socket.assertQuiet();
  });

  test('unsubscribing keeps it silent', async () => {
    const store = new SlowStore();
    const { client, author, portal } = await openPortal({ store });
    await client.write(author.entry(1n));
    const socket = await client.connect();
    store.isSlow = true;
    socket.subscribe(author.entry(1n));
    await store.readBegun;
    socket.unsubscribe(author.entry(1n));
    await socket.assertQuiet();
    store.letThrough();
    await socket.assertQuiet();
    expect(portal.stats()).toMatchObject({ sockets: 1, subscriptions: 0, watchedEntries: 0 });
  });
});

describe('a bus', () => {
  test('joins portals of one store', async () => {
    const shared = { store: new MemoryStore(), bus: new LocalBus() };
    const [one, other] = [await openPortal(shared), await openPortal(shared)];
    const socket = await other.client.connect();
    await one.client.write(one.author.entry(1n));
    socket.subscribe(one.author.entry(1n));
    expect(await socket.next()).toMatchObject({ claim: { revision: 1n } });
    await one.client.write(one.author.entry(2n));
    expect(await socket.next()).toMatchObject({ claim: { revision: 2n } });
  });

  test('that fails fails no write, and is counted', async () => {
    const { client, author, portal } = await openPortal({ bus: { publish: async () => Promise.reject(new Error('down')), subscribe: () => () => {} } });
    expect((await client.write(author.entry(1n))).status).toBe(204);
    expect(portal.stats()).toMatchObject({ publishFailures: 1, puts: { stored: 1 } });
  });

  test('that brings old news tells nobody', async () => {
    const bus = new LocalBus();
    const { client, author } = await openPortal({ bus });
    await client.write(author.entry(5n));
    const socket = await client.connect();
    socket.subscribe(author.entry(5n));
    await socket.next();
    for (const revision of [5n, 4n, 0n, 6n]) bus.publish(author.entry(revision));
    expect(await socket.next()).toMatchObject({ claim: { revision: 6n } });
  });
});

describe('a pace', () => {
  test('of 400 ms of delay holds each notification back that long', async () => {
    const { client, author } = await openPortal();
    const socket = await client.connect('?notificationdelay=400&bandwidthlimit=0');
    await client.write(author.entry(1n));
    const start = performance.now();
    socket.subscribe(author.entry(1n));
    await socket.next();
    await client.write(author.entry(2n));
    await socket.next();
    expect(performance.now() - start).toBeGreaterThanOrEqual(795);
  });

  test('of so much bandwidth spaces them, and skips to the newest', async () => {
    const { client, author } = await openPortal();
    const socket = await client.connect('?notificationdelay=0&bandwidthlimit=21845'); // one in three seconds: time enough for all writes
    const entries = [2n, 3n, 4n, 5n].map((revision) => author.entry(revision)); // signing takes its time
    await client.write(author.entry(1n));
    const start = performance.now();
    socket.subscribe(author.entry(1n));
    await socket.next();
    for (const entry of entries) await client.write(entry);
    expect(await socket.next()).toMatchObject({ claim: { revision: 5n } });
    expect(performance.now() - start).toBeGreaterThanOrEqual(2_950);
  });

  test.each(['notificationdelay=x', 'notificationdelay=-1', 'bandwidthlimit=1.5', 'bandwidthlimit=99999999999999999'])('%s is 400 in JSON before the upgrade', async (query) => {
    const { portal, client } = await openPortal();
    await expect(client.connect(`?${query}`)).rejects.toThrow('400');
    const { socket, received } = await rawConnection(portal);
    socket.write(upgrade(`${SUBSCRIPTION_PATH}?${query}`));
    expect(await received).toMatch(/^HTTP\/1\.1 400 [^]*application\/json[^]*\{"message":"failed to parse /);
  });
});

describe('limits', () => {
  test('of subscriptions: one more is an error, the same again is not', async () => {
    const { client, author } = await openPortal({ limits: { subscriptionsPerSocket: 2 } });
    const socket = await client.connect();
    const keys = ['1', '2', '3'].map((name) => author.entry(1n, 'x', { name }));
    for (const key of [keys[0]!, keys[1]!, keys[0]!]) {
      socket.subscribe(key);
      expect((await socket.next()).kind).toBe('missing');
    }
    socket.subscribe(keys[2]!);
    expect(await socket.next()).toMatchObject({ kind: 'error', message: 'too many subscriptions: at most 2 on one connection' });
    socket.unsubscribe(keys[0]!);
    socket.subscribe(keys[2]!);
    expect((await socket.next()).kind).toBe('missing');
  });

  test('of subscriptions of all WebSockets: one more is an error, until one is given up', async () => {
    const { client, author, portal } = await openPortal({ limits: { subscriptions: 2 } });
    const [one, other] = [await client.connect(), await client.connect()];
    const [shared, another] = [author.entry(1n), author.entry(1n, 'x', { name: 'another' })];
    for (const socket of [one, other, one]) {
      socket.subscribe(shared);
      expect((await socket.next()).kind).toBe('missing');
    }
    other.subscribe(another);
    expect(await other.next()).toMatchObject({ kind: 'error', message: 'too many subscriptions: at most 2 on this portal' });
    expect(portal.stats()).toMatchObject({ subscriptions: 2, watchedEntries: 1 });
    await one.close();
    await expect.poll(() => portal.stats().subscriptions).toBe(1);
    other.subscribe(another);
    expect((await other.next()).kind).toBe('missing');
  });

  test('of a list: 10,000 subscriptions are listed, one more is an error and the connection goes on', async () => {
    const { client, author } = await openPortal();
    const socket = await client.connect();
    const watch = (i: number) => {
      const datakey = new Uint8Array(32);
      new DataView(datakey.buffer).setUint32(0, i);
      socket.subscribe({ pubkey: author.pubkey, datakey });
    };
    for (let i = 0; i < 10_000; i++) watch(i);
    for (let i = 0; i < 10_000; i++) await socket.nextText();
    socket.send('{"action":"subscriptions"}');
    expect((await socket.nextText()).length).toBeGreaterThan(10_000 * 64);
    watch(10_000);
    await socket.nextText();
    socket.send('{"action":"subscriptions"}');
    expect(await socket.nextText()).toBe('{"error":"too many subscriptions to list: at most 10000"}\n');
    await socket.assertQuiet();
  });

  test('of WebSockets: one more is 503, and there is room again after one left', async () => {
    const { client, portal } = await openPortal({ limits: { sockets: 1 } });
    const first = await client.connect();
    await expect(client.connect()).rejects.toThrow('503');
    await first.close();
    await expect.poll(() => portal.stats().sockets).toBe(0);
    await (await client.connect()).close();
  });

  test('of a frame: a larger one ends the connection with 1009, a binary one with 1003', async () => {
    const { client } = await openPortal();
    const [large, binary] = [await client.connect(), await client.connect()];
    large.send(' '.repeat(16 * 1024 + 1));
    expect(await large.closed).toBe(1009);
    binary.send(new TextEncoder().encode('{"action":"ping"}'));
    expect(await binary.closed).toBe(1003);
  });

  test('100,000 entries can be watched on one connection, and are all given up at its end', async () => {
    const { client, author, portal } = await openPortal();
    const socket = await client.connect();
    const datakeys = Array.from({ length: 100_000 }, (_, i) => {
      const datakey = new Uint8Array(32);
      new DataView(datakey.buffer).setUint32(0, i);
      return datakey;
    });
    for (const datakey of datakeys) socket.subscribe({ pubkey: author.pubkey, datakey });
    for (let i = 0; i < datakeys.length; i++) await socket.nextText();
    expect(portal.stats()).toMatchObject({ subscriptions: 100_000, watchedEntries: 100_000 });
    await socket.close();
    await expect.poll(() => portal.stats()).toMatchObject({ subscriptions: 0, watchedEntries: 0, sockets: 0 });
  });
});

/** A WebSocket that asks and does not read, on a connection whose buffers are small. */
async function deafSocket(portal: Portal): Promise<WebSocket> {
  const socket = new WebSocket(portal.url.replace('http', 'ws') + SUBSCRIPTION_PATH);
  await new Promise((resolve) => void socket.once('open', resolve));
  return socket;
}

/** More requests for an entry of 350 bytes than the system's buffers hold answers. */
function flood(socket: WebSocket, key: EntryKey): void {
  const request = requestText('subscribe', key);
  for (let i = 0; i < 60_000; i++) socket.send(request);
}

describe('a client that does not read', () => {
  test('holds the newest of each entry only, hears others’ requests no more, and gets the last when it reads', async () => {
    const { client, author, portal } = await openPortal({ limits: { backlogBytes: 16_384, drainTimeout: 30_000 } });
    const socket = await deafSocket(portal);
    const revisions: bigint[] = [];
    const isLast = new Promise<void>((resolve) => {
      socket.on('message', (data) => {
        const revision = /"revision":(\d+)/.exec((data as Buffer).toString())?.[1];
        revisions.push(BigInt(revision ?? -1));
        if (revision === '3000') resolve();
      });
    });
    socket.send(requestText('subscribe', author.entry(0n)));
    await expect.poll(() => portal.stats().subscriptions).toBe(1);
    await client.write(author.entry(1n, new Uint8Array(113)));
    socket.pause();
    flood(socket, author.entry(0n));
    await expect.poll(() => socket.bufferedAmount, { timeout: 20_000 }).toBeGreaterThan(0);
    const told = portal.stats().notifications;
    for (const revision of [1000n, 2000n, 3000n]) expect((await client.write(author.entry(revision))).status).toBe(204);
    expect(portal.stats().notifications).toBeLessThan(told + 60_000);
    socket.resume();
    await isLast;
    expect(revisions.slice(1).every((revision, i) => revision >= revisions[i]!)).toBe(true);
    socket.terminate();
  });

  test('is closed when it does not for long, and what it watched is given up', async () => {
    const { author, portal, client } = await openPortal({ limits: { backlogBytes: 16_384, drainTimeout: 200, closeTimeout: 200 } });
    const socket = await deafSocket(portal);
    await client.write(author.entry(1n, new Uint8Array(113)));
    socket.pause();
    flood(socket, author.entry(0n));
    await expect.poll(() => portal.stats(), { timeout: 20_000 }).toMatchObject({ slowSocketsClosed: 1, sockets: 0, subscriptions: 0 });
    socket.terminate();
  });

  test('is told 1013 if it still listens', async () => {
    const { author, portal, client } = await openPortal({ limits: { backlogBytes: 1, drainTimeout: 1 } });
    const socket = await deafSocket(portal);
    await client.write(author.entry(1n, new Uint8Array(113)));
    socket.pause();
    const closed = new Promise((resolve) => void socket.once('close', resolve));
    flood(socket, author.entry(0n));
    await expect.poll(() => portal.stats().slowSocketsClosed, { timeout: 20_000 }).toBe(1);
    socket.resume();
    expect(await closed).toBe(1013);
  });
});

test('while answers pile up no request is taken, and after it all are, in order', async () => {
  let drained: (() => void) | undefined;
  const sent: string[] = [];
  const socket = {
    readyState: WebSocket.OPEN,
    isPaused: false,
    pause: () => (socket.isPaused = true),
    resume: () => (socket.isPaused = false),
  };
  const connection = {
    writableLength: 0,
    write(frame: Buffer, callback: () => void) {
      sent.push(frame.subarray(frame[1] === 126 ? 4 : 2).toString());
      connection.writableLength += frame.length;
      drained = callback;
    },
    uncork() {},
  };
  const hub = new SubscriptionHub(new MemoryStore(), 'B');
  const subscriber = new Subscriber(socket as never, connection as never, hub, new Pace(0, 0), { ...DEFAULT_LIMITS, backlogBytes: 30 }, new Counters());
  const requests = ['{"action":"ping"}', '{"action":"ping"}', '{"action":"subscriptions"}', '{"action":"ping"}'];
  for (const request of requests) subscriber.receive(request);
  expect([sent.length, socket.isPaused]).toEqual([2, true]);
  connection.writableLength = 0;
  drained?.();
  expect(sent[2]).toContain('activesubscriptions');
  expect([sent.length, socket.isPaused]).toEqual([3, true]);
  connection.writableLength = 0;
  drained?.();
  expect([sent.length, socket.isPaused]).toEqual([4, false]);
  subscriber.leave();
});

describe('close', () => {
  test('ends WebSockets with 1001 and finishes what is in flight', async () => {
    const [begun, finished] = [deferred(), deferred()];
    const memory = new MemoryStore();
    const store: EntryStore = {
      get: (id) => memory.get(id),
      async putIfNewer(entry, precondition) {
        begun.resolve();
        await finished.promise;
        return await memory.putIfNewer(entry, precondition);
      },
      close: () => memory.close(),
    };
    const { client, author, portal } = await openPortal({ store });
    const socket = await client.connect();
    const write = client.write(author.entry(1n));
    await begun.promise;
    const closing = portal.close();
    expect(portal.close()).toBe(closing);
    expect(await socket.closed).toBe(1001);
    finished.resolve();
    expect((await write).status).toBe(204);
    await closing;
    await expect(client.read(author.entry(1n))).rejects.toThrow();
    expect(portal.stats()).toMatchObject({ sockets: 0, connections: 0 });
  });

  test('does not wait for clients that do not go', async () => {
    const { portal } = await openPortal({ limits: { closeTimeout: 200 } });
    const [idle, half] = [await rawConnection(portal), await rawConnection(portal)];
    half.socket.write(`POST ${REGISTRY_PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{`);
    idle.socket.write(upgrade(SUBSCRIPTION_PATH));
    await expect.poll(() => portal.stats().sockets).toBe(1);
    const start = performance.now();
    await portal.close();
    expect(performance.now() - start).toBeLessThan(4_500);
  });
});

const upgrade = (path: string): string =>
  `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;
