import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createActor, fromCallback } from 'xstate';
import { describe, expect, it } from 'vitest';
import { portalMachine } from '../../machines/portal.ts';
import { AlarmClock } from './alarm-clock.ts';
import { TIMES, URLS } from './portal-table.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

describe('the portal machine', () => {
  it('holds no more after ten thousand connections than after one thousand', () => {
    let tell: ((event: { readonly type: string }) => void) | undefined;
    const connection = fromCallback(({ sendBack }) => {
      tell = sendBack;
    });
    const clock = new AlarmClock();
    const actor = createActor(portalMachine.provide({ actors: { connection: connection as never } }), { input: { urls: URLS, times: TIMES }, clock }).start();
    actor.send({ type: 'WANTED' });
    const reconnect = (times: number): number => {
      for (let i = 0; i < times; i++) {
        const { numbered } = actor.getSnapshot().context;
        for (const type of ['PROVEN', 'TRUSTED', 'SLOW', 'LOST']) tell?.({ type, connection: numbered, failure: 'closed' } as never);
        const [url = ''] = URLS.slice(i % 3);
        if (i % 10 === 0) actor.send({ type: 'OFFENDED', url, offence: 'flood' });
        actor.send({ type: 'RETRY_NOW' });
      }
      collect();
      return process.memoryUsage().heapUsed;
    };
    const before = reconnect(1_000);
    const grown = reconnect(9_000) - before;
    expect(actor.getSnapshot().context.numbered, 'they were connections').toBeGreaterThan(9_000);
    expect(Object.keys(actor.getSnapshot().children).length).toBeLessThanOrEqual(3);
    expect(clock.waits.length, 'one timer for each quarantine, however often it begins').toBeLessThanOrEqual(3 + 3);
    expect(grown / 9_000, 'bytes for each connection').toBeLessThan(40);
    actor.stop();
  });
});
