import { describe, expect, it } from 'vitest';
import { makePortalActor } from '../../actors/portal/actor.ts';
import { backoff } from '../../machines/portal.ts';
import { hostActor } from '../../src/link/index.ts';
import { DEFAULT_POLICY } from '../../src/policy.ts';
import type { SocketEvents } from '../../src/world.ts';
import { StepClock } from './step-clock.ts';

const { backoffBase, backoffMost } = DEFAULT_POLICY;
const ROUNDS = 12;

/** How long the portal actor rests after each of its first rounds, where its only portal refuses at once. */
function rests(random: () => number): number[] {
  const clock = new StepClock();
  let socket: SocketEvents | undefined;
  const world = {
    clock,
    scheduler: clock,
    random,
    openSocket: (_url: string, events: SocketEvents) => {
      socket = events;
      return { send: () => {}, abandon: () => {} };
    },
    fetch: () => Promise.reject(new Error('nobody asks')),
  };
  const { definition, input } = makePortalActor(world, { portals: [{ url: 'https://a.example' }], policy: DEFAULT_POLICY, predecessors: 0 });
  const { port1, port2 } = new MessageChannel();
  const hosted = hostActor(definition, { port: port2, input, clock });
  hosted.actor.send({ type: 'WANTED' });
  const found = Array.from({ length: ROUNDS }, () => {
    socket?.closed('refused');
    const [rest = 0] = clock.waits;
    clock.pass(rest);
    return rest;
  });
  hosted.close();
  port1.close();
  return found;
}

describe('the back-off', () => {
  it.each([0, 1, 2, 3, 10, 1_000])('after %i failed rounds is twice as long each time, until it is as long as it may be', (rounds) => {
    const times = { ...DEFAULT_POLICY, backoffBase: 100, backoffMost: 900 };
    expect(backoff(rounds, times)).toBe([100, 200, 400, 800][rounds] ?? 900);
  });

  it.each([0, 0.25, 0.999])('of the portal actor lasts at least half of that, and at most all of it (P3), where chance says %d', (chance) => {
    let whole = backoffBase;
    for (const rest of rests(() => chance)) {
      expect(rest).toBeGreaterThanOrEqual(whole / 2);
      expect(rest).toBeLessThanOrEqual(whole);
      expect(rest).toBeCloseTo(whole * (0.5 + chance / 2), 6);
      whole = Math.min(backoffMost, whole * 2);
    }
    expect(whole, 'the longest was reached, and was not the last').toBe(backoffMost);
  });
});
