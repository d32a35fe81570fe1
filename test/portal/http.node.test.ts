import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { entryId, verifyEntry, workHash } from '../../src/registry/index.ts';
import { answerBody, MESSAGE_WRITERS, readWrite, requestText } from '../../src/registry/wire/index.ts';
import { createPortal, type PortalOptions, type UpdateBus } from '../../src/portal/index.ts';
import { clientAddress, Customers, networkOf } from '../../src/portal/customer.ts';
import { RateLimit } from '../../src/portal/rate.ts';
import { freshDirectory, openPortal, rawConnection } from './fixture.ts';

interface Row {
  readonly name: string;
  readonly dataKeyHashHex: string;
  readonly workHashHex: string;
  readonly entryIDHex: string;
  readonly getPathAndQuery: string;
  readonly postBody: string;
  readonly getResponseBody: string;
}
const vectors = JSON.parse(readFileSync(new URL('vectors/portal.json', import.meta.url), 'utf8')) as {
  readonly entries: readonly Row[];
  readonly tieBreak: { readonly A: { dataHex: string; signatureHex: string }; readonly B: { dataHex: string; signatureHex: string }; readonly dataKeyHashHex: string };
  readonly type2: { readonly postBodyWithType: string; readonly workHashHex: string };
  readonly websocket: Readonly<Record<string, string>>;
};

const written = (body: string) => {
  const write = readWrite(body);
  if ('refusal' in write) throw new Error(write.refusal);
  return write.entry;
};

describe('vectors of skynet-js and siad', () => {
  test.each(vectors.entries)('$name: written as skynet-js writes it, read as skyd answers it', async (row) => {
    const { client } = await openPortal();
    const entry = written(row.postBody);
    expect([bytesToHex(workHash(entry)), bytesToHex(entryId(entry)), verifyEntry(entry)]).toEqual([row.workHashHex, row.entryIDHex, true]);
    expect(await client.post(row.postBody, { 'Content-Type': 'application/x-www-form-urlencoded' })).toMatchObject({ status: 204, body: '' });
    const answer = await client.send('GET', row.getPathAndQuery);
    expect(answer).toMatchObject({ status: 200, body: row.getResponseBody });
    expect(answer.headers.get('etag')).toBe(`"${row.workHashHex}"`);
  });

  test('of two entries of one revision, B wins over A', async () => {
    const { client } = await openPortal();
    const template = written(vectors.entries[0]!.postBody);
    const [a, b] = [vectors.tieBreak.A, vectors.tieBreak.B].map(({ dataHex, signatureHex }) => ({
      ...template,
      datakey: hexToBytes(vectors.tieBreak.dataKeyHashHex),
      data: hexToBytes(dataHex),
      signature: hexToBytes(signatureHex),
      revision: 4n,
    })) as [typeof template, typeof template];
    expect((await client.write(a)).status).toBe(204);
    expect((await client.write(b)).status).toBe(204);
    expect(await client.write(a)).toMatchObject({
      status: 400,
      body: `{"message":"Unable to update the registry: entry doesn't have enough pow to replace existing entry"}\n`,
    });
  });

  test('an entry of type 2 is kept with its type', async () => {
    const { client } = await openPortal();
    expect((await client.post(vectors.type2.postBodyWithType)).status).toBe(204);
    const entry = written(vectors.type2.postBodyWithType);
    expect((await client.read(entry)).body).toBe(answerBody(entry));
    expect(bytesToHex(workHash(entry))).toBe(vectors.type2.workHashHex);
  });

  test.each(['A', 'B'] as const)('notifications of generation %s', async (generation) => {
    const { client } = await openPortal({ generation });
    const row = vectors.entries.find(({ postBody }) => requestText('subscribe', written(postBody)) === vectors.websocket['subscribeStringForm'])!;
    await client.post(row.postBody);
    const socket = await client.connect();
    for (const form of ['subscribeStringForm', 'subscribeObjectForm']) {
      socket.send(vectors.websocket[form]!);
      expect(await socket.nextText()).toBe(vectors.websocket[`notificationGen${generation}`]);
    }
    socket.send('{"action":"ping"}');
    expect(await socket.nextText()).toBe(vectors.websocket[`unknownActionGen${generation}`]);
    expect(MESSAGE_WRITERS[generation].update(written(row.postBody))).toBe(vectors.websocket[`notificationGen${generation}`]);
  });
});

describe('headers', () => {
  test('of a preflight: the lists of the original, Authorization and If-Match', async () => {
    const { client } = await openPortal({ apiKey: 'secret-key' });
    const { status, body, headers } = await client.send('OPTIONS', '/anything', { Origin: 'https://a.example' });
    expect([status, body]).toEqual([204, '']);
    expect(headers.get('access-control-max-age')).toBe('1728000');
    expect(headers.get('access-control-allow-methods')?.split(',')).toEqual(['GET', 'POST', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE']);
    const allowed = headers.get('access-control-allow-headers')?.split(',');
    expect(allowed).toEqual(expect.arrayContaining(['If-None-Match', 'Cache-Control', 'Content-Type', 'Range', 'Skynet-API-Key', 'Authorization', 'If-Match', 'Idempotency-Key']));
    expect(headers.get('vary')).toContain('Origin');
  });

  test('of an answer: what pages may see, and that nobody may keep it', async () => {
    const { client, author } = await openPortal({ publicUrl: 'https://portal.example/' });
    const { headers } = await client.read(author.entry(1n), { Origin: 'null' });
    expect(headers.get('access-control-allow-origin')).toBe('null');
    expect(headers.get('access-control-allow-credentials')).toBe('true');
    expect(headers.get('access-control-expose-headers')?.split(',')).toEqual(expect.arrayContaining(['ETag', 'Skynet-Portal-Api', 'Registry-Preconditions', 'Retry-After']));
    expect(headers.get('vary')).toBe('Origin');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('skynet-portal-api')).toBe('https://portal.example');
  });

  test('a read whose If-None-Match names the entry is 304 with the tag', async () => {
    const { client, author } = await openPortal();
    await client.write(author.entry(1n));
    const tag = (await client.read(author.entry(1n))).headers.get('etag')!;
    const unchanged = await client.read(author.entry(1n), { 'If-None-Match': `W/${tag}` });
    expect([unchanged.status, unchanged.body, unchanged.headers.get('etag')]).toEqual([304, '', tag]);
    await client.write(author.entry(2n));
    expect((await client.read(author.entry(1n), { 'If-None-Match': tag })).status).toBe(200);
    expect((await client.read(author.entry(1n), { 'If-Match': tag })).status).toBe(412);
  });

  test('a read whose If-Match names another entry is 412, whatever its If-None-Match names', async () => {
    const { client, author } = await openPortal();
    await client.write(author.entry(1n));
    const tag = (await client.read(author.entry(1n))).headers.get('etag')!;
    for (const noneMatch of ['"another"', tag, '*']) {
      expect((await client.read(author.entry(1n), { 'If-Match': '"none"', 'If-None-Match': noneMatch })).status).toBe(412);
    }
    expect((await client.read(author.entry(1n), { 'If-Match': tag, 'If-None-Match': tag })).status).toBe(304);
    expect((await client.read(author.entry(1n), { 'If-Match': tag, 'If-None-Match': '"another"' })).status).toBe(200);
    expect((await client.read(author.entry(1n, 'x', { name: 'absent' }), { 'If-None-Match': '*' })).status).toBe(404);
  });
});

describe('the key', () => {
  test('is asked for without a dialog, also before an upgrade, and is nowhere to be seen', async () => {
    const apiKey = 'a-very-secret-key';
    const { portal, client, author } = await openPortal({ apiKey });
    expect((await client.read(author.entry(1n))).status).toBe(404);
    const { socket, received } = await rawConnection(portal);
    socket.write('GET /skynet/registry/subscription HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n');
    const text = await received;
    expect(text).toMatch(/^HTTP\/1\.1 401 /);
    expect(text).toMatch(/\r\nWWW-Authenticate: Bearer\r\n/);
    expect(text).toMatch(/\r\nSkynet-Portal-Api: http/);
    expect(text).toContain('{"message":"unauthorized: this portal wants an API key"}\n');
    expect(text + JSON.stringify(portal.stats()) + JSON.stringify(portal)).not.toContain(apiKey);
    const socketOfKeyHolder = await client.connect();
    await socketOfKeyHolder.assertQuiet();
  });
});

const requestFrom = (remoteAddress: string) => ({ headers: {}, socket: { remoteAddress } }) as unknown as IncomingMessage;

describe('the rate limit', () => {
  const limits = { requestsPerMinute: 3, exemptPrivateAddresses: false };

  test('is a 429 in JSON that says when to come again, for requests and upgrades, not for preflights', async () => {
    const { client, author, portal } = await openPortal({ limits });
    for (let i = 0; i < 3; i++) expect((await client.read(author.entry(1n))).status).toBe(404);
    const refused = await client.read(author.entry(1n), { Origin: 'https://a.example' });
    expect(refused).toMatchObject({ status: 429, body: '{"message":"too many requests from this address"}\n' });
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThanOrEqual(1);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(refused.headers.get('access-control-allow-origin')).toBe('https://a.example');
    await expect(client.connect()).rejects.toThrow('429');
    expect((await client.send('OPTIONS', '/')).status).toBe(204);
    expect(portal.stats().responses).toMatchObject({ 404: 3, 429: 2, 204: 1 });
  });

  test('counts by what a trusted proxy says, an IPv6 network as one, and not by what clients say', async () => {
    const { client, author } = await openPortal({ limits, trustProxy: true });
    const from = async (address: string) => (await client.read(author.entry(1n), { 'X-Forwarded-For': address })).status;
    for (const address of ['2001:db8::1', '6.6.6.6, 2001:db8::2', '2001:db8:0:0:ffff::3']) expect(await from(address)).toBe(404);
    expect(await from('2001:db8::9')).toBe(429);
    expect(await from('2001:db8:0:1::9')).toBe(404);
    const suspicious = await openPortal({ limits });
    for (let i = 0; i < 3; i++) await suspicious.client.read(author.entry(1n), { 'X-Forwarded-For': `7.7.7.${i}` });
    expect((await suspicious.client.read(author.entry(1n), { 'X-Forwarded-For': '7.7.7.9' })).status).toBe(429);
  });

  test('counts work, refuses it only to who has overdrawn meanwhile, and then all else', async () => {
    const rate = new RateLimit({ requestsPerMinute: 3 }, new Customers({ exemptPrivateAddresses: true }, false));
    const waits = expect.toSatisfy((seconds: unknown) => Number(seconds) >= 1 && Number(seconds) <= 60) as number;
    for (let i = 0; i < 3; i++) expect(await rate.secondsToWait(requestFrom('6.6.6.6'))).toBeUndefined();
    expect(await rate.secondsToWaitFor(requestFrom('6.6.6.6'), 262_143)).toBeUndefined();
    expect(await rate.secondsToWaitFor(requestFrom('6.6.6.6'), 4_194_304)).toBeUndefined();
    expect([await rate.secondsToWaitFor(requestFrom('6.6.6.6'), 1), await rate.secondsToWait(requestFrom('6.6.6.6'))]).toEqual([waits, waits]);
    // What is left may be overdrawn, once.
    for (const [bytes, wait] of [[262_144, undefined], [524_288, undefined], [0, undefined], [262_144, undefined], [0, waits]] as const) expect(await rate.secondsToWaitFor(requestFrom('7.7.7.7'), bytes)).toEqual(wait);
    for (let i = 0; i < 9; i++) expect(await rate.secondsToWaitFor(requestFrom('10.0.0.1'), 4_194_304)).toBeUndefined();
  });

  test('spares loopback unless told otherwise', async () => {
    const { client, author } = await openPortal({ limits: { requestsPerMinute: 1 } });
    for (let i = 0; i < 3; i++) expect((await client.read(author.entry(1n))).status).toBe(404);
  });

  test.each(['X-Forwarded-For', 'Forwarded', 'X-Real-IP'])('counts for a proxy on loopback what it passes on (%s), and says so once, until the proxy is trusted', async (field) => {
    const warned: (Error & { code?: string })[] = [];
    const take = (warning: Error) => void warned.push(warning);
    process.on('warning', take);
    onTestFinished(() => void process.off('warning', take));
    const { client, author } = await openPortal({ limits: { requestsPerMinute: 2 } });
    const read = async (address?: string) => (await client.read(author.entry(1n), address === undefined ? {} : { [field]: address })).status;
    for (let i = 0; i < 3; i++) expect(await read()).toBe(404);
    expect(warned).toEqual([]);
    expect([await read('6.6.6.6'), await read('10.0.0.1'), await read('7.7.7.7')]).toEqual([404, 404, 429]);
    expect(await read()).toBe(404);
    expect(warned.map(({ name, code, message }) => [name, code, message])).toEqual([['PortalWarning', 'UNTRUSTED_PROXY', expect.stringContaining('trustProxy')]]);
    const trusting = await openPortal({ limits: { requestsPerMinute: 2 }, trustProxy: true });
    for (let i = 0; i < 3; i++) expect((await trusting.client.read(author.entry(1n), { 'X-Forwarded-For': '10.0.0.1' })).status).toBe(404);
    // It says that it passes on, but not for whom.
    for (const status of [404, 404, 429]) expect((await trusting.client.read(author.entry(1n), { [field]: 'unknown' })).status).toBe(status);
    expect(warned).toHaveLength(1);
  });

  test.each([
    ['::1', '0:0:0:0'],
    ['2001:DB8::', '2001:db8:0:0'],
    ['2001:0db8:0001:0002:3:4:5:6', '2001:db8:1:2'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['64:ff9b::1.2.3.4', '64:ff9b:0:0'],
    ['1::2:3:4:5:6:7', '1:0:2:3'],
    ['1.2.3.4', '1.2.3.4'],
  ])('%s is of the network %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  test('an IPv4 address in IPv6 clothes is an IPv4 address', () => {
    const request = { headers: {}, socket: { remoteAddress: '::ffff:10.0.0.1' } };
    expect(clientAddress(request as never, false)).toBe('10.0.0.1');
  });
});

describe('createPortal', () => {
  const wrong: readonly (readonly [string, unknown])[] = [
    ['options', null],
    ['options', 7],
    ['options.prot', { prot: 1 }],
    ['options.port', { port: 65_536 }],
    ['options.port', { port: '80' }],
    ['options.port', { port: 1.5 }],
    ['options.host', { host: '' }],
    ['options.data', { data: 7 }],
    ['options.data', { data: 'x', store: { get() {}, putIfNewer() {}, close() {} } }],
    ['options.store', { store: {} }],
    ['options.bus', { bus: { publish() {} } }],
    ['options.limits', { limits: 7 }],
    ['options.limits.bodyBites', { limits: { bodyBites: 7 } }],
    ['options.limits.bodyBytes', { limits: { bodyBytes: 0 } }],
    ['options.limits.exemptPrivateAddresses', { limits: { exemptPrivateAddresses: 1 } }],
    ['options.apiKey', { apiKey: '' }],
    ['options.apiKey', { apiKey: 'ü' }],
    ['options.generation', { generation: 'C' }],
    ['options.publicUrl', { publicUrl: 'ftp://x' }],
    ['options.trustProxy', { trustProxy: 'yes' }],
  ];
  test.each(wrong)('refuses a wrong %s: %o', async (field, options) => {
    await expect(createPortal(options as PortalOptions)).rejects.toMatchObject({ code: 'INVALID_INPUT', field });
  });

  test('refuses a port that is in use, and leaves its data directory free', async () => {
    const { portal } = await openPortal();
    const port = Number(new URL(portal.url).port);
    const data = await freshDirectory();
    await expect(createPortal({ port, data })).rejects.toMatchObject({ code: 'INVALID_INPUT', field: 'options.port', retryable: true, hint: expect.stringContaining('another port') });
    await (await createPortal({ data })).close();
  });

  test('that a bus does not let subscribe leaves no port and no data directory taken', async () => {
    const { portal } = await openPortal();
    const port = Number(new URL(portal.url).port);
    await portal.close();
    const data = await freshDirectory();
    const bus: UpdateBus = {
      publish() {},
      subscribe() {
        throw new Error('the bus is down');
      },
    };
    await expect(createPortal({ port, data, bus })).rejects.toThrow('the bus is down');
    await (await createPortal({ port, data })).close();
  });

  test('refuses an address that is not this machine’s', async () => {
    await expect(createPortal({ host: '192.0.2.1' })).rejects.toMatchObject({ code: 'INVALID_INPUT', field: 'options.host' });
  });

  test('listens where it says', async () => {
    const portal = await createPortal({ host: '::1' });
    onTestFinished(() => portal.close());
    expect(portal.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    expect((await fetch(`${portal.url}/skynet/registry`)).status).toBe(400);
  });
});
