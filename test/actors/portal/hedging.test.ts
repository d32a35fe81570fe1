import { describe, expect, it } from 'vitest';
import { Hedging } from '../../../actors/portal/hedging.ts';
import { Latencies } from '../../../actors/portal/latencies.ts';
import { FakeClock } from '../../link/fixture/clock.ts';

const PORTAL = 'https://a.example';

function bench(hedgeDelay = 400) {
  const clock = new FakeClock();
  const begun = clock.now();
  const hedged: (readonly [string, number])[] = [];
  const hedging = new Hedging<{ hedge(): void }>(clock, hedgeDelay);
  const question = (name: string) => ({ hedge: () => void hedged.push([name, clock.now() - begun]) });
  return { clock, hedging, hedged, question };
}

describe('the time after which another portal is asked as well', () => {
  it('is what the policy says while little is known of a portal', async () => {
    const { clock, hedging, hedged, question } = bench();
    for (let i = 0; i < 19; i++) hedging.note(PORTAL, 1);
    hedging.set(question('a'), PORTAL);
    hedging.set(question('b'));
    await clock.advance(399);
    expect(hedged).toEqual([]);
    await clock.advance(1);
    expect(hedged).toEqual([['a', 400], ['b', 400]]);
  });

  it.each([
    [1, 25],
    [25, 25],
    [26, 50],
    [90, 100],
    [200, 200],
    [399, 400],
    [9_000, 400],
  ])('is, for one that answers in %i ms as good as always, %i ms', async (latency, expected) => {
    const { clock, hedging, hedged, question } = bench();
    for (let i = 0; i < 64; i++) hedging.note(PORTAL, i % 32 === 0 ? 10_000 : latency);
    hedging.set(question('a'), PORTAL);
    hedging.set(question('other'), 'https://b.example');
    await clock.advance(400);
    // Of two that come due together, the one that was set first.
    expect(hedged).toEqual([['a', expected], ['other', 400]]);
  });

  it('begins anew where it is set again, and never comes where it is cleared', async () => {
    const { clock, hedging, hedged, question } = bench();
    for (let i = 0; i < 64; i++) hedging.note(PORTAL, 30);
    const [again, cleared] = [question('again'), question('cleared')];
    hedging.set(again, PORTAL);
    hedging.set(cleared, PORTAL);
    await clock.advance(49);
    hedging.set(again);
    hedging.clear(cleared);
    await clock.advance(399);
    expect(hedged).toEqual([]);
    await clock.advance(1);
    expect(hedged).toEqual([['again', 449]]);
  });

  it('may be none', async () => {
    const { clock, hedging, hedged, question } = bench(0);
    hedging.set(question('a'), PORTAL);
    await clock.advance(1);
    expect(hedged).toHaveLength(1);
  });
});

describe('latencies', () => {
  it('say nothing of few, and of many the p95 of the last 64', () => {
    const latencies = new Latencies();
    for (let i = 1; i <= 19; i++) latencies.note(i);
    expect(latencies.p95).toBeUndefined();
    for (let i = 20; i <= 24; i++) latencies.note(i);
    expect(latencies.p95).toBe(23);
    for (let i = 0; i < 64; i++) latencies.note(1_000);
    expect(latencies.p95).toBe(1_000);
  });
});
