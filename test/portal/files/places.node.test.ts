import { describe, expect, onTestFinished, test } from 'vitest';
import type { PlainClient } from '../../../src/portal/conformance/client.ts';
import { FORM_TYPE } from '../../../src/portal/conformance/form.ts';
import { MemoryFileStore, type FileStore, type PortalLimits } from '../../../src/portal/index.ts';
import { buildBaseSector, fileLink, formatSkylink, packBackup, sectorRoot } from '../../../src/skylink/index.ts';
import { deferred, openPortal, rawConnection } from '../fixture.ts';
import { trickle, uploaded } from './fixture.ts';

/** Addresses in X-Forwarded-For count as such, and none is spared. */
const COUNTED = { trustProxy: true } as const;
const from = (address: string) => ({ 'X-Forwarded-For': address });

const post = (client: PlainClient, address: string) => client.send('POST', '/skynet/skyfile?filename=a', { 'Content-Type': 'a/b', ...from(address) }, new Uint8Array(1));

/** A portal with one file, which nobody gets before `open` is called. */
async function heldFile(limits: Partial<PortalLimits>) {
  const store = new MemoryFileStore(1e6);
  const { promise, resolve: open } = deferred();
  let isHeld = false;
  let asked = 0;
  const files: FileStore = {
    async get(merkleRoot) {
      asked++;
      if (isHeld) await promise;
      return store.get(merkleRoot);
    },
    put: (merkleRoot, used) => store.put(merkleRoot, used),
    close: () => store.close(),
  };
  const { client, portal } = await openPortal({ ...COUNTED, files, limits: { exemptPrivateAddresses: false, ...limits } });
  const skylink = await uploaded(client, [{ name: 'file', filename: 'a.txt', content: 'abc' }]);
  isHeld = true;
  onTestFinished(() => open());
  return { client, portal, skylink, open, asked: () => asked };
}

describe('uploads', () => {
  test('of one address that trickles leave others their places', async () => {
    const { portal, client } = await openPortal({ ...COUNTED, limits: { uploads: 3, uploadsPerAddress: 2, exemptPrivateAddresses: false } });
    const held = [await trickle(portal, from('6.6.6.6')), await trickle(portal, from('6.6.6.6'))];
    const refused = await post(client, '6.6.6.6');
    expect(refused).toMatchObject({ status: 429, body: '{"message":"too many uploads at a time from this address"}\n' });
    expect([refused.headers.get('retry-after'), refused.headers.get('connection')]).toEqual(['1', 'close']);
    expect((await post(client, '7.7.7.7')).status).toBe(200);
    held[0]?.socket.destroy();
    await expect.poll(async () => (await post(client, '6.6.6.6')).status).toBe(200);
  });

  test('of many addresses are so many together', async () => {
    const { portal, client } = await openPortal({ ...COUNTED, limits: { uploads: 2, uploadsPerAddress: 2, exemptPrivateAddresses: false } });
    await trickle(portal, from('6.6.6.6'));
    await trickle(portal, from('7.7.7.7'));
    expect((await post(client, '8.8.8.8')).status).toBe(503);
  });

  test('of private addresses are spared the limit of one address, unless told otherwise', async () => {
    const { portal, client } = await openPortal({ ...COUNTED, limits: { uploads: 2, uploadsPerAddress: 1 } });
    await trickle(portal, from('10.0.0.1'));
    expect((await post(client, '10.0.0.1')).status).toBe(200);
    await trickle(portal, from('10.0.0.1'));
    expect((await post(client, '10.0.0.1')).status).toBe(503);
  });
});

const paths = (skylink: string) => [`/${skylink}`, `/file/${skylink}`, `/skynet/metadata/${skylink}`, `/skynet/basesector/${skylink}`, `/skynet/trustless/basesector/${skylink}`];

describe('downloads', () => {
  test('to one address are so many, whatever is asked of a file, and others have theirs', async () => {
    const { client, skylink, open, asked } = await heldFile({ downloadsPerAddress: 1 });
    const first = client.send('GET', `/${skylink}`, from('6.6.6.6'));
    await expect.poll(asked).toBe(1);
    for (const path of paths(skylink)) {
      expect(await client.send('GET', path, from('6.6.6.6')), `at ${path}`).toMatchObject({ status: 429, body: '{"message":"too many downloads at a time from this address"}\n' });
    }
    expect((await client.send('POST', `/skynet/pin/${skylink}`, from('6.6.6.6'))).status).toBe(429);
    const second = client.send('GET', `/${skylink}`, from('7.7.7.7'));
    await expect.poll(asked).toBe(2);
    open();
    expect([(await first).body, (await second).body]).toEqual(['abc', 'abc']);
    for (const path of paths(skylink)) await expect.poll(async () => (await client.send('GET', path, from('6.6.6.6'))).status).toBe(200);
  });

  test('are so many together', async () => {
    const { client, skylink, open, asked } = await heldFile({ downloads: 1 });
    const first = client.send('GET', `/${skylink}`, from('6.6.6.6'));
    await expect.poll(asked).toBe(1);
    expect(await client.send('GET', `/${skylink}`, from('7.7.7.7'))).toMatchObject({ status: 503, body: '{"message":"too many downloads at a time"}\n' });
    open();
    expect((await first).status).toBe(200);
  });

  test.each([
    ['that are refused', (skylink: string) => `GET /${skylink}/nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`],
    ['of a head', (skylink: string) => `HEAD /${skylink} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`],
    ['that offer another protocol', (skylink: string) => `GET /${skylink} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n`],
    ['on one connection', (skylink: string) => `GET /${skylink} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(2) + 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
  ])('%s give their places back', async (_, request) => {
    const { client, portal, skylink, open } = await heldFile({ downloads: 2 });
    open();
    for (let i = 0; i < 3; i++) {
      const { socket, received } = await rawConnection(portal);
      socket.write(request(skylink));
      expect(await received).toMatch(/^HTTP\/1\.1 (200|404) /);
      await expect.poll(async () => (await client.send('GET', `/${skylink}`)).status).toBe(200);
    }
  });

  test('whose clients leave give their places back', async () => {
    const { client, portal, skylink, open, asked } = await heldFile({ downloads: 1 });
    const { socket } = await rawConnection(portal);
    socket.write(`GET /${skylink} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await expect.poll(asked).toBe(1);
    const { connections } = portal.stats();
    socket.destroy();
    await expect.poll(() => portal.stats().connections).toBeLessThan(connections);
    open();
    await expect.poll(async () => (await client.send('GET', `/${skylink}`)).status).toBe(200);
  });
});

describe('the work of files', () => {
  const sector = buildBaseSector({ metadata: new TextEncoder().encode('{"filename":"a"}'), file: new Uint8Array(4_000_000).fill(7) });
  const link = fileLink(sectorRoot(sector), sector.length);
  const backup = packBackup({ skylink: link, sector });

  test.each<[name: string, points: number, send: (client: PlainClient, headers: Record<string, string>) => Promise<{ status: number }>]>([
    ['an upload of a megabyte', 5, (client, headers) => client.send('POST', '/skynet/skyfile?filename=a', { 'Content-Type': 'a/b', ...headers }, new Uint8Array(1024 * 1024))],
    ['a form of a megabyte, refused', 5, (client, headers) => client.send('POST', '/skynet/skyfile', { 'Content-Type': FORM_TYPE, ...headers }, new Uint8Array(1024 * 1024))],
    ['a small upload', 1, (client, headers) => post(client, headers['X-Forwarded-For'] ?? '')],
    ['a backup', 17, (client, headers) => client.send('POST', '/skynet/restore', headers, backup)],
    ['a proof', 16, (client, headers) => client.send('GET', `/skynet/trustless/basesector/${formatSkylink(link)}`, headers)],
    ['a download', 1, (client, headers) => client.send('GET', `/${formatSkylink(link)}`, headers)],
  ])('counts for the rate: %s is %i requests, and others have theirs', async (_, points, send) => {
    const { client, author } = await openPortal({ ...COUNTED, limits: { requestsPerMinute: points + 1, exemptPrivateAddresses: false } });
    await client.send('POST', '/skynet/restore', from('9.9.9.9'), backup);
    expect((await send(client, from('6.6.6.6'))).status).not.toBe(429);
    const read = async (address: string) => (await client.read(author.entry(1n), from(address))).status;
    expect([await read('6.6.6.6'), await read('6.6.6.6'), await read('7.7.7.7')]).toEqual([404, 429, 404]);
    expect((await send(client, from('6.6.6.6'))).status).toBe(429);
  });
});

describe('a connection on which nothing moves', () => {
  test('is closed while an answer is on its way', async () => {
    // Uploaded to another portal: while it is hashed nothing moves either.
    const files = new MemoryFileStore(1e7);
    const skylink = await uploaded((await openPortal({ files })).client, [{ name: 'file', filename: 'a', content: new Uint8Array(4_000_000) }]);
    const { portal } = await openPortal({ files, limits: { stallTimeout: 1000 } });
    const { socket } = await rawConnection(portal);
    socket.pause();
    socket.write(`GET /${skylink} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(10)); // more than any system keeps for a client
    await expect.poll(() => portal.stats().responses[200]).toBeGreaterThan(1);
    const { connections } = portal.stats();
    await expect.poll(() => portal.stats().connections, { timeout: 5000 }).toBeLessThan(connections);
  });

  test('is kept while it is a WebSocket', async () => {
    const { portal, client } = await openPortal({ limits: { stallTimeout: 100 } });
    const socket = await client.connect();
    onTestFinished(() => socket.close());
    const { received } = await trickle(portal, from('6.6.6.6')); // ends when nothing has moved for so long
    await received;
    expect(portal.stats().sockets).toBe(1);
  });
});
