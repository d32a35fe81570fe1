import assert from 'node:assert/strict';
import { compareChecked, entryId, takeEntryKey, type CheckedEntry } from '../../registry/index.ts';
import { LIVENESS_REQUEST, MESSAGE_WRITERS, requestText, SUBSCRIPTION_PATH, type Generation, type PortalMessage } from '../../registry/wire/index.ts';
import { Author, extremes } from './author.ts';
import type { CheckList } from './check.ts';
import { assertRefused, type PlainClient, type Subscription } from './client.ts';

/** The checks of subscriptions (portal protocol, section 2), for either generation. */
export function addSubscriptionChecks(list: CheckList, portal: PlainClient): void {
  const add = (name: string, body: (socket: Subscription, author: Author, generation: Generation) => Promise<void>) =>
    list.add(`WebSocket: ${name}`, async (seed) => {
      const socket = await portal.connect();
      try {
        socket.send(LIVENESS_REQUEST);
        await body(socket, new Author(seed), (await socket.nextText()).includes('"datakey"') ? 'A' : 'B');
      } finally {
        await socket.close();
      }
    });

  list.add('WebSocket: without an upgrade it is 400', async () => {
    assertRefused(await portal.send('GET', SUBSCRIPTION_PATH), 400, '');
  });

  add('an entry that exists is told at once, to the byte', async (socket, author, generation) => {
    for (const entry of extremes(author)) {
      await portal.write(entry);
      socket.subscribe(entry);
      assert.equal(await socket.nextText(), MESSAGE_WRITERS[generation].update(entry));
    }
  });

  add('an entry that does not exist is told once it does', async (socket, author, generation) => {
    const entry = author.entry(0n);
    socket.subscribe(entry);
    if (generation === 'B') assert.equal(await socket.nextText(), MESSAGE_WRITERS.B.missing(entry));
    else await socket.assertQuiet();
    await portal.write(entry);
    await assertTold(socket, entry);
  });

  add('every better entry is told', async (socket, author) => {
    await portal.write(author.entry(0n));
    socket.subscribe(author.entry(0n));
    await assertTold(socket, author.entry(0n));
    const [winner, loser] = author.tie(2n);
    for (const entry of [author.entry(1n), loser, winner, author.entry(2n ** 64n - 1n)]) {
      await portal.write(entry);
      await assertTold(socket, entry);
    }
  });

  add('what is refused or known already is not told', async (socket, author) => {
    const entry = author.entry(5n);
    await portal.write(entry);
    socket.subscribe(entry);
    await assertTold(socket, entry);
    for (const other of [author.entry(4n), entry, { ...entry, revision: 6n }]) await portal.write(other);
    await socket.assertQuiet();
  });

  add('subscribing again tells the entry again', async (socket, author) => {
    await portal.write(author.entry(1n));
    for (let i = 0; i < 3; i++) socket.subscribe(author.entry(1n));
    for (let i = 0; i < 3; i++) await assertTold(socket, author.entry(1n));
  });

  add('after unsubscribing nothing is told, not even that', async (socket, author) => {
    await portal.write(author.entry(1n));
    socket.subscribe(author.entry(1n));
    await assertTold(socket, author.entry(1n));
    socket.unsubscribe(author.entry(1n));
    await socket.assertQuiet();
    await portal.write(author.entry(2n));
    await socket.assertQuiet();
  });

  add('entries of one connection are told apart', async (socket, author) => {
    const [one, other] = [author.entry(1n), author.entry(2n, 'x', { name: 'another' })];
    for (const entry of [one, other]) {
      await portal.write(entry);
      socket.subscribe(entry);
      await assertTold(socket, entry);
    }
    await portal.write(author.entry(3n));
    await assertTold(socket, author.entry(3n));
    socket.unsubscribe(one);
    await socket.assertQuiet();
    await portal.write(author.entry(4n));
    await portal.write(author.entry(4n, 'y', { name: 'another' }));
    await assertTold(socket, author.entry(4n, 'y', { name: 'another' }));
  });

  add('every connection is told', async (socket, author) => {
    const second = await portal.connect();
    try {
      await portal.write(author.entry(0n));
      for (const each of [socket, second]) {
        each.subscribe(author.entry(0n));
        await assertTold(each, author.entry(0n));
      }
      await portal.write(author.entry(1n));
      for (const each of [socket, second]) await assertTold(each, author.entry(1n));
    } finally {
      await second.close();
    }
  });

  add('of a burst the last is told, and none goes back', async (socket, author) => {
    await portal.write(author.entry(0n));
    socket.subscribe(author.entry(0n));
    const writes = Array.from({ length: 12 }, (_, i) => portal.write(author.entry(BigInt(i + 1))));
    await Promise.all([assertToldAtLast(socket, author.entry(12n)), ...writes]);
    await socket.assertQuiet();
  });

  add('a public key may be given as an object', async (socket, author) => {
    const entry = author.entry(1n);
    await portal.write(entry);
    const key = `{"algorithm":"ed25519","key":"${Buffer.from(entry.pubkey).toString('base64')}"}`;
    socket.send(requestText('subscribe', entry).replace(/"ed25519:[^"]*"/, key));
    await assertTold(socket, entry);
  });

  add('a request that makes no sense is an error, and the connection goes on', async (socket, author) => {
    const good = requestText('subscribe', author.entry(1n));
    const senseless: readonly (readonly [string, string])[] = [
      [LIVENESS_REQUEST, 'unknown action'],
      ['{}', 'unknown action'],
      [good.replace('ed25519:', 'ed448:'), 'failed to parse pubkey'],
      [good.replace(/"pubkey":"[^"]*"/, '"pubkey":7'), 'failed to parse pubkey'],
      [good.replace(/"datakey":"../, '"datakey":"'), 'failed to parse datakey'],
    ];
    for (const [request, error] of senseless) {
      socket.send(request);
      const message = await socket.next();
      assert.ok(message.kind === 'error' && message.message.includes(error), `the answer to ${request} was ${saying(message)}`);
    }
    await portal.write(author.entry(1n));
    socket.send(good);
    await assertTold(socket, author.entry(1n));
  });

  add('what is no JSON object ends the connection with a word', async (socket) => {
    socket.send('{"action":');
    const message = await socket.next();
    assert.ok(message.kind === 'error' && message.message.startsWith('failed to read JSON request: '), `the answer was ${saying(message)}`);
    await socket.closed;
  });

  add('generation B lists what is subscribed to', async (socket, author, generation) => {
    if (generation === 'A') return;
    const keys = [author.entry(1n), author.entry(1n, 'x', { name: 'another' })];
    for (const key of keys) {
      socket.subscribe(key);
      await socket.next();
    }
    socket.send('{"action":"subscriptions"}');
    assert.equal(await socket.nextText(), MESSAGE_WRITERS.B.subscriptions(keys.map((key) => Buffer.from(entryId(key)).toString('hex'))));
  });
}

async function assertTold(socket: Subscription, entry: CheckedEntry): Promise<void> {
  const message = await socket.next();
  assert.equal(compareChecked(asEntry(message), entry), 0, 'another entry was told');
}

/** Waits for an entry, past older ones. */
async function assertToldAtLast(socket: Subscription, entry: CheckedEntry): Promise<void> {
  let last: CheckedEntry | undefined;
  do {
    const seen = asEntry(await socket.next());
    assert.ok(last === undefined || compareChecked(seen, last) > 0, 'an entry was told that is not newer than the one before');
    last = seen;
  } while (compareChecked(last, entry) !== 0);
}

function asEntry(message: PortalMessage): CheckedEntry {
  assert.ok(message.kind === 'update', `${saying(message)} came in place of an entry`);
  return { ...takeEntryKey(message.key), ...message.claim };
}

const saying = (message: PortalMessage): string => (message.kind === 'error' ? `the error "${message.message}"` : `a message of kind ${message.kind}`);
