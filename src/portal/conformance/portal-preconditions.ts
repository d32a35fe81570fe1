import assert from 'node:assert/strict';
import { readAnswer } from '../../registry/wire/index.ts';
import { entryTag } from '../store/entry-store.ts';
import { Author } from './author.ts';
import type { CheckList } from './check.ts';
import { assertRefused, type PlainClient } from './client.ts';

/** The checks of compare-and-set, which a portal offers by a header; one that does not offer it has nothing to show. */
export function addPreconditionChecks(list: CheckList, portal: PlainClient): void {
  const add = (name: string, body: (author: Author) => Promise<void>) =>
    list.add(`where preconditions are offered, ${name}`, async (seed) => {
      const author = new Author(seed);
      const { headers } = await portal.read(author.entry(0n));
      if (headers.has('registry-preconditions')) await body(author);
    });

  add('they are offered on every answer, to pages too, and a read carries the tag', async (author) => {
    const entry = author.entry(1n);
    const answers = [await portal.write(entry), await portal.read(entry, { Origin: 'https://app.example' })];
    for (const { headers } of answers) assert.equal(headers.get('registry-preconditions'), 'If-Match, If-None-Match');
    assert.equal(answers[1]?.headers.get('etag'), tag(entry));
    assert.match(answers[1]?.headers.get('access-control-expose-headers') ?? '', /\betag\b.*\bregistry-preconditions\b/i);
    const preflight = await portal.send('OPTIONS', '/skynet/registry', { Origin: 'https://app.example', 'Access-Control-Request-Method': 'POST' });
    assert.match(preflight.headers.get('access-control-allow-headers') ?? '', /\bif-none-match\b.*\bif-match\b.*\bidempotency-key\b/i);
  });

  add('a write whose precondition holds takes place', async (author) => {
    assert.equal((await portal.write(author.entry(1n), { 'If-None-Match': '*' })).status, 204);
    assert.equal((await portal.write(author.entry(2n), { 'If-Match': tag(author.entry(1n)) })).status, 204);
    assert.equal((await portal.write(author.entry(3n), { 'If-Match': `"a,b" ,, ${tag(author.entry(2n))}` })).status, 204);
    assert.equal((await portal.write(author.entry(4n), { 'If-Match': '*' })).status, 204);
    assert.equal((await portal.write(author.entry(5n), { 'If-None-Match': tag(author.entry(1n)) })).status, 204);
  });

  add('a write whose precondition does not hold is 412 and changes nothing', async (author) => {
    assertRefused(await portal.write(author.entry(1n), { 'If-Match': '*' }), 412, '');
    assert.equal((await portal.read(author.entry(1n))).status, 404);
    await portal.write(author.entry(1n));
    const current = tag(author.entry(1n));
    const failing: readonly Record<string, string>[] = [
      { 'If-Match': tag(author.entry(0n)) },
      { 'If-Match': `W/${current}` },
      { 'If-None-Match': '*' },
      { 'If-None-Match': `"x", ${current}` },
      { 'If-None-Match': `W/${current}` },
      { 'If-Match': current, 'If-None-Match': current },
    ];
    for (const headers of failing) {
      const answer = await portal.write(author.entry(2n), headers);
      assert.equal(answer.status, 412, JSON.stringify(headers));
    }
    assert.equal(readAnswer((await portal.read(author.entry(1n))).body)?.revision, 1n);
  });

  add('a precondition that cannot be read is 400', async (author) => {
    for (const malformed of [entryTag(author.entry(1n)), '"', '"a" "b"', '*, "a"', 'w/"a"', ',']) {
      assert.equal((await portal.write(author.entry(1n), { 'If-Match': malformed })).status, 400, malformed);
      assert.equal((await portal.write(author.entry(1n), { 'If-None-Match': malformed })).status, 400, malformed);
    }
    assert.equal((await portal.read(author.entry(1n))).status, 404);
  });

  add('a write that was made already is 412 when it is sent again: it may have been another writer\'s', async (author) => {
    const first = { 'If-None-Match': '*' };
    assert.equal((await portal.write(author.entry(1n), first)).status, 204);
    assert.equal((await portal.write(author.entry(1n), first)).status, 412);
    const second = { 'If-Match': tag(author.entry(1n)) };
    assert.equal((await portal.write(author.entry(2n), second)).status, 204);
    assert.equal((await portal.write(author.entry(2n), second)).status, 412);
    assert.equal((await portal.write(author.entry(2n))).status, 204);
  });

  add('a write that comes again under its own key is 204, whatever was written since', async (author) => {
    const headers = { 'If-None-Match': '*', 'Idempotency-Key': 'one' };
    assert.equal((await portal.write(author.entry(1n), headers)).status, 204);
    assert.equal((await portal.write(author.entry(1n), headers)).status, 204);
    assert.equal((await portal.write(author.entry(1n), { ...headers, 'Idempotency-Key': 'other' })).status, 412);
    assert.equal((await portal.write(author.entry(2n), { 'If-Match': tag(author.entry(1n)) })).status, 204);
    assert.equal((await portal.write(author.entry(1n), headers)).status, 204);
    // A key is worth nothing to another entry, and a refusal is no answer for ever.
    assert.equal((await portal.write(author.entry(3n), headers)).status, 412);
    assert.equal((await portal.write(author.entry(3n), { 'If-Match': tag(author.entry(2n)), 'Idempotency-Key': 'one' })).status, 204);
    assert.equal(readAnswer((await portal.read(author.entry(1n))).body)?.revision, 3n);
  });

  add('no update is lost between writers', async (author) => {
    await portal.write(author.entry(0n));
    const increment = async (writer: number, attempts = 50): Promise<void> => {
      assert.ok(attempts > 0, 'no write came through');
      const { body, headers } = await portal.read(author.entry(0n));
      const revision = readAnswer(body)?.revision ?? 0n;
      const answer = await portal.write(author.entry(revision + 1n, `writer ${writer}`), { 'If-Match': headers.get('etag') ?? '' });
      if (answer.status !== 204) await increment(writer, attempts - 1);
    };
    await Promise.all(Array.from({ length: 6 }, (_, i) => increment(i)));
    assert.equal(readAnswer((await portal.read(author.entry(0n))).body)?.revision, 6n);
  });
}

const tag = (entry: Parameters<typeof entryTag>[0]): string => `"${entryTag(entry)}"`;
