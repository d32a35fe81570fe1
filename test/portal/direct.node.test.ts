import { createServer, type RequestListener, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Verdict } from '../../src/registry/index.ts';
import { readPath, REGISTRY_PATH, SUBSCRIPTION_PATH, writeBody } from '../../src/registry/wire/index.ts';
import { DEFAULT_LIMITS, LocalBus, MemoryStore } from '../../src/portal/index.ts';
import { Access } from '../../src/portal/access.ts';
import { Author } from '../../src/portal/conformance/author.ts';
import { Customers } from '../../src/portal/customer.ts';
import { directListener, plainResource } from '../../src/portal/direct.ts';
import { Exchange } from '../../src/portal/exchange.ts';
import { Intake } from '../../src/portal/intake.ts';
import { RateLimit } from '../../src/portal/rate.ts';
import { registryResource } from '../../src/portal/registry-resource.ts';
import { routerListener } from '../../src/portal/router.ts';
import { Counters } from '../../src/portal/stats.ts';
import { SUBSCRIPTION_RESOURCE } from '../../src/portal/subscription/resource.ts';

const identity = { 'Skynet-Portal-Api': 'http://portal.example', 'Skynet-Server-Api': 'http://portal.example' };
const author = new Author('direct');
const [known, unknown] = [author.entry(1n), author.entry(1n, 'x', { name: 'nobody wrote it' })];

/** Listeners over one portal: what one of them took, the other has. */
async function listeners() {
  const store = new MemoryStore();
  const counters = new Counters();
  await store.putIfNewer(known);
  const exchange = new Exchange({ access: new Access(undefined), rate: new RateLimit(DEFAULT_LIMITS, new Customers(DEFAULT_LIMITS, false)), counters, identity, isClosing: () => false });
  const resources = new Map([
    [REGISTRY_PATH, registryResource({ store, intake: new Intake(new Verdict(), store, new LocalBus(), counters), limits: DEFAULT_LIMITS })],
    [SUBSCRIPTION_PATH, SUBSCRIPTION_RESOURCE],
  ]);
  const router = routerListener(exchange, resources, identity);
  return { router, direct: directListener(exchange, resources, router), resources, counters };
}

async function serve(listener: RequestListener): Promise<Server> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** All that comes back for one request until the connection ends, without its date, and its header fields in one order. */
async function say(server: Server, request: string): Promise<readonly string[]> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString('latin1')));
  socket.on('error', () => {}); // then it closes
  socket.end(request, 'latin1');
  await new Promise((resolve) => void socket.once('close', resolve));
  return text.split('\r\n\r\n').flatMap((part) => {
    const [first = '', ...lines] = part.split('\r\n');
    return [first, ...lines.filter((line) => !line.startsWith('Date: ')).toSorted()];
  });
}

/** How a letter, a part or the whole of a target may be spelled otherwise. */
const spelled = (target: string) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant(target) },
    fc.constantFrom(
      ...['/', '#x', '?', ';x', '\\..', '%', '%00', '/../registry'].map((end) => target + end),
      ...['/', '/.', '/x/..', '/%2e%2e', 'http://a.example', 'HTTP://a.example', '//a.example'].map((start) => start + target),
      '*',
      '/',
      'http://',
      '?',
      '',
      target.slice(1),
      target.toUpperCase(),
    ),
    fc.nat(target.length - 1).map((at) => `${target.slice(0, at)}%${target.charCodeAt(at).toString(16)}${target.slice(at + 1)}`),
    fc.tuple(fc.nat(target.length), fc.string({ unit: SIGN, maxLength: 3 })).map(([at, more]) => target.slice(0, at) + more + target.slice(at)),
  );
const SIGN = fc.constantFrom(...'/ . ? # % & = ; : @ \\ + ~ - _ ! $ ( ) * , [ ] { } | ^ ` " < > a 0 Z é \t \x7f'.split(' '), ' ');

describe('answered directly or by the router', () => {
  let [direct, routed] = [] as Server[] as [Server, Server];
  let resources: Awaited<ReturnType<typeof listeners>>['resources'];
  beforeAll(async () => {
    const all = await listeners();
    [direct, routed] = [await serve(all.direct), await serve(all.router)];
    ({ resources } = all);
  });
  afterAll(() => [direct, routed].forEach((server) => server.close()));

  const read = readPath(known, 5);
  const target = fc.oneof(
    ...[read, readPath(unknown, 5), REGISTRY_PATH, SUBSCRIPTION_PATH, '/nothing'].map(spelled),
    fc.constantFrom(`${read}&publickey=x`, `${REGISTRY_PATH}?publickey=x&${read.slice(read.indexOf('?') + 1)}`, `${read}&timeout=0`, `${read}&x=/../`, read.replace('%3A', ':'), read.replace('%3A', '%3a')),
  );
  const host = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('127.0.0.1', 'localhost', '127.0.0.1:40000', 'portal.example', 'portal.example:443') },
    fc.constantFrom('', 'A.example', '[::1]', '[::1]:80', 'a b', 'a/b', 'a@b', 'a:b', 'a:0', 'a:65535', 'a:65536', 'a:080', '256.1.1.1', '1.2.3', '01.2.3.4', '1.2.3.4.', 'a.1', 'a.0x1', '0x7f.1', 'xn--a', 'b.xn--a', 'a..b', '-', 'a_b', 'ü', '%61', 'a,b', 'a?', 'a#'),
    fc.string({ unit: fc.constantFrom('a', 'z', '0', '1', '9', '.', '-', ':', '_', '%'), maxLength: 12 }),
  );
  const field = fc.constantFrom('Origin: https://a.example', 'Origin:', 'Origin: null\r\nOrigin: b', 'Origin: \xff\x80', 'If-None-Match: *', 'If-Match: "x"', 'If-Match: x', 'Accept: */*', 'X-Forwarded-For: 1.2.3.4', 'Expect: 100-continue', 'Host: second');
  const request = fc.record({
    method: fc.oneof({ weight: 4, arbitrary: fc.constant('GET') }, fc.constantFrom('HEAD', 'POST', 'OPTIONS', 'PUT', 'DELETE', 'PROPFIND', 'TRACE', 'get')),
    target,
    version: fc.oneof({ weight: 6, arbitrary: fc.constant('1.1') }, fc.constantFrom('1.0')),
    host: fc.oneof({ weight: 20, arbitrary: host }, fc.constant(undefined)),
    fields: fc.uniqueArray(field, { maxLength: 3 }),
    body: fc.constantFrom('', '', 'x', writeBody(known), writeBody(known).replace('"revision":1', '"revision":2')),
  });
  type Request = typeof request extends fc.Arbitrary<infer T> ? T : never;

  const textOf = ({ method, target: to, version, host: name, fields, body }: Request) =>
    [`${method} ${to} HTTP/${version}`, ...(name === undefined ? [] : [`Host: ${name}`]), 'Connection: close', ...fields, ...(body === '' ? [] : [`Content-Length: ${body.length}`]), '', body].join('\r\n');

  test('a request has one answer', { timeout: 60_000 }, async () => {
    let plain = 0;
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(request, async (asked) => {
        runs++;
        if (plainResource({ method: asked.method, url: asked.target, headers: { host: asked.host } }, resources) !== undefined) plain++;
        const text = textOf(asked);
        const [one, other] = await Promise.all([say(direct, text), say(routed, text)]);
        expect({ text, answer: one }).toEqual({ text, answer: other });
      }),
      { seed: 7, numRuns: 2_000 },
    );
    expect(plain).toBeGreaterThan(runs / 10);
    expect(plain).toBeLessThan(runs / 2);
  });

  test('what is taken for plain is, for every reader of URLs', () => {
    let plain = 0;
    fc.assert(
      fc.property(target, host, (url, name) => {
        if (plainResource({ method: 'GET', url, headers: { host: name } }, resources) === undefined) return;
        plain++;
        expect(new URL(`http://${name}${url}`).href).toBe(`http://${name.replace(/:80$/, '')}${url}`);
      }),
      { seed: 7, numRuns: 20_000 },
    );
    expect(plain).toBeGreaterThan(1_000);
  });
});

test('a field that cannot be sent ends the connection, and not the process', async () => {
  const { router, resources } = await listeners();
  const exchange = { answer: async () => ({ status: 200, fields: { etag: 'a\r\nb' }, body: undefined }) };
  const server = await serve(directListener(exchange as unknown as Exchange, resources, router));
  onTestFinished(() => void server.close());
  expect(await say(server, `GET ${REGISTRY_PATH} HTTP/1.1\r\nHost: x\r\n\r\n`)).toEqual(['']);
});

test('a body that nobody reads may take half a second, then its connection ends', async () => {
  const { direct } = await listeners();
  const server = await serve(direct);
  onTestFinished(() => void server.close());
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  const ended = new Promise((resolve) => void socket.once('close', resolve));
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString()));
  socket.write(`POST ${REGISTRY_PATH} HTTP/1.1\r\nHost: x\r\nIf-Match: x\r\nContent-Length: 10\r\n\r\nabc`);
  await ended;
  expect(text).toMatch(/^HTTP\/1\.1 400 [^]*\r\nConnection: keep-alive\r\n/);
});
