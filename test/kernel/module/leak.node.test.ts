import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { Queries } from '../../../src/kernel/index.ts';
import { hashDatakey } from '../../../src/registry/index.ts';
import { entryNamed, ModuleWorld } from './fixture.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Entries that are asked for: of a twentieth there is something. */
const DISTINCT = 10_000;
/** Queries at a time. */
const WIDTH = 500;

describe('a module whose worker is kept', () => {
  it('holds no more after a hundred thousand queries than after the first ten thousand, and has answered them all', { timeout: 300_000 }, async () => {
    const modules = new ModuleWorld(1);
    const { world } = modules;
    const [{ pubkey }] = [entryNamed('any')];
    const datakeys = Array.from({ length: DISTINCT }, (_, i) => hashDatakey(`entry ${i}`));
    for (let i = 0; i < DISTINCT; i += 20) world.put(entryNamed(`entry ${i}`));
    let answers = 0;
    const queries = new Queries({ source: modules.worker(), clock: world.clock, isTrusted: () => false, post: ({ method }) => void (answers += method === 'response' ? 1 : 0) });
    let asked = 0;
    const ask = async (times: number): Promise<number> => {
      for (const until = asked + times; asked < until; ) {
        for (let i = 0; i < WIDTH; i++) {
          // Nine of ten for what was read lately, which is still subscribed.
          const number = asked < DISTINCT || asked % 10 === 0 ? asked % DISTINCT : asked % 800;
          const [nonce, datakey] = [asked, datakeys[number] ?? expect.unreachable()];
          const kind = asked >= DISTINCT ? asked % 7 : 0;
          const domain = `domain ${asked % 1_000}.example`;
          const [method, data] = kind === 1 ? ['readEntry', { publicKey: pubkey, dataKey: datakey }] : kind === 2 ? ['registrySubscribe', { pubkey, datakey }] : kind === 3 ? ['nothing', {}] : ['registryRead', { pubkey, datakey }];
          queries.take({ nonce, domain, method, data });
          if (kind === 2) queries.take({ nonce, method: 'queryUpdate', data: undefined });
          asked++;
        }
        while (queries.size > 0) await world.pass(500);
      }
      // Whatever lingers is let go of.
      await world.pass(700_000);
      collect();
      collect();
      return process.memoryUsage().heapUsed;
    };
    const before = await ask(10_000);
    const after = await ask(90_000);
    expect(answers).toBe(100_000);
    expect(after / before, `the heap afterwards (${after} bytes), to what it was (${before})`).toBeLessThan(1.05);
  });
});
