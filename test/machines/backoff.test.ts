import { describe, expect, it } from 'vitest';
import { backoff, quarantineTime } from '../../machines/portal-times.ts';
import { DEFAULT_POLICY } from '../../src/policy.ts';

const times = { ...DEFAULT_POLICY, backoffBase: 100, backoffMost: 900, offlineBackoff: 5_000, quarantineBase: 1_000, quarantineMost: 10_000 };

describe('the back-off, before jitter', () => {
  it.each([0, 1, 2, 3, 4, 10, 1_000, 1e9])('after %i failed rounds is twice as long each time, until it is as long as it may be (P3)', (rounds) => {
    expect(backoff({ rounds, isOffline: false, times })).toBe([100, 200, 400, 800][rounds] ?? 900);
  });

  it.each([0, 3, 5, 6, 1_000])('may last longer after %i failed rounds where there is no network', (rounds) => {
    expect(backoff({ rounds, isOffline: true, times })).toBe({ 0: 100, 3: 800, 5: 3_200 }[rounds] ?? 5_000);
  });

  it('is never shorter for the want of a network', () => {
    expect(backoff({ rounds: 9, isOffline: true, times: { ...times, offlineBackoff: 10 } })).toBe(900);
  });
});

describe('the quarantine', () => {
  it.each([1, 2, 3, 4, 5, 1_000, 1e9])('for offence %i lasts twice as long as for the one before, until it is as long as it may be', (offences) => {
    expect(quarantineTime({ offences }, times)).toBe([0, 1_000, 2_000, 4_000, 8_000][offences] ?? 10_000);
  });

  it('is never shorter than the first one', () => {
    expect(quarantineTime({ offences: 0 }, times)).toBe(1_000);
  });
});
