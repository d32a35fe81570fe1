import { lastValueFrom, take, toArray } from 'rxjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { spawnInline } from '../../src/link/index.ts';
import { codeOf } from './fixture/channels.ts';
import { FakeClock } from './fixture/clock.ts';
import { counterActor } from './fixture/counter.ts';

/** Runs a promise to its end in simulated time. */
async function run<T>(clock: FakeClock, promise: Promise<T>): Promise<T> {
  await clock.advance(1);
  return promise;
}

/** Three actors at work: everything that is seen of them, in order. */
async function play(): Promise<string[]> {
  const clock = new FakeClock();
  const seen: string[] = [];
  const links = await Promise.all(['a', 'b', 'c'].map((name) => spawnInline(counterActor, { name, input: { from: 0n }, clock })));
  links.forEach((link, index) => {
    link.emitted$.subscribe(({ count }) => seen.push(`${index} emitted ${count}`));
    link.snapshot$.subscribe(({ context }) => seen.push(`${index} shows ${context.count} at ${clock.now()}`));
    for (let by = 1n; by < 4n; by++) clock.setTimeout(() => void link.send({ type: 'ADD', by }), Number(by) * (index + 1));
  });
  await clock.advance(20);
  await run(clock, Promise.all(links.map((link) => link.stop())));
  return seen;
}

describe('an inline link in simulated time', () => {
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });

  it('needs no MessageChannel, no timer but its clock’s and no AbortSignal.timeout (L18)', async () => {
    const timers = [vi.spyOn(globalThis, 'setTimeout'), vi.spyOn(globalThis, 'setInterval'), vi.spyOn(AbortSignal, 'timeout')];
    vi.stubGlobal('MessageChannel', undefined);
    vi.stubGlobal('setImmediate', undefined);
    const clock = new FakeClock();
    const link = await spawnInline(counterActor, { input: { from: 0n }, clock });
    const emitted = lastValueFrom(link.emitted$.pipe(take(2), toArray()));
    void link.send({ type: 'ADD', by: 1n });
    void link.send({ type: 'ADD', by: 1n });
    expect(await run(clock, emitted)).toHaveLength(2);
    expect((await run(clock, link.snapshot())).context.count).toBe(2n);
    expect(await run(clock, lastValueFrom(link.stream('numbers', 5000).pipe(toArray())))).toHaveLength(5000);
    const late = codeOf(link.call('forever', 'x', { deadline: 3_600_000 }));
    await clock.advance(3_600_000);
    expect(await late).toBe('TIMEOUT');
    await run(clock, link.stop());
    for (const timer of timers) expect(timer).not.toHaveBeenCalled();
    expect(clock.timers.size).toBe(0);
  });

  it('replays the same order of events every time', async () => {
    const first = await play();
    expect(first).toHaveLength(3 * (3 + 4));
    expect(await play()).toEqual(first);
  });
});
