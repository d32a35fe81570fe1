import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createPortal, DirectoryFileStore } from '../../../src/portal/index.ts';
import { numbersFrom } from '../../../src/portal/conformance/author.ts';
import { PlainClient } from '../../../src/portal/conformance/client.ts';
import { packFile, unpackFile } from '../../../src/portal/files/record.ts';
import { freshDirectory, openPortal } from '../fixture.ts';
import { uploaded } from './fixture.ts';

const ROOM = 1_000_000;
const ROOT = new Uint8Array(32).fill(0xab);
const NAME = 'ab'.repeat(32);
const USED = Uint8Array.from({ length: 300 }, (_, i) => i % 256);

async function storedOnce() {
  const directory = await freshDirectory();
  const store = await DirectoryFileStore.open(directory, ROOM);
  expect(await store.put(ROOT, USED)).toBe('stored');
  await store.close();
  return { directory, path: join(directory, 'ab', NAME) };
}

describe('a file on disk', () => {
  test('is read as it was written', () => {
    expect([...unpackFile(ROOT, packFile(ROOT, USED))]).toEqual([...USED]);
  });

  test('is refused if any bit was flipped, if it was cut or moved', () => {
    const record = packFile(ROOT, USED);
    for (let bit = 0; bit < record.length * 8; bit++) {
      const flipped = Buffer.from(record);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => unpackFile(ROOT, flipped), `bit ${bit}`).toThrow(expect.objectContaining({ code: 'STORAGE' }));
    }
    for (let length = 0; length < record.length; length++) expect(() => unpackFile(ROOT, record.subarray(0, length))).toThrow(expect.objectContaining({ code: 'STORAGE' }));
    expect(() => unpackFile(new Uint8Array(32), record)).toThrow(expect.objectContaining({ code: 'STORAGE' }));
    record[0] = 2;
    expect(() => unpackFile(ROOT, record)).toThrow(expect.objectContaining({ message: expect.stringContaining('version') as string }));
  });

  test('that is damaged is STORAGE to read, and whole again once it was put again', async () => {
    const { directory, path } = await storedOnce();
    await writeFile(path, (await readFile(path)).subarray(0, -1));
    const store = await DirectoryFileStore.open(directory, ROOM);
    onTestFinished(() => store.close());
    await expect(store.get(ROOT)).rejects.toMatchObject({ code: 'STORAGE' });
    expect(await store.put(ROOT, USED)).toBe('stored');
    expect([...((await store.get(ROOT)) ?? [])]).toEqual([...USED]);
  });

  test('that cannot be read is STORAGE, and not absent', async () => {
    const { directory, path } = await storedOnce();
    await rm(path);
    await mkdir(path);
    const store = await DirectoryFileStore.open(directory, ROOM);
    onTestFinished(() => store.close());
    await expect(store.get(ROOT)).rejects.toMatchObject({ code: 'STORAGE' });
  });
});

describe('a folder of files', () => {
  test('counts what it holds when it opens', async () => {
    const { directory } = await storedOnce();
    const store = await DirectoryFileStore.open(directory, 8191);
    expect(await store.put(new Uint8Array(32), USED)).toBe('full');
    await store.close();
    const larger = await DirectoryFileStore.open(directory, 8192);
    onTestFinished(() => larger.close());
    expect(await larger.put(new Uint8Array(32), USED)).toBe('stored');
    expect(await larger.put(new Uint8Array(32).fill(1), USED)).toBe('full');
  });

  test('is one store’s at a time', async () => {
    const { directory } = await storedOnce();
    const store = await DirectoryFileStore.open(directory, ROOM);
    await expect(DirectoryFileStore.open(directory, ROOM)).rejects.toMatchObject({ code: 'STORAGE' });
    await store.close();
    await (await DirectoryFileStore.open(directory, ROOM)).close();
  });

  test('forgets what was not finished', async () => {
    const { directory, path } = await storedOnce();
    await writeFile(join(directory, 'unfinished', 'a'), 'half of a file');
    await (await DirectoryFileStore.open(directory, ROOM)).close();
    expect(await readdir(join(directory, 'unfinished'))).toEqual([]);
    expect(await readdir(join(path, '..'))).toEqual([NAME]);
  });

  test('that cannot be made is STORAGE, and leaves the entries’ free', async () => {
    const data = await freshDirectory();
    await writeFile(join(data, 'files'), 'no folder');
    await expect(createPortal({ data })).rejects.toMatchObject({ code: 'STORAGE' });
    await rm(join(data, 'files'));
    await (await createPortal({ data })).close();
  });

  test('keeps its files from one portal to the next', async () => {
    const data = await freshDirectory();
    const first = await createPortal({ data });
    const skylink = await uploaded(new PlainClient(first.url, undefined), [{ name: 'file', filename: 'a.txt', content: 'kept' }]);
    await first.close();
    const { client } = await openPortal({ data });
    expect((await client.send('GET', `/${skylink}`)).body).toBe('kept');
    const [shard = ''] = (await readdir(join(data, 'files'))).filter((name) => name !== 'unfinished');
    const [name = ''] = await readdir(join(data, 'files', shard));
    await writeFile(join(data, 'files', shard, name), 'damaged');
    expect((await client.send('GET', `/${skylink}`)).status).toBe(500);
  });
});

/** A program that is a portal, as a bundle: Node cannot start TypeScript. */
async function bundlePortal(): Promise<string> {
  const folder = resolve('node_modules/.cache', `portal-files-test-${process.pid}`);
  await mkdir(folder, { recursive: true });
  const outfile = join(folder, 'portal.mjs');
  const contents = `import { createPortal } from './src/portal/index.ts';
    process.send((await createPortal({ data: process.argv[2] })).url);`;
  await build({ stdin: { contents, resolveDir: resolve('.'), loader: 'ts' }, outfile, bundle: true, platform: 'node', format: 'esm', packages: 'external' });
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return outfile;
}

test('kill -9 in the midst of uploads loses none that was acknowledged, and shows none that is half', async () => {
  const seed = process.env['PORTAL_SEED'] ?? crypto.randomUUID();
  const number = numbersFrom(seed);
  const program = await bundlePortal();
  const data = await freshDirectory();
  const acknowledged = new Map<string, string>();
  const contentOf = (round: number, writer: number, i: number) => `${seed} ${round} ${writer} ${i} `.repeat(1 + number(3000));

  for (let round = 0; round < 4; round++) {
    const child: ChildProcess = fork(program, [data], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [url] = (await once(child, 'message')) as [string];
    const client = new PlainClient(url, undefined);
    for (const [skylink, content] of acknowledged) expect(`${(await client.send('GET', `/${skylink}`)).body === content} ${seed}`).toBe(`true ${seed}`);
    expect(await readdir(join(data, 'files', 'unfinished'))).toEqual([]);
    const exit = once(child, 'exit');
    // Killed after so many acknowledgements of all writers together, in the midst of the others' requests; in the last round at once.
    let left = round === 3 ? 0 : 8 + number(24);
    if (left === 0) child.kill('SIGKILL');
    await Promise.all(
      Array.from({ length: left === 0 ? 0 : 6 }, async (_, writer) => {
        for (let i = 0; left > 0; i++) {
          const content = contentOf(round, writer, i);
          const skylink = await uploaded(client, [{ name: 'file', filename: 'a.txt', content }]).catch((error: unknown) => {
            if (error instanceof TypeError || (error as Error).name === 'AbortError') return undefined; // cut off
            throw error;
          });
          if (skylink === undefined) return;
          acknowledged.set(skylink, content);
          if (--left === 0) child.kill('SIGKILL');
        }
      }),
    );
    await exit;
  }
  expect(acknowledged.size).toBeGreaterThanOrEqual(24);
});
