import { describe, expect, it } from 'vitest';
import type { RegistryError } from '../../src/error.ts';
import { keepAlive, type Heartbeat } from '../../src/link/actor/heartbeat.ts';
import { Demand } from '../../src/runtime/demand.ts';
import { deferred, FakeClock } from './fixture/clock.ts';

/** The other side, which answers until it hangs. */
function open({ urgent, ...heartbeat }: Heartbeat & { readonly urgent?: number } = {}) {
  const clock = new FakeClock();
  const begun = clock.now();
  const demand = new Demand();
  const asked: number[] = [];
  const died: { at?: number; reason?: RegistryError } = {};
  const state = { hangs: false, demand };
  const { promise: gone, resolve: end } = deferred<RegistryError>();
  const patience = (): number | undefined => (demand.isOpen ? urgent : undefined);
  keepAlive(
    {
      gone,
      call: (async () => {
        asked.push(clock.now() - begun);
        if (state.hangs) throw await gone;
      }) as never,
      fail(reason) {
        Object.assign(died, { at: clock.now() - begun, reason });
        end(reason);
      },
    },
    clock,
    { ...heartbeat, urgency: urgent === undefined ? undefined : { patience, follow: (listener) => demand.follow(listener) } },
  );
  return { clock, asked, died, state, demand };
}

describe('a heartbeat (L17)', () => {
  it('is asked for once in an interval while nobody waits, and a side that hangs is given up after its patience', async () => {
    const { clock, asked, died, state } = open({ interval: 1_000, patience: 5_000, urgent: 400 });
    await clock.advance(3_500);
    expect(asked).toEqual([200, 1_200, 2_200, 3_200]);
    state.hangs = true;
    await clock.advance(5_699);
    expect(died).toEqual({});
    await clock.advance(1);
    expect(died).toMatchObject({ at: 9_200, reason: { code: 'WORKER_GONE' } });
    expect(clock.timers.size).toBe(0);
  });

  it.each([0, 1, 250, 600, 999])('gives up a side that hangs within 600 ms while somebody waits, who came %i ms after its last sign of life', async (later) => {
    const { clock, died, state, demand } = open({ interval: 1_000, patience: 5_000, urgent: 400 });
    await clock.advance(2_200);
    state.hangs = true;
    await clock.advance(later);
    demand.begin();
    await clock.advance(600);
    expect(died.at).toBeLessThanOrEqual(2_200 + later + 600);
    expect(died.at).toBeGreaterThanOrEqual(2_200 + later + 400);
  });

  it('comes sooner when somebody begins to wait for a side that has left questions unanswered', async () => {
    const { clock, died, state, demand } = open({ interval: 1_000, patience: 5_000, urgent: 400 });
    await clock.advance(1_500);
    state.hangs = true;
    await clock.advance(2_000);
    demand.begin();
    await clock.advance(400);
    expect(died.at).toBeLessThanOrEqual(3_900);
  });

  it('is given its patience again when nobody waits any more, and asks no more often than that needs', async () => {
    const { clock, asked, died, state, demand } = open({ interval: 1_000, patience: 5_000, urgent: 400 });
    await clock.advance(1_100);
    demand.begin();
    await clock.advance(1_000);
    expect(asked.filter((at) => at > 1_000)).toEqual([1_100, 1_300, 1_500, 1_700, 1_900, 2_100]);
    demand.end();
    await clock.advance(2_200);
    expect(asked.filter((at) => at > 2_100)).toEqual([3_100, 4_100]);
    state.hangs = true;
    await clock.advance(5_000);
    expect(died).toEqual({});
  });

  it('is left the whole patience before the first: what it begins with may take long, whoever waits', async () => {
    const { clock, died, state, demand } = open({ interval: 1_000, patience: 5_000, urgent: 400 });
    state.hangs = true;
    demand.begin();
    await clock.advance(5_199);
    expect(died).toEqual({});
    await clock.advance(1);
    expect(died.at).toBe(5_200);
  });
});
