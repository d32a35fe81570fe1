import { describe, expect, it } from 'vitest';
import { Leases } from '../../src/storage/leases.ts';
import { MemoryStorage } from '../../src/storage/memory.ts';
import { StorageSession } from '../../src/storage/session.ts';
import type { Clock } from '../../src/world.ts';
import { FakeClock } from '../link/fixture/clock.ts';

const ID = new Uint8Array(32).fill(5);
const owner = (number: number) => new Uint8Array(8).fill(number);

/** Processes on one storage, each with the same clock unless it has another. */
async function open(count: number, storage = new MemoryStorage({ durable: true })) {
  const clock = new FakeClock();
  const sessions = await Promise.all(
    Array.from({ length: count }, async () => {
      const session = new StorageSession(storage, clock, 5_000, () => {});
      await session.open();
      return session;
    }),
  );
  return { clock, storage, leases: sessions.map((session, i) => new Leases(session, clock, owner(i + 1))) };
}

describe('Leases', () => {
  it('S10: are had in the order in which they were asked for', async () => {
    const { leases } = await open(3);
    expect(await Promise.all(leases.map((lease) => lease.join(ID)))).toEqual([0, 1, 2]);
    expect(await Promise.all(leases.map((lease) => lease.look(ID)))).toEqual([0, 1, 2]);
    await leases[0]!.leave(ID);
    expect(await Promise.all(leases.slice(1).map((lease) => lease.look(ID)))).toEqual([0, 1]);
    // Whoever has had it comes last.
    expect(await leases[0]!.join(ID)).toBe(2);
    await leases[2]!.leave(ID);
    expect(await leases[0]!.look(ID)).toBe(1);
  });

  it('are one for each thing', async () => {
    const { leases } = await open(2);
    expect(await leases[0]!.join(ID)).toBe(0);
    expect(await leases[1]!.join(new Uint8Array(32))).toBe(0);
  });

  it('S11: keep the place of who renews it, and drop who does not', async () => {
    const { clock, leases } = await open(3);
    for (const lease of leases) await lease.join(ID);
    await clock.advance(5_000);
    for (const lease of leases.slice(1)) await lease.join(ID);
    await clock.advance(4_000);
    // The first one is late: who looks cannot tell, who joins drops it.
    expect(await leases[1]!.look(ID)).toBeUndefined();
    expect(await leases[1]!.join(ID)).toBe(0);
    expect(await leases[2]!.look(ID)).toBe(1);
    expect(await leases[0]!.join(ID)).toBe(2);
  });

  it('S11: are over within ten seconds of whoever died with one', async () => {
    const { clock, leases } = await open(2);
    await leases[0]!.join(ID);
    await leases[1]!.join(ID);
    await clock.advance(10_000);
    expect(await leases[1]!.join(ID)).toBe(0);
  });

  it('S11: that were dated by a clock which was set back hold nobody up', async () => {
    const { clock, leases, storage } = await open(1);
    const ahead: Clock = { now: () => clock.now() + 3_600_000, setTimeout: (callback, milliseconds) => clock.setTimeout(callback, milliseconds), clearTimeout: (timer) => clock.clearTimeout(timer) };
    const session = new StorageSession(storage, ahead, 5_000, () => {});
    await session.open();
    expect(await new Leases(session, ahead, owner(9)).join(ID)).toBe(0);
    expect(await leases[0]!.join(ID)).toBe(0);
  });

  it('leave nothing behind when the last one leaves', async () => {
    const { leases, storage } = await open(1);
    await leases[0]!.join(ID);
    await leases[0]!.leave(ID);
    const connection = await storage.open();
    expect(await connection.count({ from: new Uint8Array([0]), before: new Uint8Array([255]) })).toBe(0);
    const { commits } = storage;
    await leases[0]!.leave(ID);
    expect(storage.commits).toBe(commits);
  });

  it('are as many as wait, but not more than a kilobyte of them', async () => {
    const { leases } = await open(66);
    const places = [];
    for (const lease of leases) places.push(await lease.join(ID));
    expect(places).toEqual([...Array.from({ length: 64 }, (_, i) => i), undefined, undefined]);
  });

  it('are none where the record is no line, or the storage fails', async () => {
    const { leases, storage } = await open(1);
    const connection = await storage.open();
    const key = new Uint8Array(33).fill(5);
    key[0] = 3;
    await connection.update([{ key, decide: () => new Uint8Array(40).fill(255) }]);
    expect(await leases[0]!.join(ID)).toBe(0);
    storage.fault = 'closed';
    expect(await leases[0]!.join(ID)).toBeUndefined();
    expect(await leases[0]!.look(ID)).toBeUndefined();
    await leases[0]!.leave(ID);
  });
});
