import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { Queries, type RegistrySource } from '../../src/kernel/index.ts';
import { StepClock } from '../machines/step-clock.ts';
import { absent, DATAKEY, entryOf, found, KEY, PUBKEY } from './fixture.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

describe('the queries of a kernel', () => {
  it('Q6: hold no more after a hundred thousand queries than after ten thousand', { timeout: 300_000 }, async () => {
    const [signed, result] = [entryOf(1n), found()];
    const source: RegistrySource = {
      read: (_key, caller) => (caller.endsWith('3') ? Promise.reject(new Error('none')) : Promise.resolve(result)),
      write: () => Promise.resolve({ entryId: PUBKEY, spread: Promise.resolve() }),
      watch: (_key, _caller, observer) => {
        observer.next(absent);
        return () => {};
      },
    };
    const clock = new StepClock();
    let answers = 0;
    const queries = new Queries({ source, clock, isTrusted: () => false, post: ({ method }) => void (answers += method === 'response' ? 1 : 0) });
    const CALLS: readonly [string, unknown][] = [['registryRead', KEY], ['readEntry', { publicKey: PUBKEY, dataKey: DATAKEY }], ['registrySubscribe', KEY], ['registryWrite', signed], ['no-op', undefined], ['nothing', {}]];
    let asked = 0;
    const ask = async (times: number): Promise<number> => {
      for (let i = 0; i < times; i++) {
        const nonce = `nonce ${asked++}`;
        const [method, data] = CALLS[i % CALLS.length] ?? expect.unreachable();
        queries.take({ nonce, domain: `domain ${asked}`, method, data });
        if (method === 'registrySubscribe') queries.take({ nonce, method: 'queryUpdate', data: undefined });
        if (i % 100 === 99) for (let turn = 0; turn < 20; turn++) await Promise.resolve();
      }
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
      collect();
      collect();
      return process.memoryUsage().heapUsed;
    };
    const before = await ask(10_000);
    const after = await ask(90_000);
    expect(answers).toBe(100_000);
    expect([queries.size, clock.waits.length], 'no actor, and no timer').toEqual([0, 0]);
    expect(after / before, 'the heap afterwards, to what it was').toBeLessThan(1.05);
    expect((after - before) / 90_000, 'bytes for each query').toBeLessThan(2);
  });
});
