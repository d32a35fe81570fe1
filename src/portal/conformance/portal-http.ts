import assert from 'node:assert/strict';
import { verifyEntry, type CheckedEntry } from '../../registry/index.ts';
import { answerBody, pubkeyText, readAnswer, writeBody } from '../../registry/wire/index.ts';
import { Author, extremes, shuffled } from './author.ts';
import type { CheckList } from './check.ts';
import { assertRefused, queryOf, type PlainClient } from './client.ts';

const ORIGIN = 'https://app.example';

/** The checks of reads and writes (portal protocol, section 1). */
export function addHttpChecks(list: CheckList, portal: PlainClient): void {
  list.add('an entry that nobody wrote is 404 and says so', async (seed) => {
    assertRefused(await portal.read(new Author(seed).entry(0n)), 404, 'unable to read from the registry: registry entry not found');
  });

  list.add('a written entry is read back byte for byte, to the ends of every range', async (seed) => {
    for (const entry of extremes(new Author(seed))) {
      const written = await portal.write(entry);
      assert.deepEqual([written.status, written.body], [204, '']);
      await assertCurrent(portal, entry);
    }
  });

  list.add('what is read verifies under the key that was asked for', async (seed) => {
    const entry = new Author(seed).entry(2n ** 53n + 1n);
    await portal.write(entry);
    const claim = readAnswer((await portal.read(entry)).body);
    assert.ok(claim !== undefined && verifyEntry({ ...claim, pubkey: entry.pubkey, datakey: entry.datakey }));
  });

  list.add('HEAD is GET without its body', async (seed) => {
    const entry = new Author(seed).entry(1n);
    await portal.write(entry);
    const head = await portal.send('HEAD', queryOf(entry));
    assert.deepEqual([head.status, head.body], [200, '']);
    assert.equal((await portal.send('HEAD', queryOf(new Author(`${seed} nobody`).entry(1n)))).status, 404);
  });

  list.add('a lower revision is 400, and the entry stays', async (seed) => {
    const author = new Author(seed);
    await portal.write(author.entry(256n));
    assertRefused(await portal.write(author.entry(255n)), 400, 'Unable to update the registry: provided revision number is invalid');
    await assertCurrent(portal, author.entry(256n));
  });

  list.add('of one revision the smaller work hash wins, and the other is 400', async (seed) => {
    const [winner, loser] = new Author(seed).tie(4n);
    assert.equal((await portal.write(loser)).status, 204);
    assert.equal((await portal.write(winner)).status, 204);
    assertRefused(await portal.write(loser), 400, "Unable to update the registry: entry doesn't have enough pow to replace existing entry");
    await assertCurrent(portal, winner);
  });

  list.add('the identical entry again is 204', async (seed) => {
    const entry = new Author(seed).entry(8n);
    for (let i = 0; i < 2; i++) assert.equal((await portal.write(entry)).status, 204);
    await assertCurrent(portal, entry);
  });

  list.add('a signature that does not verify is 500 with its text, and nothing is kept', async (seed) => {
    const entry = new Author(seed).entry(1n);
    const text = 'failed to verify signature of entry; invalid signature';
    const forgeries = [
      { ...entry, data: Uint8Array.of(1) },
      { ...entry, revision: 2n },
      { ...entry, signature: entry.signature.map((byte, i) => (i === 5 ? byte ^ 1 : byte)) },
      { ...entry, type: 2 as const, data: new Uint8Array(20) },
    ];
    for (const forgery of forgeries) assertRefused(await portal.write(forgery), 500, text);
    assert.equal((await portal.read(entry)).status, 404);
  });

  list.add('a forgery does not touch the entry that is there', async (seed) => {
    const entry = new Author(seed).entry(1n);
    await portal.write(entry);
    assert.equal((await portal.write({ ...entry, revision: 2n ** 64n - 1n })).status, 500);
    await assertCurrent(portal, entry);
  });

  list.add('type 1 may be written as 0 or left out; other types are 400', async (seed) => {
    const entry = new Author(seed).entry(1n);
    const withType = (type: string) => writeBody(entry).replace(/\}$/, `,"type":${type}}`);
    for (const body of [withType('0'), withType('1'), writeBody(entry)]) assert.equal((await portal.post(body)).status, 204, body);
    assertRefused(await portal.post(withType('3')), 400, 'invalid entry type');
    assertRefused(await portal.post(withType('2')), 400, 'entry data is malformed');
  });

  list.add('every form of a write that skyd takes is taken', async (seed) => {
    const author = new Author(seed);
    const forms: readonly ((entry: CheckedEntry) => string)[] = [
      (entry) => writeBody(entry),
      (entry) => writeBody(entry).replace(/"key":\[[^\]]*\]/, `"key":"${base64(entry.pubkey)}"`),
      (entry) => writeBody(entry).replace(/\{"algorithm"[^}]*\}/, `"${pubkeyText(entry.pubkey)}"`),
      (entry) => writeBody(entry).replace(/"data":\[[^\]]*\]/, `"data":"${base64(entry.data)}"`),
      (entry) => ` ${writeBody(entry).replace('{', '{ "unknown" : [1, {"x": null}] ,\n')} `,
    ];
    for (const [i, form] of forms.entries()) {
      const entry = author.entry(BigInt(i));
      const answer = await portal.post(form(entry));
      assert.equal(answer.status, 204, `form ${i}: ${answer.body}`);
      await assertCurrent(portal, entry);
    }
  });

  list.add('the content type of a write is not looked at', async (seed) => {
    const author = new Author(seed);
    const types = ['application/x-www-form-urlencoded', 'text/plain;charset=UTF-8', 'application/json', 'multipart/form-data; boundary=x'];
    for (const [i, type] of types.entries()) {
      assert.equal((await portal.write(author.entry(BigInt(i)), { 'Content-Type': type })).status, 204, type);
    }
  });

  list.add('a body that is no write is 400, whatever it is', async (seed) => {
    const entry = new Author(seed).entry(1n);
    const body = writeBody(entry);
    const broken: readonly (string | Uint8Array<ArrayBuffer>)[] = [
      '',
      'null',
      '[]',
      'hello',
      body.slice(0, -1),
      `${body}x`,
      body.replace('"revision":1', '"revision":"1"'),
      body.replace('"revision":1', '"revision":-1'),
      body.replace('"revision":1', '"revision":1.5'),
      body.replace('"revision":1', '"revision":18446744073709551616'),
      body.replace(/"signature":\[[^\]]*\]/, `"signature":"${base64(entry.signature)}"`),
      body.replace(/"signature":\[\d+,/, '"signature":['),
      body.replace(/"datakey":"../, '"datakey":"'),
      body.replace('"ed25519"', '"ed448"'),
      '['.repeat(60_000),
      Uint8Array.of(0x7b, 0xff, 0x7d),
    ];
    for (const text of shuffled(broken, seed)) {
      const answer = await portal.post(text);
      assert.equal(answer.status, 400, `${answer.status} for ${text.slice(0, 80).toString()}`);
      assertRefused(answer, 400, '');
    }
    assert.equal((await portal.read(entry)).status, 404);
  });

  list.add('data of 114 bytes is 400 and says how much it is', async (seed) => {
    const body = writeBody(new Author(seed).entry(1n)).replace(/"data":\[[^\]]*\]/, `"data":[${Array.from({ length: 114 }, () => 1).join()}]`);
    assertRefused(await portal.post(body), 400, 'Registry data is too big: 114 > 113');
  });

  list.add('a read without a proper key is 400 and says what is missing', async (seed) => {
    const key = new Author(seed).entry(1n);
    const missingSpecifier = 'Unable to parse publickey param: LoadString failed due to missing specifier';
    const wrongLength = 'Unable to decode dataKey param: encoded value has the wrong length to be a hash';
    assertRefused(await portal.send('GET', queryOf(key, { publickey: undefined })), 400, missingSpecifier);
    assertRefused(await portal.send('GET', queryOf(key, { publickey: 'ab'.repeat(32) })), 400, missingSpecifier);
    assertRefused(await portal.send('GET', queryOf(key, { publickey: 'ed25519:zz' })), 400, 'Unable to parse publickey param');
    assertRefused(await portal.send('GET', queryOf(key, { datakey: undefined })), 400, wrongLength);
    assertRefused(await portal.send('GET', queryOf(key, { datakey: 'ab' })), 400, wrongLength);
    assertRefused(await portal.send('GET', queryOf(key, { datakey: 'z'.repeat(64) })), 400, 'Unable to decode dataKey param');
    assertRefused(await portal.send('GET', `${queryOf(key)}&x=%zz`), 400, 'failed to parse query params');
  });

  list.add('a timeout is 1 to 300 seconds', async (seed) => {
    const key = new Author(seed).entry(1n);
    assertRefused(await portal.send('GET', queryOf(key, { timeout: '0' })), 400, "can't specify a zero timeout");
    assertRefused(await portal.send('GET', queryOf(key, { timeout: '301' })), 400, "'timeout' parameter too high, maximum allowed timeout is 5m0s");
    assertRefused(await portal.send('GET', queryOf(key, { timeout: 'soon' })), 400, 'timeout');
    await portal.write(new Author(seed).entry(1n));
    for (const timeout of ['1', '300', undefined]) assert.equal((await portal.send('GET', queryOf(key, { timeout }))).status, 200, timeout);
  });

  list.add('every answer names the portal', async (seed) => {
    const entry = new Author(seed).entry(1n);
    const answers = [await portal.write(entry), await portal.read(entry), await portal.read(entry, { Origin: ORIGIN }), await portal.send('GET', '/no/such/route')];
    for (const { headers } of answers) {
      assert.match(headers.get('skynet-portal-api') ?? '', /^https?:\/\//);
      assert.match(headers.get('skynet-server-api') ?? '', /^https?:\/\//);
    }
  });

  list.add('pages of other origins may read and write', async (seed) => {
    const entry = new Author(seed).entry(1n);
    const answers = [await portal.write(entry, { Origin: ORIGIN }), await portal.read(entry, { Origin: ORIGIN }), await portal.post('', { Origin: ORIGIN })];
    for (const { headers } of answers) {
      assert.equal(headers.get('access-control-allow-origin'), ORIGIN);
      assert.equal(headers.get('access-control-allow-credentials'), 'true');
    }
    const preflight = await portal.send('OPTIONS', '/skynet/registry', {
      Origin: ORIGIN,
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'content-type',
    });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get('access-control-allow-origin'), ORIGIN);
    assert.match(preflight.headers.get('access-control-allow-methods') ?? '', /POST/);
    assert.match(preflight.headers.get('access-control-allow-headers') ?? '', /content-type/i);
  });

  list.add('a route that does not exist is a refusal in JSON', async () => {
    for (const [method, path] of [['GET', '/nothing'], ['GET', '/skynet/registries'], ['DELETE', '/skynet/registry']] as const) {
      const answer = await portal.send(method, path);
      assert.ok(answer.status >= 400 && answer.status < 500, `${method} ${path}: ${answer.status}`);
      assertRefused(answer, answer.status, '');
    }
  });

  list.add('of writes at one time the greatest stays', async (seed) => {
    const author = new Author(seed);
    const entries = [...Array.from({ length: 10 }, (_, i) => author.entry(BigInt(i))), ...author.tie(9n)];
    const statuses = await Promise.all(shuffled(entries, seed).map(async (entry) => (await portal.write(entry)).status));
    assert.ok(statuses.every((status) => status === 204 || status === 400), statuses.join());
    const newest = readAnswer((await portal.read(author.entry(0n))).body);
    assert.equal(newest?.revision, 9n);
    for (const entry of entries.filter(({ revision }) => revision === 9n)) {
      assert.ok([204, 400].includes((await portal.write(entry)).status));
      assert.deepEqual(readAnswer((await portal.read(entry)).body), newest, 'the winner was not there yet');
    }
  });
}

async function assertCurrent(portal: PlainClient, entry: CheckedEntry): Promise<void> {
  const answer = await portal.read(entry);
  assert.equal(answer.status, 200, answer.body);
  assert.equal(answer.body, answerBody(entry));
  assert.equal(answer.headers.get('content-type'), 'application/json; charset=utf-8');
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
