import { createHash } from 'node:crypto';
import { unzipSync, zipSync } from 'fflate';
import { bytesToHex } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import { DELETED_DATA, resolverLink } from '../../../src/registry/index.ts';
import { buildBaseSector, fileLink, formatSkylink, formatSkylinkBase32, packBackup, packSkylink, parseSkylink, sectorRoot, verifyRange, verifyResolverProof, type FileLink, type ResolverLink, type Skylink } from '../../../src/skylink/index.ts';
import { MemoryFileStore, type FileStore } from '../../../src/portal/index.ts';
import type { FormPart } from '../../../src/portal/conformance/form.ts';
import { RANGE_PROOF, SKYFILES } from '../../skylink/vectors.ts';
import { openPortal, rawConnection } from '../fixture.ts';
import { query, uploaded } from './fixture.ts';

const FILE: FormPart = { name: 'file', filename: 'a.txt', contentType: 'text/plain', content: '0123456789' };
const part = (filename: string, content = filename): FormPart => ({ name: 'files[]', filename, content });
const SITE = [part('index.html'), part('docs/index.html'), part('docs/a b.txt'), part('404.html')];

async function site(asked: Readonly<Record<string, string>> = {}, parts: readonly FormPart[] = SITE) {
  const { client, portal, author } = await openPortal();
  const skylink = await uploaded(client, parts, query({ filename: 'site', ...asked }));
  return { client, portal, author, skylink, get: (path: string, headers?: Record<string, string>) => client.send('GET', `/${skylink}${path}`, headers) };
}

async function single(file: FormPart = FILE) {
  const { client, portal, author } = await openPortal();
  const skylink = await uploaded(client, [file]);
  return { client, portal, author, skylink, get: (path = '', headers?: Record<string, string>) => client.send('GET', `/${skylink}${path}`, headers) };
}

/** Restores a sector that no upload makes. */
async function restored(metadata: string, file = 'content') {
  const { client, portal } = await openPortal();
  const used = buildBaseSector({ metadata: new TextEncoder().encode(metadata), file: new TextEncoder().encode(file) });
  const link = fileLink(sectorRoot(used), used.length);
  expect((await client.send('POST', '/skynet/restore', {}, packBackup({ skylink: link, sector: used }))).status).toBe(200);
  return { portal, get: (path = '') => client.send('GET', `/${formatSkylink(link)}${path}`) };
}

describe('a file', () => {
  test('is served in both spellings of its link, by its name, and under /file/', async () => {
    const { client, skylink } = await single();
    const base32 = formatSkylinkBase32(parseSkylink(skylink));
    for (const path of [skylink, `${skylink}/`, `${skylink}/a.txt`, base32, `file/${skylink}`]) {
      const answer = await client.send('GET', `/${path}`);
      expect([answer.status, answer.body, answer.headers.get('skynet-skylink')], `at ${path}`).toEqual([200, '0123456789', skylink]);
    }
  });

  test('is what its uploader said, and nothing that a browser would rather have it be', async () => {
    const { get, portal } = await single();
    const { headers } = await get();
    expect(headers.get('content-type')).toBe('text/plain');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-disposition')).toBe('inline; filename="a.txt"');
    expect(headers.get('accept-ranges')).toBe('bytes');
    expect(headers.get('skynet-portal-api')).toBe(portal.url);
    expect(headers.get('skynet-proof')).toBeNull();
    expect((await get('?attachment=true')).headers.get('content-disposition')).toBe('attachment; filename="a.txt"');
  });

  test.each([
    ['page.html', '<p>', 'text/html; charset=utf-8'],
    ['module.js', '1', 'text/javascript; charset=utf-8'],
    ['noending', '<html><script>alert(1)</script>', 'text/plain; charset=utf-8'],
    ['noending', new Uint8Array([1, 0, 2]), 'application/octet-stream'],
    ['noending', new Uint8Array([0xff, 0xfe]), 'application/octet-stream'],
    ['noending', '', 'application/octet-stream'],
  ])('called %s of which no type is said has the type of its ending, else text or bytes', async (filename, content, type) => {
    const { get } = await single({ name: 'file', filename, content });
    expect((await get()).headers.get('content-type')).toBe(type);
  });

  test.each(['text/html\r\nSet-Cookie: a=b', 'text/html\n', 'tëxt/html', 'html', ''])('whose type is said as %j is not heard', async (contenttype) => {
    const { get } = await restored(JSON.stringify({ filename: 'a.bin', length: 7, subfiles: { 'a.bin': { filename: 'a.bin', contenttype, len: 7 } } }));
    const answer = await get();
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('set-cookie')]).toEqual([200, 'application/octet-stream', null]);
  });

  test('with a name that no header can hold is served with it all the same', async () => {
    const { get, portal } = await restored(JSON.stringify({ filename: 'ü"\\\r\n\u0000€.txt', length: 7 }));
    expect((await get()).headers.get('content-disposition')).toBe(`inline; filename="${Buffer.from('ü\\"\\\\\\x0d\\x0a\\x00€.txt').toString('latin1')}"`);
    expect(portal.stats().responses[500]).toBeUndefined();
  });

  test('is no service worker: it would answer for every other one', async () => {
    const { get } = await single({ name: 'file', filename: 'sw.js', content: '' });
    expect((await get()).status).toBe(200);
    expect((await get('', { 'Service-Worker': 'script' })).status).toBe(403);
  });

  test('that comes with its layout has it in a header', async () => {
    const { get } = await single();
    expect((await get('?include-layout=true')).headers.get('skynet-file-layout')).toMatch(/^010a0{14}/);
    expect((await get()).headers.get('skynet-file-layout')).toBeNull();
  });

  test.each([
    ['bytes=0-', '0123456789', '0-9'],
    ['bytes=2-4', '234', '2-4'],
    ['bytes=9-9', '9', '9-9'],
    ['bytes=5-100', '56789', '5-9'],
    ['bytes=-3', '789', '7-9'],
    ['bytes=-100', '0123456789', '0-9'],
  ])('is served from %s', async (range, body, told) => {
    const { get } = await single();
    const answer = await get('', { Range: range });
    expect([answer.status, answer.body, answer.headers.get('content-range'), answer.headers.get('content-length')]).toEqual([206, body, `bytes ${told}/10`, String(body.length)]);
    const [, start = '', end = ''] = /^bytes=(\d+)-(\d*)$/.exec(range) ?? [];
    if (start !== '') expect((await get(`?start=${start}${end === '' ? '' : `&end=${end}`}`)).body).toBe(body);
  });

  test.each(['bytes=10-', 'bytes=10-20', 'bytes=-0'])('has nothing at %s', async (range) => {
    const { get } = await single();
    const answer = await get('', { Range: range });
    expect([answer.status, answer.headers.get('content-range')]).toEqual([416, 'bytes */10']);
  });

  test.each(['bytes=4-2', 'bytes=0-1,3-4', 'bytes=-', 'lines=1-2', 'bytes=a-b', 'bytes=0x1-2'])('is served whole where the range is %s', async (range) => {
    const { get } = await single();
    expect(await get('', { Range: range })).toMatchObject({ status: 200, body: '0123456789' });
  });

  test('that has no bytes has no range', async () => {
    const { get } = await single({ ...FILE, content: '' });
    expect((await get('', { Range: 'bytes=0-' })).status).toBe(416);
    expect((await get('', { Range: 'bytes=-1' })).status).toBe(416);
    expect(await get()).toMatchObject({ status: 200, body: '' });
  });

  test('is not sent to who has it, and a part only of the one that is meant', async () => {
    const { get, skylink, client } = await single();
    const etag = (await get()).headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[0-9a-f]{64}"$/);
    for (const tags of [etag, `W/${etag}`, `"other", ${etag}`, '*']) expect(await get('', { 'If-None-Match': tags })).toMatchObject({ status: 304, body: '' });
    expect((await get('', { 'If-None-Match': '"other"' })).status).toBe(200);
    expect((await get('', { Range: 'bytes=0-1', 'If-Range': etag })).status).toBe(206);
    expect((await get('', { Range: 'bytes=0-1', 'If-Range': '"other"' })).status).toBe(200);
    expect((await client.send('GET', `/${skylink}/a.txt`)).headers.get('etag')).not.toBe(etag);
    expect((await get()).headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
  });

  test('is told to HEAD without its bytes, by either way that requests come', async () => {
    const { client, skylink, portal } = await single();
    const head = await client.send('HEAD', `/${skylink}`);
    expect([head.status, head.body, head.headers.get('content-length')]).toEqual([200, '', '10']);
    const { socket, received } = await rawConnection(portal);
    socket.write(`GET http://other.example/${skylink} HTTP/1.1\r\nHost: other.example\r\nConnection: close\r\n\r\n`);
    expect(await received).toMatch(/^HTTP\/1\.1 200 [^]*\r\n\r\n0123456789$/);
  });
});

describe('a directory', () => {
  test('without its slash is moved to it, whatever was asked', async () => {
    const { get, skylink, client } = await site();
    const moved = await get('?attachment=true');
    expect([moved.status, moved.headers.get('location')]).toEqual([308, `/${skylink}/?attachment=true`]);
    expect((await client.send('GET', `/file/${skylink}`)).headers.get('location')).toBe(`/file/${skylink}/`);
  });

  test('is served by its paths, and by its try files where there is none', async () => {
    const { get } = await site();
    for (const [path, body] of [['/', 'index.html'], ['/index.html', 'index.html'], ['/docs/', 'docs/index.html'], ['/docs', 'docs/index.html'], ['/docs/a%20b.txt', 'docs/a b.txt']] as const) {
      expect(await get(path), `at ${path}`).toMatchObject({ status: 200, body });
    }
    expect((await get('/docs/a%20b.txt')).headers.get('content-disposition')).toBe('inline; filename="a b.txt"');
    for (const path of ['/docs/b.txt', '/doc', '/index.html/', '//index.html']) expect((await get(path)).status, `at ${path}`).toBe(404);
    expect((await get('/%ff')).status).toBe(400);
  });

  test('with an absolute try file serves it for every path', async () => {
    const { get } = await site({ tryfiles: '["/index.html"]' });
    expect(await get('/anything/at/all')).toMatchObject({ status: 200, body: 'index.html' });
    expect((await get('/docs/a%20b.txt')).body).toBe('docs/a b.txt');
  });

  test('with an error page answers with it, and its status', async () => {
    const { get } = await site({ errorpages: '{"404":"/404.html"}' });
    expect(await get('/nothing')).toMatchObject({ status: 404, body: '404.html' });
    expect((await get('/nothing', { Range: 'bytes=0-1' })).status).toBe(404);
  });

  test('with a default path serves it at its slash, and nowhere else', async () => {
    const { get } = await site({ defaultpath: 'docs/index.html' });
    expect((await get('/')).body).toBe('docs/index.html');
    expect((await get('/docs/')).headers.get('content-type')).toBe('application/zip');
  });

  test('without an index is an archive of what is beneath, always the same', async () => {
    const { get } = await site({ disabledefaultpath: 'true' });
    const [all, again] = [await get('/'), await get('/')];
    expect([all.status, all.headers.get('content-type'), all.headers.get('content-disposition')]).toEqual([200, 'application/zip', 'attachment; filename="site.zip"']);
    expect(Object.keys(unzipSync(all.bytes))).toEqual(['index.html', 'docs/index.html', 'docs/a b.txt', '404.html']);
    expect(again.bytes).toEqual(all.bytes);
    expect(Object.keys(unzipSync((await get('/docs')).bytes))).toEqual(['docs/index.html', 'docs/a b.txt']);
  });

  test.each(['?format=concat', '?format=zip', '/'])('whose files overlap is not packed at %s, so that none is larger than what was uploaded', async (path) => {
    const metadata = { filename: 'd', length: 2, subfiles: { a: { filename: 'a', len: 2 }, b: { filename: 'b', len: 1 } } };
    const { get } = await restored(JSON.stringify(metadata), 'ab');
    expect(await get(path)).toMatchObject({ status: 400, body: expect.stringContaining('overlap') as string });
    expect([(await get('/a')).body, (await get('/b')).body]).toEqual(['ab', 'a']);
  });

  test.each([
    [999, 200],
    [1000, 404],
  ])('of which %d try files are not there', async (absent, status) => {
    const metadata = { filename: 'd', length: 2, subfiles: { a: { filename: 'a', len: 1 }, b: { filename: 'b', offset: 1, len: 1 } }, tryfiles: [...Array.from({ length: absent }, () => 'c'), '/b'] };
    const { get } = await restored(JSON.stringify(metadata), 'ab');
    expect((await get('/nothing')).status).toBe(status);
  });

  test('whose names climb is no archive of those', async () => {
    const metadata = { filename: 'd', length: 2, subfiles: { '../evil': { filename: '../evil', len: 1 }, good: { filename: 'good', offset: 1, len: 1 } } };
    const { get } = await restored(JSON.stringify(metadata), 'ab');
    expect(Object.keys(unzipSync((await get('?format=zip')).bytes))).toEqual(['good']);
  });

  test('is an archive of all its names, whatever they are to JavaScript, letter by letter as others write it', async () => {
    const names = ['__proto__', 'ü', 'constructor', '0', 'a/__proto__', 'z'];
    // Written, since an object has no such field of its own.
    const subfiles = names.map((name, offset) => `"${name}":{"filename":"${name}","offset":${offset},"len":1}`);
    const { get } = await restored(`{"filename":"d","length":6,"subfiles":{${subfiles.join()}}}`, 'abcdef');
    const { bytes } = await get('?format=zip');
    const listed = new Set<string>();
    unzipSync(bytes, { filter: ({ name }) => listed.add(name).size === 0 });
    expect(listed).toEqual(new Set(names));
    const others = await restored(`{"filename":"d","length":6,"subfiles":{${subfiles.filter((_, i) => i !== 0 && i !== 3).join()}}}`, 'abcdef');
    const written = zipSync({ ü: Buffer.from('b'), constructor: Buffer.from('c'), 'a/__proto__': Buffer.from('e'), z: Buffer.from('f') }, { level: 0, mtime: '1980-01-01T00:00:00' });
    expect(Buffer.from((await others.get('?format=zip')).bytes).toString('hex')).toBe(Buffer.from(written).toString('hex'));
  });

  test.each([
    [65_535, 200],
    [65_536, 400],
  ])('with a name of %d bytes is an archive if that has room for it', async (length, status) => {
    const name = 'ü'.repeat(length >> 1).padEnd(length - (length >> 1), 'x');
    const { get } = await restored(JSON.stringify({ filename: 'd', length: 2, subfiles: { a: { filename: 'a', len: 1 }, b: { filename: name, offset: 1, len: 1 } } }), 'ab');
    expect((await get('?format=zip')).status).toBe(status);
    expect((await get('?format=concat')).body).toBe('ab');
  });

  test('from before there were try files has its index at its slash', async () => {
    const metadata = { filename: 'site', length: 3, subfiles: { 'index.html': { filename: 'index.html', len: 1 }, b: { filename: 'b', offset: 1, len: 2 } } };
    const { get } = await restored(JSON.stringify(metadata), 'abb');
    expect([(await get('/')).body, (await get('/b')).body]).toEqual(['a', 'bb']);
  });

  test('comes whole in one of its formats, and in none that is not here', async () => {
    const { get } = await site();
    expect((await get('?format=concat')).body).toBe('index.htmldocs/index.htmldocs/a b.txt404.html');
    expect((await get('/docs/?format=concat')).body).toBe('docs/index.htmldocs/a b.txt');
    expect(Object.keys(unzipSync((await get('?format=zip')).bytes))).toHaveLength(4);
    for (const format of ['tar', 'targz', 'x']) expect((await get(`?format=${format}`)).status).toBe(400);
    expect((await get('/nothing/?format=zip')).status).toBe(404);
  });

  test('of one file that is called otherwise is a directory', async () => {
    const { get } = await site({ filename: 'd' }, [part('a.txt')]);
    expect((await get('')).status).toBe(308);
    expect((await get('/a.txt')).body).toBe('a.txt');
  });
});

describe('a resolver link', () => {
  test('leads to what its entry says now, over two entries at most, with a proof of it', async () => {
    const { client, author, skylink } = await single();
    const write = async (name: string, link: Skylink | undefined, revision = 1n) => {
      const entry = author.entry(revision, link === undefined ? DELETED_DATA : packSkylink(link), { name });
      expect((await client.write(entry)).status).toBe(204);
      return parseSkylink(resolverLink(entry)) as ResolverLink;
    };
    const one = await write('one', parseSkylink(skylink));
    const two = await write('two', one);
    const three = await write('three', two);
    for (const [link, count] of [[one, 1], [two, 2]] as const) {
      for (const path of ['', 'skynet/resolve/', 'skynet/metadata/', 'skynet/basesector/', 'skynet/trustless/basesector/']) {
        const { status, headers } = await client.send('GET', `/${path}${formatSkylink(link)}`);
        expect([status, headers.get('skynet-skylink')], `at ${path}`).toEqual([200, skylink]);
        const proven = verifyResolverProof(link, headers.get('skynet-proof') ?? '');
        expect([proven.entries.length, proven.skylink]).toEqual([count, parseSkylink(skylink)]);
      }
    }
    expect((await client.send('GET', `/${formatSkylink(one)}`)).headers.get('cache-control')).toBe('no-cache');
    expect((await client.send('GET', `/${formatSkylink(three)}`)).status).toBe(400);
    expect((await client.send('POST', `/skynet/pin/${formatSkylink(two)}`)).headers.get('skynet-skylink')).toBe(skylink);
    await write('one', undefined, 2n);
    for (const link of [one, two]) expect(await client.send('GET', `/${formatSkylink(link)}`)).toMatchObject({ status: 404, body: expect.stringContaining('deleted') as string });
  });

  test.each<[name: string, data: Uint8Array, status: number]>([
    ['is no link', new TextEncoder().encode('hello'), 400],
    ['is text with its scheme', new TextEncoder().encode(`sia://${SKYFILES[0]?.skylink}`), 404],
    ['names a file that is not here', packSkylink(parseSkylink(SKYFILES[0]?.skylink ?? '')), 404],
    ['names itself by no means', new Uint8Array(34).fill(255), 400],
  ])('whose data %s is told so', async (_, data, status) => {
    const { client, author } = await openPortal();
    const entry = author.entry(1n, data);
    await client.write(entry);
    expect((await client.send('GET', `/${resolverLink(entry)}`)).status).toBe(status);
  });

  test('of an entry that is not there, or of type 2, leads nowhere', async () => {
    const { client, author } = await openPortal();
    expect((await client.send('GET', `/${resolverLink(author.entry(1n))}`)).status).toBe(404);
    const hosted = author.entry(1n, new Uint8Array(34).fill(1), { type: 2 });
    await client.write(hosted);
    expect((await client.send('GET', `/${resolverLink(hosted)}`)).status).toBe(400);
  });

  test('that leads to a directory is moved to its own slash', async () => {
    const { client, author, skylink } = await site();
    const entry = author.entry(1n, packSkylink(parseSkylink(skylink)));
    await client.write(entry);
    const resolver = resolverLink(entry);
    expect((await client.send('GET', `/${resolver}`)).headers.get('location')).toBe(`/${resolver}/`);
    expect((await client.send('GET', `/${resolver}/docs/`)).body).toBe('docs/index.html');
  });
});

describe('what is asked about a link', () => {
  const [{ skylink, metadata, file = '', fetchSize }] = SKYFILES as [(typeof SKYFILES)[number]];

  test('is its range with a proof, as on the network', async () => {
    const { client } = await openPortal();
    const sector = buildBaseSector({ metadata: new TextEncoder().encode(metadata), file: new TextEncoder().encode(file) });
    const link = parseSkylink(skylink) as FileLink;
    await client.send('POST', '/skynet/restore', {}, packBackup({ skylink: link, sector }));
    const { status, bytes } = await client.send('GET', `/skynet/trustless/basesector/${skylink}`);
    const proof = Array.from({ length: (bytes.length - fetchSize) / 32 }, (_, i) => bytes.subarray(fetchSize + 32 * i, fetchSize + 32 * i + 32));
    expect([status, proof.map(bytesToHex)]).toEqual([200, RANGE_PROOF]);
    expect(verifyRange(link.merkleRoot, 0, bytes.subarray(0, fetchSize), proof)).toBe(true);
    expect((await client.send('GET', `/skynet/basesector/${skylink}`)).bytes).toEqual(bytes.slice(0, fetchSize));
  });

  test.each(['/', '/file/', '/skynet/metadata/', '/skynet/basesector/', '/skynet/trustless/basesector/', '/skynet/pin/'])('%s is a 404 where it is not here, a 400 where it is no link', async (before) => {
    const { client } = await openPortal();
    const method = before === '/skynet/pin/' ? 'POST' : 'GET';
    expect(await client.send(method, before + skylink)).toMatchObject({ status: 404, body: '{"message":"failed to fetch base sector: not found"}\n' });
    for (const wrong of [`${skylink.slice(0, -1)}R`, `___${skylink.slice(3)}`]) {
      expect(await client.send(method, before + wrong), `at ${wrong}`).toMatchObject({ status: 400, body: expect.stringMatching(/^\{"message":"failed to parse skylink: skylink must be/) as string });
    }
    expect((await client.send('DELETE', before + skylink)).status).toBe(404);
  });

  test('of the portal is where it is', async () => {
    const { client, portal } = await openPortal();
    for (const method of ['GET', 'HEAD']) {
      const answer = await client.send(method, '/');
      expect([answer.status, answer.headers.get('skynet-portal-api')]).toEqual([200, portal.url]);
    }
  });

  test('of paths that are no links is nothing', async () => {
    const { client } = await openPortal();
    for (const path of ['/x', `/${'x'.repeat(45)}`, '/skynet/metadata', '/skynet/', `/x/${skylink}`]) expect((await client.send('GET', path)).status, `at ${path}`).toBe(404);
    for (const path of [`//${skylink}`, '/skynet/metadata/', '/file/', '/skynet/resolve/x/y']) expect([400, 404], `at ${path}`).toContain((await client.send('GET', path)).status);
  });
});

describe('a file store that fails', () => {
  test('is a 500 in JSON to who uploads and who reads, and the portal goes on', async () => {
    const store = new MemoryFileStore(1_000_000);
    const files: FileStore = { get: (root) => store.get(root), put: (root, used) => store.put(root, used), close: () => store.close() };
    const { client, author, portal } = await openPortal({ files });
    const skylink = await uploaded(client, [FILE]);
    await store.close();
    expect(await client.send('GET', `/${skylink}`)).toMatchObject({ status: 500, body: '{"message":"the portal failed"}\n' });
    await expect(uploaded(client, [{ ...FILE, content: createHash('md5').digest('hex') }])).rejects.toThrow();
    expect(portal.stats().uploads).toMatchObject({ stored: 1, 'store-failed': 1 });
    expect((await client.write(author.entry(1n))).status).toBe(204);
  });
});
