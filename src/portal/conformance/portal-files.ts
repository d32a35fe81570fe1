import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  buildBaseSector,
  fileLink,
  formatMetadata,
  formatSkylink,
  formatSkylinkBase32,
  packBackup,
  packSkylink,
  parseSkylink,
  sectorRange,
  sectorRoot,
  verifyRange,
  verifyResolverProof,
  type FileLink,
  type ResolverLink,
} from '../../skylink/index.ts';
import { resolverLink } from '../../registry/index.ts';
import { Author } from './author.ts';
import { NotOffered, type CheckList } from './check.ts';
import { assertRefused, type Answer, type PlainClient } from './client.ts';
import { FORM_TYPE, formBody, type FormPart } from './form.ts';

/** What a portal that takes files must do with them. */
export function addFileChecks(list: CheckList, portal: PlainClient): void {
  const post = async (path: string, contentType: string, body: Uint8Array<ArrayBuffer>): Promise<Answer> => {
    const answer = await portal.send('POST', path, { 'Content-Type': contentType }, body);
    if (answer.status === 404) throw new NotOffered();
    return answer;
  };
  const upload = async (parts: readonly FormPart[], query = ''): Promise<string> => linkOf(await post(`/skynet/skyfile${query}`, FORM_TYPE, formBody(parts)));
  const say = (name: string, body: (seed: string) => Promise<void>) => list.add(`files, if there are any: ${name}`, body);

  say('a file is uploaded, named as its bytes say, and downloaded as what it is', async (seed) => {
    const content = `content of ${seed}`;
    const skylink = await upload([{ name: 'file', filename: 'hello.txt', contentType: 'text/plain', content }]);
    const used = sectorOf('hello.txt', content, 'text/plain');
    const expected = fileLink(sectorRoot(used), used.length);
    assert.equal(skylink, formatSkylink(expected));
    for (const path of [`/${skylink}`, `/${skylink}/hello.txt`, `/${formatSkylinkBase32(expected)}`]) {
      const answer = await portal.send('GET', path);
      assert.deepEqual([answer.status, answer.body], [200, content], path);
      assert.match(answer.headers.get('content-type') ?? '', /^text\/plain/);
      assert.equal(answer.headers.get('skynet-skylink'), skylink);
      assert.ok(answer.headers.get('skynet-portal-api'), 'skynet-portal-api is missing');
      assert.match(answer.headers.get('content-disposition') ?? '', /^inline; filename="hello\.txt"$/);
      assert.equal(answer.headers.get('skynet-proof'), null);
    }
  });

  say('HEAD is GET without its body', async (seed) => {
    const skylink = await upload([{ name: 'file', filename: 'a.txt', content: seed }]);
    const head = await portal.send('HEAD', `/${skylink}`);
    assert.deepEqual([head.status, head.body, head.headers.get('content-length')], [200, '', String(Buffer.byteLength(seed))]);
  });

  say('a dry run names a file and keeps nothing', async (seed) => {
    const skylink = await upload([{ name: 'file', filename: 'dry.txt', content: seed }], '?dryrun=true');
    assert.equal((await portal.send('GET', `/${skylink}`)).status, 404);
  });

  say('a part is served by its range, and nothing beyond the end', async (seed) => {
    const skylink = await upload([{ name: 'file', filename: 'range.txt', content: `0123456789 ${seed}` }]);
    const part = await portal.send('GET', `/${skylink}`, { Range: 'bytes=2-4' });
    assert.deepEqual([part.status, part.body], [206, '234']);
    assert.match(part.headers.get('content-range') ?? '', /^bytes 2-4\/\d+$/);
    assert.equal((await portal.send('GET', `/${skylink}`, { Range: 'bytes=100000-' })).status, 416);
  });

  say('an etag is enough for who has the file', async (seed) => {
    const skylink = await upload([{ name: 'file', filename: 'etag.txt', content: seed }]);
    const etag = (await portal.send('GET', `/${skylink}`)).headers.get('etag') ?? '';
    assert.match(etag, /^"[0-9a-f]{64}"$/);
    assert.equal((await portal.send('GET', `/${skylink}`, { 'If-None-Match': etag })).status, 304);
  });

  say('a directory is served by its paths, and its index at its slash', async (seed) => {
    const skylink = await upload(
      ['index.html', 'docs/index.html', 'docs/a.txt'].map((filename) => ({ name: 'files[]', filename, content: `${filename} ${seed}` })),
      '?filename=site',
    );
    const moved = await portal.send('GET', `/${skylink}`);
    assert.equal(moved.status, 308);
    assert.match(moved.headers.get('location') ?? '', new RegExp(`/${skylink}/$`));
    for (const [path, file] of [['/', 'index.html'], ['/docs/', 'docs/index.html'], ['/docs/a.txt', 'docs/a.txt']] as const) {
      assert.equal((await portal.send('GET', `/${skylink}${path}`)).body, `${file} ${seed}`, path);
    }
    assert.equal((await portal.send('GET', `/${skylink}/nothing.txt`)).status, 404);
  });

  say('metadata is what was hashed', async (seed) => {
    const skylink = await upload([{ name: 'file', filename: 'meta.txt', contentType: 'text/plain', content: seed }]);
    const answer = await portal.send('GET', `/skynet/metadata/${skylink}`);
    assert.deepEqual([answer.status, answer.body.trim()], [200, metadataOf('meta.txt', seed, 'text/plain')]);
  });

  say('a resolver link is resolved, with a proof of it', async (seed) => {
    const content = `resolved ${seed}`;
    const skylink = await upload([{ name: 'file', filename: 'r.txt', content }]);
    const entry = new Author(seed).entry(1n, packSkylink(parseSkylink(skylink)));
    assert.equal((await portal.write(entry)).status, 204);
    const resolver = resolverLink(entry);
    const answer = await portal.send('GET', `/${resolver}`);
    assert.deepEqual([answer.status, answer.body, answer.headers.get('skynet-skylink')], [200, content, skylink]);
    const resolved = await portal.send('GET', `/skynet/resolve/${resolver}`);
    assert.deepEqual(JSON.parse(resolved.body), { skylink });
    for (const { headers } of [answer, resolved]) {
      const { skylink: proven } = verifyResolverProof(parseSkylink(resolver) as ResolverLink, headers.get('skynet-proof') ?? '');
      assert.equal(proven && formatSkylink(proven), skylink);
    }
  });

  say('a range of a sector is served with what proves it', async (seed) => {
    const skylink = await upload([{ name: 'file', filename: 'proven.txt', content: seed }]);
    const answer = await portal.send('GET', `/skynet/trustless/basesector/${skylink}`);
    const { merkleRoot, offset, fetchSize } = parseSkylink(skylink) as FileLink;
    assert.equal(answer.status, 200);
    const proof = Array.from({ length: (answer.bytes.length - fetchSize) / 32 }, (_, i) => answer.bytes.subarray(fetchSize + 32 * i, fetchSize + 32 * (i + 1)));
    assert.ok(verifyRange(merkleRoot, offset, answer.bytes.subarray(0, fetchSize), proof), 'the proof does not hold');
  });

  say('a backup is restored', async (seed) => {
    const used = sectorOf('backup.txt', seed, undefined);
    const link = fileLink(sectorRoot(used), used.length);
    assert.equal(linkOf(await post('/skynet/restore', 'application/octet-stream', packBackup({ skylink: link, sector: sectorRange(used, 0, used.length) }))), formatSkylink(link));
    assert.equal((await portal.send('GET', `/${formatSkylink(link)}`)).body, seed);
    assert.equal((await portal.send('POST', `/skynet/pin/${formatSkylink(link)}`)).status, 204);
  });

  say('a file that is not there is a 404, and what is no link a 400', async (seed) => {
    await upload([{ name: 'file', filename: 'x.txt', content: seed }], '?dryrun=true');
    const nowhere = formatSkylink(fileLink(new Uint8Array(createHash('sha256').update(seed).digest()), 100));
    for (const path of ['/', '/skynet/metadata/', '/skynet/resolve/']) {
      if (path !== '/skynet/resolve/') assert.equal((await portal.send('GET', path + nowhere)).status, 404, path);
      assertRefused(await portal.send('GET', `${path}${nowhere.slice(0, -1)}_`), 400, 'skylink');
    }
  });
}

function linkOf(answer: Answer): string {
  assert.equal(answer.status, 200, `status of: ${answer.body.slice(0, 200)}`);
  const { skylink } = JSON.parse(answer.body) as { skylink: unknown };
  assert.ok(typeof skylink === 'string', 'the answer has no skylink');
  assert.equal(formatSkylink(parseSkylink(skylink)), skylink);
  return skylink;
}

/** The metadata that a portal writes for one file of a form. */
const metadataOf = (filename: string, content: string, contentType: string | undefined): string => {
  const length = Buffer.byteLength(content);
  return formatMetadata({ filename, length, subfiles: new Map([[filename, { filename, ...(contentType === undefined ? {} : { contentType }), offset: 0, length }]]), tryFiles: ['index.html'] });
};

const sectorOf = (filename: string, content: string, contentType: string | undefined): Uint8Array =>
  buildBaseSector({ metadata: Buffer.from(metadataOf(filename, content, contentType)), file: Buffer.from(content) });
