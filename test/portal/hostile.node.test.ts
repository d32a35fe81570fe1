import { describe, expect, test } from 'vitest';
import { readPath, REGISTRY_PATH, SUBSCRIPTION_PATH, writeBody } from '../../src/registry/wire/index.ts';
import type { Portal } from '../../src/portal/index.ts';
import { numbersFrom } from '../../src/portal/conformance/author.ts';
import { openPortal, rawConnection } from './fixture.ts';

/** Says something on a connection and returns all that comes until it ends. */
async function say(portal: Portal, ...pieces: readonly (string | Uint8Array)[]): Promise<string> {
  const { socket, received } = await rawConnection(portal);
  for (const piece of pieces) socket.write(piece);
  return await received;
}

const post = (headers: string) => `POST ${REGISTRY_PATH} HTTP/1.1\r\nHost: x\r\n${headers}\r\n\r\n`;
const answers = (text: string) => /^HTTP\/1\.1 (\d+) /.exec(text)?.[1];

const upgrade = (path: string, key: string) =>
  `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`;

/** With a few of its bytes made others, by a number generator. */
function flip(text: string, number: (below: number) => number): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(text);
  for (let flips = 1 + number(4); flips > 0; flips--) bytes[number(bytes.length)] = number(256);
  return bytes;
}

describe('what is not read to the end', () => {
  test('a body announced too large is 413 before it comes', async () => {
    const { portal } = await openPortal();
    const text = await say(portal, post('Content-Length: 131073'));
    expect(answers(text)).toBe('413');
    expect(text).toContain('{"message":"the body is larger than 131072 bytes"}\n');
    expect(text).toMatch(/skynet-portal-api: http/i);
  });

  test('an endless body is 413 after 128 KiB', async () => {
    const { portal, client } = await openPortal();
    const { socket, received } = await rawConnection(portal);
    socket.write(post('Transfer-Encoding: chunked'));
    const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`;
    let sent = 0;
    const push = () => {
      while (!socket.destroyed && socket.write(chunk)) sent += 0x10000;
    };
    socket.on('drain', push);
    push();
    expect(answers(await received)).toBe('413');
    expect(sent).toBeLessThan(100 * 1024 * 1024);
    expect((await client.post('x'.repeat(131_072))).status).toBe(400);
  });

  test('headers beyond 16 KiB are 431', async () => {
    const { portal } = await openPortal();
    expect(answers(await say(portal, `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`))).toBe('431');
    expect(answers(await say(portal, `GET / HTTP/1.1\r\nHost: x\r\n${'a: b\r\n'.repeat(20_000)}`))).toBe('431');
  });

  test('headers that trickle, and a body that does, are 408', async () => {
    const { portal } = await openPortal({ limits: { headersTimeout: 150, requestTimeout: 150 } });
    const [head, body] = await Promise.all([say(portal, 'GET / HTTP/1.1\r\nHo'), say(portal, post('Content-Length: 10'), '{')]);
    expect([answers(head), answers(body)]).toEqual(['408', '408']);
    expect(head).toContain('{"message":"the request took too long to arrive"}\n');
  });

  test('a connection beyond the limit is ended at once, and there is room again after one left', async () => {
    const { portal, client, author } = await openPortal({ limits: { connections: 2 } });
    const held = [await rawConnection(portal), await rawConnection(portal)];
    expect(await say(portal, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n')).toBe('');
    expect(portal.stats().droppedConnections).toBe(1);
    for (const { socket } of held) socket.destroy();
    await expect.poll(() => portal.stats().connections).toBe(0);
    expect((await client.read(author.entry(1n))).status).toBe(404);
  });
});

describe('garbage', () => {
  test('that is no HTTP is 400 in JSON', async () => {
    const { portal } = await openPortal();
    for (const garbage of ['\0\0\0\0\r\n\r\n', 'hello\r\n\r\n', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03']) {
      const text = await say(portal, garbage);
      expect(text).toMatch(/^HTTP\/1\.1 400 [^]*\{"message":"this is not HTTP"\}\n$/);
    }
  });

  test('in place of a handshake is 400, elsewhere 404', async () => {
    const { portal } = await openPortal();
    expect(answers(await say(portal, upgrade(SUBSCRIPTION_PATH, 'short')))).toBe('400');
    expect(answers(await say(portal, upgrade('/', 'dGhlIHNhbXBsZSBub25jZQ==')))).toBe('404');
    expect(answers(await say(portal, upgrade(SUBSCRIPTION_PATH, 'x').replace('websocket', 'h2c')))).toBe('400');
  });

  test('as an upgrade we do not know is ignored, and the connection ends with the answer', async () => {
    const { portal, client, author } = await openPortal();
    await client.write(author.entry(1n));
    const offer = (method: string, target: string, more = '') =>
      say(portal, `${method} ${target} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n${more}\r\n`);
    const read = await offer('GET', readPath(author.entry(1n), 5), 'Origin: https://a.example\r\n');
    expect(read).toMatch(/^HTTP\/1\.1 200 [^]*\r\nConnection: close\r\n[^]*"revision":1,/i);
    expect(read).toMatch(/\r\nAccess-Control-Allow-Origin: https:\/\/a\.example\r\n/i);
    expect(await offer('HEAD', readPath(author.entry(1n), 5))).toMatch(/^HTTP\/1\.1 200 [^]*\r\n\r\n$/);
    expect(answers(await offer('OPTIONS', REGISTRY_PATH, 'Content-Length: 0\r\n'))).toBe('204');
    expect(answers(await offer('GET', '/nothing'))).toBe('404');
    expect(answers(await offer('POST', REGISTRY_PATH, 'Content-Length: 2\r\n'))).toBe('404');
    await expect.poll(() => portal.stats().connections).toBeLessThanOrEqual(1); // the client's own
  });

  test.each(['//', '/%', '/skynet/registry?publickey=%', '*', 'http://', '/\\..', '/skynet/registry?'.padEnd(8000, '&')].map((target) => ({ target, shown: target.slice(0, 40) })))('as a target: $shown', async ({ target }) => {
    const { portal } = await openPortal();
    const text = await say(portal, `GET ${target} HTTP/1.1\r\nHost: \r\nConnection: close\r\n\r\n`);
    expect(text).toMatch(/^HTTP\/1\.1 4\d\d [^]*\{"message":"[^"]+"\}\n$/);
    expect(text).toMatch(/skynet-portal-api: http/i);
  });

  test('as a header of preconditions takes no time', async () => {
    const { client, author } = await openPortal();
    const begun = process.cpuUsage(); // not of whoever else is busy on this machine
    for (const header of [`"a"${','.repeat(15_000)}`, `,${' '.repeat(15_000)}"`, '"'.repeat(15_001), `x${'\t'.repeat(15_000)}"x`]) {
      expect([204, 400, 412]).toContain((await client.write(author.entry(1n), { 'If-None-Match': header })).status);
    }
    const { user, system } = process.cpuUsage(begun);
    expect((user + system) / 1_000).toBeLessThan(1_000);
  });

  test('of every kind, for a while: the portal answers, and its memory stays', async () => {
    const seed = process.env['PORTAL_SEED'] ?? crypto.randomUUID();
    const number = numbersFrom(seed);
    const { portal, client, author } = await openPortal();
    const good = writeBody(author.entry(1n));
    const bodies = ['['.repeat(100_000), `{"a":${'['.repeat(100_000)}`, '{"revision":'.padEnd(100_000, '9'), '"'.padEnd(100_000, '\\u0000'), '\0'.repeat(100_000)];
    const round = async () => {
      for (const body of bodies) expect((await client.post(body)).status).toBe(400);
      for (let i = 0; i < 100; i++) expect([204, 400, 500], `seed ${seed}`).toContain((await client.post(flip(good, number))).status);
      for (let i = 0; i < 10; i++) {
        const socket = await client.connect();
        socket.send(Buffer.from(flip('{"action":"subscribe","pubkey":"ed25519:00","datakey":"00"}', number)).toString());
        socket.send(`{"action":${'['.repeat(16_000)}`);
        await socket.closed;
      }
    };
    await round();
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 10; i++) await round();
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
    await expect.poll(() => portal.stats()).toMatchObject({ sockets: 0, subscriptions: 0 });
    expect((await client.write(author.entry(2n))).status).toBe(204);
  });
});

test('pipelined requests are answered in order', async () => {
  const { portal, author, client } = await openPortal();
  await client.write(author.entry(1n));
  const { socket, received } = await rawConnection(portal);
  const path = '/skynet/registry?publickey=x';
  socket.write(`${`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(500)}GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  const text = await received;
  expect(text.match(/^HTTP\/1\.1 400 /gm)).toHaveLength(500);
  expect(text.match(/^HTTP\/1\.1 404 /gm)).toHaveLength(1);
});
