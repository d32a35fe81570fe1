import { describe, expect, it } from 'vitest';
import { spawnActor } from '../../src/link/index.ts';
import { codeOf } from './fixture/channels.ts';
import type { counterActor } from './fixture/counter.ts';

const lockless = new URL('./fixture/lockless.worker.ts', import.meta.url);
const lockful = new URL('./fixture/counter.worker.ts', import.meta.url);

/** Spawns with the worker in our hands. */
async function spawn(file: URL, heartbeat: object): Promise<{ link: Awaited<ReturnType<typeof spawnActor<typeof counterActor>>>; worker: Worker }> {
  const worker = new Worker(file, { type: 'module' });
  return { worker, link: await spawnActor<typeof counterActor>(() => worker, { name: 'counter', input: { from: 1n }, heartbeat }) };
}

describe('a Web Worker', () => {
  it('is found dead by its heartbeat where Web Locks are missing (L17)', async () => {
    const { link, worker } = await spawn(lockless, { interval: 20, patience: 100 });
    const call = codeOf(link.call('forever', 'x'));
    worker.terminate();
    expect(await link.gone).toMatchObject({ code: 'WORKER_GONE', message: 'no sign of life for 100 ms' });
    expect(await call).toBe('WORKER_GONE');
  });

  it('is found dead by its lock long before its heartbeat would tell (L17)', async () => {
    const { link, worker } = await spawn(lockful, { interval: 3_600_000, patience: 3_600_000 });
    worker.terminate();
    expect(await link.gone).toMatchObject({ code: 'WORKER_GONE', message: 'the counter worker ended' });
  });
});
