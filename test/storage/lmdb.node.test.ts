import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storageNamed } from '#storage';
import { spawnThread } from '#threads';
import { LmdbStorage, stateDirectory } from '../../src/storage/lmdb.node.ts';
import { DAMAGES } from './damages.ts';
import { genuine, idOf, openFloors, storedRevision, withConnection } from './fixtures.ts';

const base = await mkdtemp(join(tmpdir(), 'storage-'));
afterAll(() => rm(base, { recursive: true }));

/** Bundles go beside the sources, where `lmdb` is found. */
const bundles = join(import.meta.dirname, '.bundles');
beforeAll(async () => {
  await build({
    entryPoints: ['kill.child.ts', 'thread.child.ts'].map((file) => join(import.meta.dirname, file)),
    outdir: bundles,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['lmdb'],
  });
});
afterAll(() => rm(bundles, { recursive: true, force: true }));

describe('LmdbStorage', () => {
  it.each([5, 60, 300])('S2: a process killed with -9 after %i acknowledged raises has lost none of them', async (lines) => {
    const path = join(base, `kill ${lines}`);
    const child = spawn(process.execPath, [join(bundles, 'kill.child.mjs'), path], { stdio: ['ignore', 'pipe', 'inherit'] });
    const acknowledged = new Map<string, bigint>();
    let seen = 0;
    for await (const line of createInterface(child.stdout)) {
      const [name = '', revision = '', durability] = line.split(' ');
      expect(durability).toBe('durable');
      acknowledged.set(name, BigInt(revision));
      if (++seen === lines) child.kill('SIGKILL'); // what it had written to the pipe by then still counts
    }
    expect(acknowledged.size).toBe(4);
    const { floors } = await openFloors(new LmdbStorage({ path }));
    for (const [name, revision] of acknowledged) expect((await floors.get(idOf(name)))?.entry.revision).toBeGreaterThanOrEqual(revision);
    await floors.close();
  });

  it('S2: a thread terminated while it raises has lost nothing it acknowledged, and takes nothing else down', async () => {
    const path = join(base, 'thread');
    const { floors } = await openFloors(new LmdbStorage({ path }));
    for (let round = 0; round < 3; round++) {
      const worker = new Worker(join(bundles, 'thread.child.mjs'), { workerData: path });
      const thread = spawnThread(() => worker, 'raising');
      let acknowledged = 0n;
      worker.on('message', (revision: bigint) => (acknowledged = revision));
      for (let i = 0; i < 20; i++) await once(worker, 'message');
      thread.terminate();
      expect(await thread.gone).toMatchObject({ message: 'the raising worker exited with code 0' }); // of itself: 1 is the code of one that was terminated
      expect((await floors.get(idOf('a')))?.entry.revision).toBeGreaterThanOrEqual(acknowledged);
    }
    expect((await floors.raise([genuine('b', 1)]))[0]?.durability).toBe('durable');
    await floors.close();
  });

  it('makes its directory for this user alone', async () => {
    const path = join(base, 'new', 'directory');
    await withConnection(new LmdbStorage({ path }), () => Promise.resolve());
    expect((await stat(path)).mode & 0o777).toBe(0o700);
  });

  it('S5: on a path that is no directory is STORAGE with a hint', async () => {
    const file = join(base, 'file');
    await writeFile(file, 'text');
    for (const path of [file, join(file, 'below')]) {
      await expect(new LmdbStorage({ path }).open()).rejects.toMatchObject({ code: 'STORAGE', hint: expect.any(String) as string });
    }
  });

  it.each(DAMAGES)('S5: on a data file that is %s is STORAGE, not the end of the process', async (what, damage) => {
    const path = join(base, `damaged ${what}`);
    const data = join(path, 'data.mdb');
    await withConnection(new LmdbStorage({ path }), (connection) =>
      connection.update([...Array(200).keys()].map((i) => ({ key: Uint8Array.of(2, i), decide: () => new Uint8Array(300) }))),
    );
    const whole = await readFile(data);
    await writeFile(data, damage(whole));
    await expect(new LmdbStorage({ path }).open()).rejects.toMatchObject({ code: 'STORAGE', cause: { message: expect.stringMatching(/^data\.mdb: /) as string } });
    await writeFile(data, whole);
    expect(await withConnection(new LmdbStorage({ path }), (connection) => connection.count({ from: Uint8Array.of(2), before: Uint8Array.of(3) }))).toBe(200);
  });

  it('on an empty data file starts afresh', async () => {
    const path = join(base, 'empty');
    await mkdir(path);
    await writeFile(join(path, 'data.mdb'), '');
    expect(await storedRevision(new LmdbStorage({ path }), 'a')).toBe('nothing');
  });

  it('S2, S5: when no more can be written says volatile from then on, and keeps what it acknowledged before', async () => {
    const path = join(base, 'full');
    // A limit on the size of files stands for a full disk.
    const child = spawn('bash', ['-c', 'ulimit -f 128; exec "$0" "$@"', process.execPath, join(bundles, 'kill.child.mjs'), path, 'grow'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const acknowledged: string[] = [];
    let volatile = 0;
    const exit = once(child, 'exit');
    for await (const line of createInterface(child.stdout)) {
      const [name = '', , durability] = line.split(' ');
      if (durability === 'durable') acknowledged.push(name);
      else if (++volatile === 10) child.kill('SIGKILL');
    }
    expect(volatile).toBeGreaterThanOrEqual(10);
    expect(await exit).toEqual([null, 'SIGKILL']); // ours: the full disk did not end it
    expect(acknowledged.length).toBeGreaterThan(100);
    const { floors } = await openFloors(new LmdbStorage({ path }));
    expect((await floors.getMany(acknowledged.map(idOf))).filter((floor) => floor === undefined)).toEqual([]);
    expect((await floors.raise([genuine('z', 1)]))[0]?.durability).toBe('durable');
    await floors.close();
  });

  it('two stores on one directory end with the same, highest floors', async () => {
    const path = join(base, 'two');
    const [one, two] = [await openFloors(new LmdbStorage({ path })), await openFloors(new LmdbStorage({ path }))];
    await Promise.all([...Array(40).keys()].map((i) => (i % 2 ? one : two).floors.raise([genuine('a', ((i * 7) % 40) + 1)])));
    expect((await one.floors.get(idOf('a')))?.entry.revision).toBe(40n);
    expect((await two.floors.get(idOf('a')))?.entry.revision).toBe(40n);
    await one.floors.close();
    expect((await two.floors.raise([genuine('a', 41)]))[0]?.durability).toBe('durable');
    await two.floors.close();
    expect(await storedRevision(new LmdbStorage({ path }), 'a')).toBe(41n);
  });
});

describe('the storage that an option names on Node', () => {
  it('is none by default and for memory, LMDB for a path and for persistent, in the state directory', () => {
    expect(storageNamed()).toBeUndefined();
    expect(storageNamed('memory')).toBeUndefined();
    expect(storageNamed('persistent')).toBeInstanceOf(LmdbStorage);
    expect(storageNamed({ path: base })).toBeInstanceOf(LmdbStorage);
    expect(stateDirectory()).toMatch(/secure-registry$/);
  });
});
