import { describe, expect, it } from 'vitest';
import type { RegistryError } from '../../src/error.ts';
import { keepAlive, type Heartbeat } from '../../src/link/actor/heartbeat.ts';
import { deferred, FakeClock } from './fixture/clock.ts';

/** The other side of a connection, which is asked for signs of life, and gives them unless it is hung. */
function other(heartbeat: Heartbeat) {
  const clock = new FakeClock();
  const begun = clock.now();
  const asked: number[] = [];
  const failed: number[] = [];
  let isHung = false;
  const { promise: gone, resolve: end } = deferred<RegistryError>();
  const connection = {
    gone,
    call: (): Promise<void> => {
      asked.push(clock.now() - begun);
      return isHung ? new Promise(() => {}) : Promise.resolve();
    },
    fail: (reason: RegistryError): void => {
      failed.push(clock.now() - begun);
      end(reason);
    },
  };
  keepAlive(connection as never, clock, heartbeat);
  return { clock, asked, failed, hang: () => (isHung = true), now: () => clock.now() - begun };
}

describe('a heartbeat (L17)', () => {
  it('asks once in its interval where nobody waits, and is as patient as it is told', async () => {
    const { clock, asked, failed, hang, now } = other({ interval: 1_000, patience: 5_000, urgency: () => undefined });
    await clock.advance(10_000);
    expect(asked.length).toBeLessThanOrEqual(11);
    hang();
    const hungAt = now();
    await clock.advance(4_999);
    expect(failed).toEqual([]);
    await clock.advance(1_201);
    expect((failed[0] ?? 0) - hungAt).toBeLessThanOrEqual(6_200);
    expect(failed).toHaveLength(1);
  });

  it.each([0, 50, 137, 199])('finds one that hangs within 600 ms where somebody waits from the start, and not before 400 ms, %i ms after it answered', async (after) => {
    const { clock, failed, hang, now } = other({ interval: 1_000, patience: 5_000, urgency: () => 400 });
    await clock.advance(2_000 + after);
    hang();
    const hungAt = now();
    await clock.advance(399);
    expect(failed).toEqual([]);
    await clock.advance(5_000);
    expect((failed[0] ?? Infinity) - hungAt).toBeLessThanOrEqual(600);
  });

  it('finds one that hung before anybody waited within 600 ms of when somebody does', async () => {
    let urgent: number | undefined;
    const { clock, failed, hang, now } = other({ interval: 1_000, patience: 5_000, urgency: () => urgent });
    await clock.advance(2_000);
    hang();
    await clock.advance(1_300);
    expect(failed).toEqual([]);
    urgent = 400;
    const since = now();
    await clock.advance(5_000);
    expect((failed[0] ?? Infinity) - since).toBeLessThanOrEqual(600);
  });

  it('is as patient as ever with one that has not answered yet', async () => {
    const { clock, failed, hang } = other({ interval: 1_000, patience: 5_000, urgency: () => 400 });
    hang();
    await clock.advance(5_000);
    expect(failed).toEqual([]);
    await clock.advance(200);
    expect(failed).toHaveLength(1);
  });
});
