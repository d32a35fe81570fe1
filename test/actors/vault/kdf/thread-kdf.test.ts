import { bytesToHex } from '@noble/hashes/utils.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { threadKdf } from '../../../../actors/vault/kdf/thread-kdf.ts';
import { stretch, type Kdf, type KdfRequest } from '../../../../src/keyring/vault/index.ts';
import { startThread, type StartedWorker, type ThreadSource } from '../../../../src/link/index.ts';
import { realClock } from '../../../../src/world.ts';
import { FakeClock } from '../../../link/fixture/clock.ts';
import { endOf } from '../../../link/fixture/end-of.ts';
import { isNode, workersOf } from '../../../link/fixture/workers.ts';

const request = (): KdfRequest => ({ password: new TextEncoder().encode('correct horse battery staple'), salt: new Uint8Array(16).fill(7), memory: 19_456, passes: 2 });
const EXPECTED = '799f12b9e17710824482d829835acb69f5a9355bf774c4f07342823b11b90928';

const fileOf = workersOf({
  kdf: new URL('../../../../actors/vault/kdf/worker.ts', import.meta.url),
  nested: new URL('./nested.worker.ts', import.meta.url),
  broken: new URL('./broken.worker.ts', import.meta.url),
  stale: new URL('./stale.worker.ts', import.meta.url),
  silent: new URL('../../../link/fixture/silent.worker.ts', import.meta.url),
});

/** Counts what was done in this thread. */
function counting(): { readonly local: Kdf; readonly count: () => number } {
  let calls = 0;
  return { local: (...call) => (calls++, stretch(...call)), count: () => calls };
}
const refuse = (): never => {
  throw new Error('refused by the content security policy');
};
const never: Kdf = () => Promise.reject(new Error('not here'));
const quiet = { signal: new AbortController().signal, onProgress: (): void => {} };

let NodeWorker: new (url: URL, options: object) => StartedWorker;
const NODE_THREADS = 'node:worker_threads';
beforeAll(async () => {
  if (isNode) ({ Worker: NodeWorker } = (await import(/* @vite-ignore */ NODE_THREADS)) as { Worker: typeof NodeWorker });
});

/** Starts workers of a file, and tells of the end of each. */
function watched(file: URL): { readonly source: ThreadSource; readonly ends: Promise<void>[] } {
  const ends: Promise<void>[] = [];
  const source = (name: string): StartedWorker => {
    const worker: StartedWorker = isNode ? new NodeWorker(file, { name, stderr: true }) : new Worker(file, { name, type: 'module' });
    ends.push(endOf(worker));
    return worker;
  };
  return { source, ends };
}

describe('given a worker of its own', () => {
  it('when a password is stretched, then the outcome is what everybody gets, progress is told, and the worker is ended', async () => {
    const { source, ends } = watched(await fileOf('kdf'));
    const told: number[] = [];
    const given = request();
    const kek = await threadKdf({ source, clock: realClock, local: never })(given, { ...quiet, onProgress: (ratio) => told.push(ratio) });
    expect(bytesToHex(kek)).toBe(EXPECTED);
    expect(given.password).toEqual(request().password); // it is its owner's
    expect(told).toEqual([0, 1]);
    expect(await Promise.all(ends)).toHaveLength(1);
  });

  it('when two are stretched, then each has a worker', async () => {
    const { source, ends } = watched(await fileOf('kdf'));
    const kdf = threadKdf({ source, clock: realClock, local: never });
    const keks = await Promise.all([kdf(request(), quiet), kdf({ ...request(), passes: 3 }, quiet)]);
    expect(bytesToHex(keks[0])).toBe(EXPECTED);
    expect(bytesToHex(keks[1])).not.toBe(EXPECTED);
    expect(await Promise.all(ends)).toHaveLength(2);
  });

  it('when the caller aborts while it is stretched, then it is ABORTED, and the worker is ended', async () => {
    const { source, ends } = watched(await fileOf('kdf'));
    const controller = new AbortController();
    const stretching = threadKdf({ source, clock: realClock, local: never })({ ...request(), memory: 262_144, passes: 10 }, { signal: controller.signal, onProgress: () => controller.abort() });
    await expect(stretching).rejects.toMatchObject({ code: 'ABORTED' });
    expect(await Promise.all(ends)).toHaveLength(1);
  });

  it('when the caller aborts before it has started, then it is ABORTED, and the worker is ended once it has', async () => {
    const { source, ends } = watched(await fileOf('kdf'));
    const controller = new AbortController();
    const stretching = threadKdf({ source, clock: realClock, local: never })(request(), { ...quiet, signal: controller.signal });
    controller.abort();
    await expect(stretching).rejects.toMatchObject({ code: 'ABORTED' });
    expect(await Promise.all(ends)).toHaveLength(1);
    await expect(threadKdf({ source, clock: realClock, local: never })(request(), { ...quiet, signal: controller.signal })).rejects.toMatchObject({ code: 'ABORTED' });
    expect(ends).toHaveLength(1);
  });

  it('when it dies over the password, then it is WORKER_GONE, and this thread does not try the same', async () => {
    const { source, ends } = watched(await fileOf('broken'));
    await expect(threadKdf({ source, clock: realClock, local: never })(request(), quiet)).rejects.toMatchObject({ code: 'WORKER_GONE' });
    expect(ends).toHaveLength(1);
  });

  it.each<[string, string, object]>([
    ['4 GiB of memory', 'kdf.memory', { memory: 2 ** 22 }],
    ['a short salt', 'salt', { salt: new Uint8Array(8) }],
    ['no password', 'password', { password: new Uint8Array() }],
  ])('when it is asked for %s, then it is refused before a worker is started', async (_, field, changes) => {
    const { source, ends } = watched(await fileOf('kdf'));
    await expect(threadKdf({ source, clock: realClock, local: never })({ ...request(), ...changes }, quiet)).rejects.toMatchObject({ code: 'INVALID_INPUT', field });
    expect(ends).toHaveLength(0);
  });

  it('when it is started by a worker, then it is one all the same', async () => {
    const outer = await startThread(await fileOf('nested'), { name: 'outer', input: (await fileOf('kdf')).href });
    const answer = new Promise<{ kek: Uint8Array; local: number }>((resolve) =>
      outer.port.addEventListener('message', ({ data }: MessageEvent<{ kek: Uint8Array; local: number }>) => resolve(data)),
    );
    outer.port.start();
    outer.port.postMessage(request(), []);
    const { kek, local } = await answer;
    outer.port.close();
    outer.thread.terminate();
    expect([bytesToHex(kek), local]).toEqual([EXPECTED, 0]);
  });
});

describe('given no worker, then this thread stretches the password', () => {
  it('because the platform refuses to start one', async () => {
    const { local, count } = counting();
    expect(bytesToHex(await threadKdf({ source: refuse, clock: realClock, local })(request(), quiet))).toBe(EXPECTED);
    expect(count()).toBe(1);
  });

  it('because there is no such file', async () => {
    const { local, count } = counting();
    const kdf = threadKdf({ source: new URL('nowhere.js', await fileOf('kdf')), clock: realClock, local });
    expect(bytesToHex(await kdf(request(), quiet))).toBe(EXPECTED);
    expect(count()).toBe(1);
  });

  it('because the file is of another version', async () => {
    const { local, count } = counting();
    const { source, ends } = watched(await fileOf('stale'));
    expect(bytesToHex(await threadKdf({ source, clock: realClock, local })(request(), quiet))).toBe(EXPECTED);
    expect(count()).toBe(1);
    await Promise.all(ends);
  });

  it('because it has not greeted for 5 s', async () => {
    const { local, count } = counting();
    const { source, ends } = watched(await fileOf('silent'));
    const clock = new FakeClock();
    const stretching = threadKdf({ source, clock, local })(request(), quiet);
    await clock.advance(4_999);
    expect(count()).toBe(0);
    await clock.advance(1);
    expect(bytesToHex(await stretching)).toBe(EXPECTED);
    expect(count()).toBe(1);
    await Promise.all(ends);
  });
});
