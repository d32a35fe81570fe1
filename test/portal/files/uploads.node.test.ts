import { describe, expect, test } from 'vitest';
import { buildBaseSector, fileLink, formatSkylink, packBackup, parseSkylink, SECTOR_BYTES, sectorRoot, type FileLink } from '../../../src/skylink/index.ts';
import { FORM_TYPE, formBody, type FormPart } from '../../../src/portal/conformance/form.ts';
import { numbersFrom } from '../../../src/portal/conformance/author.ts';
import type { PlainClient } from '../../../src/portal/conformance/client.ts';
import { RefusedRequest } from '../../../src/portal/files/refusals.ts';
import { boundaryOf, isPath, readUploadForm } from '../../../src/portal/files/upload-form.ts';
import { fileOf, SKYFILES } from '../../skylink/vectors.ts';
import { openPortal, rawConnection } from '../fixture.ts';
import { postForm, query, trickle, uploaded } from './fixture.ts';

interface Described {
  readonly filename: string;
  readonly subfiles?: Readonly<Record<string, { readonly contenttype?: string; readonly offset?: number; readonly len?: number }>>;
}

describe('files of the network', () => {
  const uploads = SKYFILES.filter(({ metadata }) => metadata.startsWith('{"filename"') && metadata.includes('tryfiles'));
  test.each(uploads)('$name: uploaded, it has the link it had there', async ({ metadata, file, skylink, merkleRoot, bitfield }) => {
    const { client } = await openPortal();
    const { filename, subfiles = {} } = JSON.parse(metadata) as Described;
    const rows = Object.entries(subfiles).sort(([, a], [, b]) => (a.offset ?? 0) - (b.offset ?? 0));
    const bytes = fileOf(file);
    const parts = rows.map(([path, { contenttype, offset = 0, len = 0 }]): FormPart => ({
      name: rows.length === 1 ? 'file' : 'files[]',
      filename: path,
      content: bytes.subarray(offset, offset + len),
      ...(contenttype === undefined ? {} : { contentType: contenttype }),
    }));
    const answer = await postForm(client, parts, rows.length === 1 ? '' : query({ filename }));
    expect(answer).toMatchObject({ status: 200, body: `{"skylink":"${skylink}","merkleroot":"${merkleRoot}","bitfield":${bitfield}}\n` });
    expect(answer.headers.get('skynet-skylink')).toBe(skylink);
    expect((await client.send('GET', `/skynet/metadata/${skylink}`)).body).toBe(metadata);
    if (rows.length === 1) expect([...(await client.send('GET', `/${skylink}`)).bytes]).toEqual([...bytes]);
  });

  test.each(SKYFILES)('$name: restored, it is served', async ({ metadata, file, skylink }) => {
    const { client } = await openPortal();
    const sector = buildBaseSector({ metadata: new TextEncoder().encode(metadata), file: fileOf(file) });
    const backup = packBackup({ skylink: parseSkylink(skylink) as FileLink, sector });
    expect(await client.send('POST', '/skynet/restore', {}, backup)).toMatchObject({ status: 200, body: `{"skylink":"${skylink}"}\n` });
    expect((await client.send('GET', `/skynet/metadata/${skylink}`)).body).toBe(metadata);
    expect((await client.send('POST', '/skynet/restore', {}, backup)).status).toBe(200);
  });
});

const form = (...parts: FormPart[]) => formBody(parts);
const raw = (client: PlainClient) => client.send('POST', '/skynet/skyfile?filename=a', { 'Content-Type': 'a/b' }, new Uint8Array(1));

describe('an upload', () => {
  const FILE: FormPart = { name: 'file', filename: 'a.txt', content: 'abc' };
  const site = ['index.html', 'b/c.html'].map((filename): FormPart => ({ name: 'files[]', filename, content: filename }));

  test('of a body has a filename and no sub-files', async () => {
    const { client } = await openPortal();
    const answer = await client.send('POST', '/skynet/skyfile?filename=raw.bin&mode=640', { 'Content-Type': 'application/octet-stream' }, Uint8Array.of(1, 2, 3));
    const { skylink } = JSON.parse(answer.body) as { skylink: string };
    expect((await client.send('GET', `/skynet/metadata/${skylink}`)).body).toBe('{"filename":"raw.bin","length":3,"mode":416}');
    const got = await client.send('GET', `/${skylink}`);
    expect([[...got.bytes], got.headers.get('content-type')]).toEqual([[1, 2, 3], 'application/octet-stream']);
  });

  test.each([
    [{ defaultpath: 'index.html', filename: 'd' }, '"defaultpath":"/index.html"'],
    [{ disabledefaultpath: 'true', filename: 'd' }, '"disabledefaultpath":true'],
    [{ tryfiles: '["/b/c.html"]', errorpages: '{"404":"/b/c.html"}', filename: 'd' }, '"tryfiles":["/b/c.html"],"errorpages":{"404":"/b/c.html"}'],
    [{ errorpages: '{"404":"/b/c.html"}', filename: 'd' }, '"tryfiles":["index.html"],"errorpages":{"404":"/b/c.html"}'],
    [{ tryfiles: '[]', filename: 'd' }, '}}}'],
    [{ mode: '755', filename: 'd' }, '"mode":493,'],
  ])('with %j says so in its metadata', async (asked, text) => {
    const { client } = await openPortal();
    const skylink = await uploaded(client, site, query(asked));
    expect((await client.send('GET', `/skynet/metadata/${skylink}`)).body).toContain(text);
  });

  test('of a part with a mode, a path of folders and a name in UTF-8 says all of it', async () => {
    const { client } = await openPortal();
    const body = new TextDecoder().decode(formBody([{ name: 'files[]', filename: 'ü/ß.txt', contentType: 'Text/Plain; charset=UTF-8', content: 'x' }])).replace('\r\n\r\n', '\r\nMode: 600\r\n\r\n');
    const answer = await client.send('POST', '/skynet/skyfile?filename=d', { 'Content-Type': FORM_TYPE }, new TextEncoder().encode(body));
    const { skylink } = JSON.parse(answer.body) as { skylink: string };
    expect((await client.send('GET', `/skynet/metadata/${skylink}`)).body).toContain('"ü/ß.txt":{"mode":384,"filename":"ü/ß.txt","contenttype":"Text/Plain; charset=UTF-8","len":1}');
  });

  const type = { 'Content-Type': FORM_TYPE };
  test.each<[name: string, query: string, headers: Record<string, string>, body: Uint8Array<ArrayBuffer>, text: string]>([
    ['of no form', '', type, new Uint8Array(3), 'failed to parse the form'],
    ['of nothing', '', type, new Uint8Array(0), "no part named 'file'"],
    ['without a boundary', '', { 'Content-Type': 'multipart/form-data' }, form(FILE), 'names no boundary'],
    ['in another multipart', '', { 'Content-Type': 'multipart/mixed; boundary=x' }, form(FILE), 'names no boundary'],
    ['with another boundary', '', { 'Content-Type': 'multipart/form-data; boundary=another' }, form(FILE), 'failed to parse the form'],
    ['that is cut', '', type, form(FILE).slice(0, -10), 'failed to parse the form'],
    ['with another field', '', type, form({ ...FILE, name: 'upload' }), "named 'file'"],
    ['with two files named file', '', type, form(FILE, { ...FILE, filename: 'b.txt' }), "named 'file'"],
    ['with both names', '?filename=d', type, form({ ...FILE, name: 'files[]' }, FILE), "named 'file'"],
    ['with one path twice', '?filename=d', type, form({ ...FILE, name: 'files[]' }, { ...FILE, name: 'files[]' }), 'one name'],
    ['of a part without a name', '', type, form({ name: 'file', content: 'x' }), 'no relative path'],
    ['of an absolute path', '', type, form({ ...FILE, filename: '/etc/passwd' }), 'no relative path'],
    ['of a path that climbs', '', type, form({ ...FILE, filename: 'a/../../b' }), 'no relative path'],
    ['of a directory without a name', '', type, form(...site), "must have a 'filename'"],
    ['with a filename that climbs', '?filename=..', type, form(FILE), "must have a 'filename'"],
    ['of a body without a filename', '', { 'Content-Type': 'text/plain' }, new Uint8Array(1), "must have a 'filename'"],
    ['with a default path that is not there', '?defaultpath=b.html', type, form(FILE), 'a path that the upload does not have'],
    ['with a try file that is not there', '?tryfiles=["/b.html"]', type, form(FILE), 'a path that the upload does not have'],
    ['with an error page that is not there', '?errorpages={"404":"/b.html"}', type, form(FILE), 'a path that the upload does not have'],
    ['with an error page for success', '?errorpages={"200":"/a.txt"}', type, form(FILE), "'errorpages'"],
    ['with try files that are no JSON', '?tryfiles=index.html', type, form(FILE), "'tryfiles'"],
    ['with try files that are no paths', '?tryfiles=[1]', type, form(FILE), "'tryfiles'"],
    ['with a default path and try files', '?defaultpath=a.txt&tryfiles=["index.html"]', type, form(FILE), 'not compatible'],
    ['with a default path that is disabled', '?defaultpath=a.txt&disabledefaultpath=true', type, form(FILE), 'mutually exclusive'],
    ['with a mode that is not octal', '?mode=888', type, form(FILE), "'mode'"],
    ['with a dry run that is neither', '?dryrun=perhaps', type, form(FILE), "'dryrun'"],
  ])('%s is refused, and nothing is kept', async (_, search, headers, body, text) => {
    const { client, portal } = await openPortal();
    const answer = await client.send('POST', `/skynet/skyfile${search}`, headers, body);
    expect(answer).toMatchObject({ status: 400, body: expect.stringContaining(text) as string });
    expect(portal.stats().uploads).toEqual({ stored: 0, identical: 0, full: 0, refused: 1, 'store-failed': 0 });
  });

  test('without a content type is refused', async () => {
    const { portal } = await openPortal();
    const { socket, received } = await rawConnection(portal);
    socket.write('POST /skynet/skyfile?filename=a HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx');
    expect(await received).toMatch(/^HTTP\/1\.1 400 [^]*no Content-Type/);
  });

  test('of a whole sector is taken, a byte more is not, announced or not', async () => {
    const { client } = await openPortal();
    const most = SECTOR_BYTES - 99 - '{"filename":"a","length":4194173}'.length;
    const send = (length: number) => client.send('POST', '/skynet/skyfile?filename=a', { 'Content-Type': 'a/b' }, new Uint8Array(length).fill(7));
    const answer = await send(most);
    expect(answer.status).toBe(200);
    const { skylink } = JSON.parse(answer.body) as { skylink: string };
    expect((await client.send('GET', `/${skylink}`)).bytes).toHaveLength(most);
    for (const length of [most + 1, SECTOR_BYTES + 1]) expect(await send(length)).toMatchObject({ status: 413, body: expect.stringContaining('larger than 4194304 bytes') as string });
    expect(await postForm(client, [{ name: 'file', filename: 'a', content: new Uint8Array(SECTOR_BYTES) }])).toMatchObject({ status: 413 });
  });

  test('that is not announced is counted, and given up at its limit', async () => {
    const { portal } = await openPortal({ limits: { fileBytes: 1000 } });
    const { socket, received } = await rawConnection(portal);
    socket.write('POST /skynet/skyfile?filename=a HTTP/1.1\r\nHost: x\r\nContent-Type: a/b\r\nTransfer-Encoding: chunked\r\n\r\n');
    for (let i = 0; i < 11; i++) socket.write(`64\r\n${'x'.repeat(100)}\r\n`);
    expect(await received).toMatch(/^HTTP\/1\.1 413 [^]*larger than 1000 bytes/);
  });

  test('that does not come to its end is given up, and its place is another one’s', async () => {
    const { portal, client } = await openPortal({ limits: { uploadTimeout: 300, uploads: 1 } });
    const { received } = await trickle(portal);
    expect(await received).toMatch(/^HTTP\/1\.1 100 [^]*\nHTTP\/1\.1 408 /);
    expect((await raw(client)).status).toBe(200);
  });

  test('whose client leaves gives its place away', async () => {
    const { portal, client } = await openPortal({ limits: { uploads: 1 } });
    const { socket } = await trickle(portal);
    expect((await raw(client)).status).toBe(503);
    socket.destroy();
    await expect.poll(async () => (await raw(client)).status).toBe(200);
  });

  test('that finds no room is a 507, and what is there is served on', async () => {
    const { client, portal } = await openPortal({ limits: { filesBytes: 9000 } });
    const skylink = await uploaded(client, [FILE]);
    await uploaded(client, [{ ...FILE, content: 'second' }]);
    expect(await postForm(client, [{ ...FILE, content: 'third' }])).toMatchObject({ status: 507, body: expect.stringContaining('no room') as string });
    expect((await client.send('GET', `/${skylink}`)).body).toBe('abc');
    expect(await uploaded(client, [FILE])).toBe(skylink);
    expect(portal.stats().uploads).toEqual({ stored: 2, identical: 1, full: 1, refused: 0, 'store-failed': 0 });
  });

  test('wants the key of a portal that has one, and counts for its rate', async () => {
    const { client, portal } = await openPortal({ apiKey: 'the-key', limits: { requestsPerMinute: 3, exemptPrivateAddresses: false } });
    expect((await fetch(`${portal.url}/skynet/skyfile`, { method: 'POST', headers: { 'Content-Type': FORM_TYPE }, body: formBody([FILE]) })).status).toBe(401);
    const skylink = await uploaded(client, [FILE]);
    expect((await client.send('GET', `/${skylink}`)).status).toBe(200);
    expect((await postForm(client, [FILE])).status).toBe(429);
  });

  test('is not for a portal that takes no files', async () => {
    const { client } = await openPortal({ files: false });
    expect((await postForm(client, [FILE])).status).toBe(404);
    expect((await client.send('GET', `/${SKYFILES[0]?.skylink}`)).status).toBe(404);
  });

  test('may be sent by pages of other origins, which see its link', async () => {
    const { portal } = await openPortal();
    const preflight = await fetch(`${portal.url}/skynet/skyfile`, { method: 'OPTIONS', headers: { Origin: 'https://page.example', 'Access-Control-Request-Method': 'POST' } });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, 'https://page.example']);
    const answer = await fetch(`${portal.url}/skynet/skyfile`, { method: 'POST', headers: { Origin: 'https://page.example', 'Content-Type': FORM_TYPE }, body: formBody([FILE]) });
    expect(answer.headers.get('access-control-expose-headers')).toContain('Skynet-Skylink');
  });
});

const parts = (count: number): readonly FormPart[] => Array.from({ length: count }, (_, i) => ({ name: 'files[]', filename: i.toString(36), content: '' }));
const read = (body: Uint8Array) => readUploadForm(body, boundaryOf(FORM_TYPE) ?? '');

describe('a form', () => {
  test('has four thousand parts at most', () => {
    expect(read(formBody(parts(4000))).subfiles.size).toBe(4000);
    expect(() => read(formBody(parts(4001)))).toThrow(/^failed to parse the form: .*4000$/);
  });

  test('takes a megabyte beside its files at most, or nothing of it is decoded', () => {
    const lines = 'a: b\r\n'.repeat(1300);
    const wordy = (count: number) => new TextEncoder().encode(new TextDecoder().decode(formBody(parts(count))).replaceAll('\r\n\r\n', `\r\n${lines}\r\n`));
    expect(read(wordy(120)).subfiles.size).toBe(120);
    expect(() => read(wordy(140))).toThrow('more than 1048576 bytes beside its files');
    // The name of a part would be another refusal, were it looked at.
    const nameless = new TextEncoder().encode(new TextDecoder().decode(wordy(140)).replaceAll('files[]', 'other'));
    expect(() => read(nameless)).toThrow('more than 1048576 bytes beside its files');
    expect(read(formBody([{ name: 'file', filename: 'a', content: new Uint8Array(4_000_000) }])).file).toHaveLength(4_000_000);
  });
});

test('of forms that were tampered with, none is more than refused', () => {
  const seed = process.env['PORTAL_SEED'] ?? crypto.randomUUID();
  const number = numbersFrom(seed);
  const whole = formBody([{ name: 'files[]', filename: 'a/b.txt', contentType: 'text/plain', content: 'abc' }, { name: 'files[]', filename: 'c', content: '\r\n--a-boundary' }]);
  const boundary = boundaryOf(FORM_TYPE) ?? '';
  let taken = 0;
  for (let round = 0; round < 3000; round++) {
    const tampered = whole.slice(0, number(4) === 0 ? number(whole.length) : whole.length);
    for (let i = number(4); i > 0 && tampered.length > 0; i--) tampered[number(tampered.length)] = number(256);
    try {
      const { file, subfiles } = readUploadForm(tampered, boundary);
      expect([...subfiles.values()].every(({ offset, length, filename }) => offset + length <= file.length && isPath(filename)), `seed ${seed}`).toBe(true);
      taken++;
    } catch (error) {
      expect(error, `seed ${seed}`).toBeInstanceOf(RefusedRequest);
    }
  }
  expect(taken, `seed ${seed}`).toBeGreaterThan(300);
  expect(taken, `seed ${seed}`).toBeLessThan(2900);
});

describe('a backup', () => {
  const used = buildBaseSector({ metadata: new TextEncoder().encode('{"filename":"a"}'), file: new TextEncoder().encode('abc') });
  const link = fileLink(sectorRoot(used), used.length);
  const other = buildBaseSector({ metadata: new TextEncoder().encode('{"filename":"a"}'), file: new TextEncoder().encode('abd') });
  const noFile = new TextEncoder().encode('no base sector');

  test.each<[name: string, body: Uint8Array<ArrayBuffer>, text: string]>([
    ['of another sector than its link', packBackup({ skylink: link, sector: other }), 'not the one that the skylink names'],
    ['of no file', packBackup({ skylink: fileLink(sectorRoot(noFile), noFile.length), sector: noFile }), 'failed to read the base sector'],
    ['that is cut', packBackup({ skylink: link, sector: used }).slice(0, -1), 'failed to read the backup'],
    ['of nothing', new Uint8Array(0), 'failed to read the backup'],
    ['that is none', new Uint8Array(4_194_396), 'failed to read the backup'],
  ])('%s is refused, and nothing is kept', async (_, body, text) => {
    const { client, portal } = await openPortal();
    expect(await client.send('POST', '/skynet/restore', {}, body)).toMatchObject({ status: 400, body: expect.stringContaining(text) as string });
    expect(portal.stats().uploads).toMatchObject({ stored: 0, refused: 1 });
    expect((await client.send('GET', `/${formatSkylink(link)}`)).status).toBe(404);
  });

  test('with more metadata than is read for every answer is a 413, and so is a directory', async () => {
    const { client, portal } = await openPortal();
    const metadata = new TextEncoder().encode(JSON.stringify({ filename: 'x'.repeat(256 * 1024) }));
    const sector = buildBaseSector({ metadata, file: new Uint8Array(1) });
    const large = fileLink(sectorRoot(sector), sector.length);
    const text = expect.stringContaining('metadata is larger') as string;
    expect(await client.send('POST', '/skynet/restore', {}, packBackup({ skylink: large, sector }))).toMatchObject({ status: 413, body: text });
    const names = Array.from({ length: 1400 }, (_, i): FormPart => ({ name: 'files[]', filename: `${i}${'x'.repeat(90)}`, content: '' }));
    expect(await postForm(client, names, query({ filename: 'd' }))).toMatchObject({ status: 413, body: text });
    // Of names that are too large by themselves nothing more is looked at, not even whether there is a name for all.
    expect(await postForm(client, names.map((named) => ({ ...named, filename: `${named.filename}`.repeat(3) })))).toMatchObject({ status: 413, body: text });
    await uploaded(client, names.slice(0, 1200), query({ filename: 'd' }));
    expect(portal.stats().uploads).toMatchObject({ stored: 1, refused: 3 });
  });

  test('that is a byte too long is refused', async () => {
    const { client } = await openPortal();
    expect((await client.send('POST', '/skynet/restore', {}, new Uint8Array(4_194_397))).status).toBe(413);
  });
});
