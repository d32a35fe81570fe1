import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { connect, serve, spawnActor } from '../../src/link/index.ts';
import { deferred, turn } from './fixture/clock.ts';
import type { counterActor } from './fixture/counter.ts';
import { workerFile } from './fixture/workers.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('what Comlink leaves to the garbage collector', () => {
  it('answers a call in flight whose connection nobody holds (GC of the proxy kills in-flight calls)', async () => {
    const { port1, port2 } = new MessageChannel();
    const answer = deferred<string>();
    let released = false;
    const service = { calls: { slow: () => answer.promise } };
    port2.addEventListener('message', ({ data }: MessageEvent<{ type: string }>) => (released ||= data.type === 'RELEASE'));
    serve(port2, service);
    const call = connect<typeof service>(port1).call('slow');
    for (let i = 0; i < 5; i++) {
      await turn();
      collectGarbage();
    }
    await turn();
    expect(released).toBe(false);
    answer.resolve('still here');
    expect(await call).toBe('still here');
    port1.close();
  });

  it('closes both ends of the port when the connection is closed (port leak on release)', async () => {
    const { port1, port2 } = new MessageChannel();
    const closed = Promise.all([port1, port2].map((port) => new Promise((resolve) => port.addEventListener('close', resolve))));
    const service = { calls: { one: () => 1 } };
    serve(port2, service);
    const connection = connect<typeof service>(port1);
    expect(await connection.call('one')).toBe(1);
    connection.close();
    await closed;
    expect(await connection.gone).toMatchObject({ code: 'CLOSED' });
  });

  it('lets a worker end by itself once its link is closed (port leak on release)', async () => {
    const worker = new Worker(await workerFile('counter'), { name: 'counter' });
    const exited = new Promise<number>((resolve) => worker.once('exit', resolve));
    const greeted = new Promise((resolve) => worker.once('message', resolve));
    const { port1, port2 } = new MessageChannel();
    worker.postMessage({ version: 'link 3', name: 'counter', lock: '', input: { from: 1n }, port: port2 }, [port2 as never]);
    await greeted;
    const connection = connect<{ calls: { double: (value: bigint) => bigint; stop: () => void } }>(port1);
    expect(await connection.call('double', 1n)).toBe(2n);
    await connection.call('stop');
    connection.close();
    expect(await exited).toBe(0);
  });
});

describe('a thread of Node', () => {
  it('is started from a file URL as text, too', async () => {
    const link = await spawnActor<typeof counterActor>((await workerFile('counter')).href, { name: 'counter', input: { from: 1n } });
    expect(await link.call('double', 1n)).toBe(2n);
    await link.stop();
  });
});
