import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { open } from 'lmdb';
import { describe, expect, onTestFinished, test } from 'vitest';
import { entryId } from '../../src/registry/index.ts';
import { createPortal, LmdbStore, LocalBus, type EntryDatabase } from '../../src/portal/index.ts';
import { Author, numbersFrom } from '../../src/portal/conformance/author.ts';
import { PlainClient } from '../../src/portal/conformance/client.ts';
import { packEntry, unpackEntry } from '../../src/portal/store/record.ts';
import { readAnswer } from '../../src/registry/wire/index.ts';
import { DAMAGES } from '../storage/damages.ts';
import { deferred, freshDirectory, openPortal } from './fixture.ts';

const openDatabase = async (): Promise<EntryDatabase> => open<Buffer, Uint8Array>({ path: await freshDirectory(), noSubdir: false, keyEncoding: 'binary', encoding: 'binary' });

/** A database whose flushes wait for a word. */
function holdingBack(database: EntryDatabase) {
  const { promise: released, resolve: release } = deferred();
  const { promise: flushAsked, resolve: asked } = deferred();
  const held: EntryDatabase = {
    get: (id) => database.get(id),
    put: (id: Uint8Array, record: Buffer) => database.put(id, record),
    transaction: (action) => database.transaction(action),
    close: () => database.close(),
    get flushed() {
      asked();
      return released.then(() => database.flushed);
    },
  };
  return { held, release, flushAsked };
}

describe('a write', () => {
  test('is answered and told only after the flush', async () => {
    const { held, release, flushAsked } = holdingBack(await openDatabase());
    const store = new LmdbStore(held);
    const bus = new LocalBus();
    const events: string[] = [];
    bus.subscribe(() => events.push('told'));
    const { client, author } = await openPortal({ store, bus });
    const answers = [author.entry(1n), author.entry(1n)].map(async (entry) => {
      const { status } = await client.write(entry);
      events.push(`answered ${status}`);
    });
    await flushAsked;
    await client.read(author.entry(0n)); // a whole round trip in which an early answer would have come
    expect(events).toEqual([]);
    events.push('flushed');
    release();
    await Promise.all(answers);
    expect(events).toEqual(['flushed', 'told', 'answered 204', 'answered 204']);
    await store.close();
  });

  test('of what is identical waits for the flush too', async () => {
    const { held, release, flushAsked } = holdingBack(await openDatabase());
    const store = new LmdbStore(held);
    const entry = new Author('identical').entry(1n);
    let settled = 0;
    const puts = [store.putIfNewer(entry), store.putIfNewer(entry)].map((put) => put.finally(() => settled++));
    await flushAsked;
    expect(await store.get(entryId(entry))).toBeDefined();
    expect(settled).toBe(0);
    release();
    expect((await Promise.all(puts)).map(({ outcome }) => outcome).sort()).toEqual(['identical', 'stored']);
    await store.close();
  });
});

describe('a record', () => {
  const entry = new Author('record').entry(2n ** 64n - 2n, 'some data');
  const id = entryId(entry);

  test('is read as it was written', () => {
    expect(unpackEntry(id, packEntry(id, entry))).toEqual(entry);
  });

  test('is refused if any bit was flipped, if it was cut or moved, and never read as something else', () => {
    const record = packEntry(id, entry);
    for (let bit = 0; bit < record.length * 8; bit++) {
      const flipped = Buffer.from(record);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => unpackEntry(id, flipped), `bit ${bit}`).toThrow(expect.objectContaining({ code: 'STORAGE' }));
    }
    for (let length = 0; length < record.length; length++) expect(() => unpackEntry(id, record.subarray(0, length))).toThrow(expect.objectContaining({ code: 'STORAGE' }));
    expect(() => unpackEntry(entryId(new Author('other').entry(1n)), record)).toThrow(expect.objectContaining({ code: 'STORAGE' }));
  });

  test('of an unknown version is a 500 to read and to replace, and the portal goes on', async () => {
    const database = await openDatabase();
    const record = packEntry(id, entry);
    record[0] = 2;
    await database.put(id, record);
    const store = new LmdbStore(database);
    onTestFinished(() => store.close());
    await expect(store.get(id)).rejects.toMatchObject({ code: 'STORAGE', message: expect.stringContaining('version') });
    const { client, author, portal } = await openPortal({ store });
    expect(await client.read(entry)).toMatchObject({ status: 500, body: '{"message":"the portal failed"}\n' });
    expect((await client.write(new Author('record').entry(2n ** 64n - 1n))).status).toBe(500);
    expect((await client.write(author.entry(1n))).status).toBe(204);
    expect(portal.stats().puts).toMatchObject({ stored: 1, 'store-failed': 1 });
  });
});

describe('a store that fails', () => {
  test('is a 500 in JSON to writers and readers, and ends subscriptions that cannot be answered', async () => {
    const store = new LmdbStore(await openDatabase());
    const { client, author } = await openPortal({ store });
    const socket = await client.connect();
    await store.close();
    for (const answer of [await client.write(author.entry(1n)), await client.read(author.entry(1n))]) {
      expect(answer).toMatchObject({ status: 500, body: '{"message":"the portal failed"}\n' });
      expect(answer.headers.get('skynet-portal-api')).toBeTruthy();
    }
    socket.subscribe(author.entry(1n));
    expect(await socket.nextText()).toBe('{"error":"unable to read from the registry: the portal failed"}\n');
    expect(await socket.closed).toBe(1011);
  });
});

describe('a data directory', () => {
  test('keeps its entries from one portal to the next', async () => {
    const data = await freshDirectory();
    const author = new Author('next');
    const first = await createPortal({ data });
    await new PlainClient(first.url, undefined).write(author.entry(7n));
    await first.close();
    const { client } = await openPortal({ data });
    expect(readAnswer((await client.read(author.entry(0n))).body)?.revision).toBe(7n);
  });

  test('is one portal’s at a time, also by another name, and free again after it', async () => {
    const data = await freshDirectory();
    const alias = join(await freshDirectory(), 'alias');
    await symlink(data, alias);
    const first = await createPortal({ data });
    for (const name of [data, alias]) await expect(createPortal({ data: name })).rejects.toMatchObject({ code: 'STORAGE', hint: expect.stringContaining('another directory') });
    await first.close();
    await (await createPortal({ data: alias })).close();
  });

  test.each(DAMAGES)('whose data file is %s is STORAGE, not the end of the process, and serves again once it is whole', async (_, damage) => {
    const data = await freshDirectory();
    const file = join(data, 'data.mdb');
    const entry = new Author('damaged').entry(1n);
    const store = await LmdbStore.open(data);
    await store.putIfNewer(entry);
    await store.close();
    const whole = await readFile(file);
    await writeFile(file, damage(whole));
    await expect(createPortal({ data })).rejects.toMatchObject({
      code: 'STORAGE',
      hint: expect.stringContaining('its files are whole') as string,
      cause: { message: expect.stringMatching(/^data\.mdb: /) as string },
    });
    await writeFile(file, whole);
    const { client } = await openPortal({ data });
    expect((await client.read(entry)).status).toBe(200);
  });

  test('that cannot be made is STORAGE', async () => {
    await expect(createPortal({ data: '/dev/null/portal' })).rejects.toMatchObject({ code: 'STORAGE' });
  });
});

/** A program that is a portal, as a bundle: Node cannot start TypeScript. */
async function bundlePortal(): Promise<string> {
  const folder = resolve('node_modules/.cache', `portal-test-${process.pid}`);
  await mkdir(folder, { recursive: true });
  const outfile = join(folder, 'portal.mjs');
  const contents = `import { createPortal } from './src/portal/index.ts';
    const portal = await createPortal({ data: process.argv[2] });
    process.once('message', () => portal.close().then(() => process.disconnect()));
    process.send(portal.url);`;
  await build({ stdin: { contents, resolveDir: resolve('.'), loader: 'ts' }, outfile, bundle: true, platform: 'node', format: 'esm', packages: 'external' });
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return outfile;
}

test('kill -9 at any moment loses no acknowledged entry', async () => {
  const seed = process.env['PORTAL_SEED'] ?? crypto.randomUUID();
  const number = numbersFrom(seed);
  const program = await bundlePortal();
  const data = await freshDirectory();
  const authors = Array.from({ length: 8 }, (_, i) => new Author(`${seed} ${i}`));
  const acknowledged = authors.map(() => -1n);
  const sent = authors.map(() => -1n);

  for (let round = 0; round < 6; round++) {
    const child: ChildProcess = fork(program, [data], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const [url] = (await once(child, 'message')) as [string];
    const client = new PlainClient(url, undefined);
    for (const [i, author] of authors.entries()) {
      const kept = readAnswer((await client.read(author.entry(0n))).body)?.revision ?? -1n;
      expect(kept, `writer ${i} in round ${round}, seed ${seed}`).toBeGreaterThanOrEqual(acknowledged[i]!);
      expect(kept, `writer ${i} in round ${round}, seed ${seed}`).toBeLessThanOrEqual(sent[i]!);
    }
    if (round === 5) {
      child.kill('SIGKILL');
      await once(child, 'exit');
      break;
    }
    // Killed after so many acknowledgements of all writers together, in the midst of the others' requests.
    let left = 20 + number(120);
    const exit = once(child, 'exit');
    await Promise.all(
      authors.map(async (author, i) => {
        while (left > 0) {
          const revision = sent[i]! + 1n;
          sent[i] = revision;
          const status = await client.write(author.entry(revision)).then(
            (answer) => answer.status,
            () => 'cut off',
          );
          if (status === 'cut off') return;
          expect(status, `seed ${seed}`).toBe(204);
          acknowledged[i] = revision;
          if (--left === 0) child.kill('SIGKILL');
        }
      }),
    );
    await exit;
  }
  expect(acknowledged.every((revision) => revision >= 0n), `seed ${seed}`).toBe(true);
});

test.runIf(process.platform === 'linux')('a full disk is a 500 to writers; readers are served, and the portal stops as it should', async () => {
  const program = await bundlePortal();
  // A file may not grow beyond 300 KiB: the same to LMDB as a disk that is full.
  const child = spawn('bash', ['-c', `trap '' XFSZ; ulimit -f 300; exec "$0" "$@"`, process.execPath, program, await freshDirectory()], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [url] = (await once(child, 'message')) as [string];
  const client = new PlainClient(url, undefined);
  const author = new Author('full disk');
  const first = author.entry(1n, 'x', { name: '0' });
  expect((await client.write(first)).status).toBe(204);
  let status = 204;
  for (let i = 1; status === 204; i++) ({ status } = await client.write(author.entry(1n, new Uint8Array(113), { name: String(i) })));
  expect(status).toBe(500);
  expect((await client.read(first)).status).toBe(200);
  const exit = once(child, 'exit');
  child.send('stop');
  expect(await exit).toEqual([0, null]);
});
