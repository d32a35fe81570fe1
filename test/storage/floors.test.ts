import { describe, expect, it } from 'vitest';
import { RegistryError } from '../../src/error.ts';
import { MAX_REVISION, takeSignedEntry, type SignedEntry } from '../../src/registry/entry.ts';
import type { StorageAdapter, StorageConnection } from '../../src/storage/adapter.ts';
import { MemoryStorage, type StorageFault } from '../../src/storage/memory.ts';
import { packFloor } from '../../src/storage/record.ts';
import { HandClock, forged, genuine, idOf, keyOf, openFloors, plant, storedRevision, verify } from './fixtures.ts';

const disk = (): MemoryStorage => new MemoryStorage({ durable: true });
const record = (entry: SignedEntry, usedAt = 0): Uint8Array => packFloor(takeSignedEntry(entry), usedAt);
const brief = (floor: { entry: SignedEntry; durability: string } | undefined): unknown => floor && [floor.entry.revision, floor.durability];

describe('a floor', () => {
  it('is what was raised, whole, to the last bit of its revision', async () => {
    const { floors } = await openFloors(disk());
    const [raised] = await floors.raise([genuine('a', MAX_REVISION)]);
    expect(raised?.entry).toEqual({ ...genuine('a', MAX_REVISION), type: 1 });
    expect(await floors.get(idOf('a'))).toEqual({ entry: { ...genuine('a', MAX_REVISION), type: 1 }, durability: 'durable' });
    expect(await floors.get(idOf('b'))).toBeUndefined();
  });

  it('is durable by a clock that tells fractions of a millisecond, too', async () => {
    const clock = new HandClock();
    clock.time += 0.25;
    const { floors } = await openFloors(disk(), { clock });
    floors.pin(idOf('b'));
    expect((await floors.raise([genuine('a', 1), genuine('b', 1)])).map(brief)).toEqual([[1n, 'durable'], [1n, 'durable']]);
  });

  it('S1: stays when a lower entry is raised, which is answered with the floor', async () => {
    const { floors } = await openFloors(disk());
    await floors.raise([genuine('a', 2n ** 53n + 1n)]);
    expect((await floors.raise([genuine('a', 2n ** 53n)])).map(brief)).toEqual([[2n ** 53n + 1n, 'durable']]);
  });

  it('S1: of two entries raised in one call is the higher one, for both', async () => {
    const { floors } = await openFloors(disk());
    expect((await floors.raise([genuine('a', 3), genuine('a', 2), genuine('b', 1)])).map(brief)).toEqual([[3n, 'durable'], [3n, 'durable'], [1n, 'durable']]);
  });

  it('S2: outlives the store, and is volatile where the storage does not last', async () => {
    const storage = disk();
    const first = await openFloors(storage);
    await first.floors.raise([genuine('a', 5)]);
    await first.floors.close();
    expect(brief(await (await openFloors(storage)).floors.get(idOf('a')))).toEqual([5n, 'durable']);
    expect((await (await openFloors(new MemoryStorage())).floors.raise([genuine('a', 5)])).map(brief)).toEqual([[5n, 'volatile']]);
  });

  it('S1: comes back at the next read or raise when the storage loses it while the store is open', async () => {
    for (const repair of ['get', 'raise'] as const) {
      const storage = disk();
      const { floors } = await openFloors(storage);
      await floors.raise([genuine('a', 5)]);
      await plant(storage, keyOf('a'), record(genuine('a', 4)));
      const floor = repair === 'get' ? await floors.get(idOf('a')) : (await floors.raise([genuine('a', 1)]))[0];
      expect(brief(floor)).toEqual([5n, 'durable']);
      expect(await storedRevision(storage, 'a')).toBe(5n);
    }
  });

  it('of bytes that are no signed entry is INVALID_INPUT, and nothing of the call is written', async () => {
    const storage = disk();
    const { floors } = await openFloors(storage);
    await expect(floors.raise([genuine('a', 1), { ...genuine('b', 1), revision: -1n }])).rejects.toMatchObject({ code: 'INVALID_INPUT', field: 'entries[1].revision' });
    expect(storage.commits).toBe(0);
  });
});

describe('S3: a corrupt record is reported, is no floor, and gives way to a lower genuine entry', () => {
  const good = record(genuine('a', 9));
  const patched = (at: number, value: number): Uint8Array => good.map((byte, i) => (i === at ? value : byte));
  const cases: readonly (readonly [what: string, bytes: Uint8Array, reason: 'unreadable' | 'forged'])[] = [
    ['no bytes', new Uint8Array(), 'unreadable'],
    ['cut off', good.subarray(0, 145), 'unreadable'],
    ['too long', Uint8Array.from([...good, ...new Uint8Array(113)]), 'unreadable'],
    ['another version', patched(0, 2), 'unreadable'],
    ['another type', patched(9, 3), 'unreadable'],
    ['a genuine entry of another key', record(genuine('b', 99)), 'unreadable'],
    ['a lower genuine entry of another key', record(genuine('b', 1)), 'unreadable'],
    ['a flipped revision', patched(10, 128), 'forged'],
    ['a flipped signature', patched(100, (good[100] ?? 0) ^ 1), 'forged'],
    ['flipped data', patched(good.length - 1, 0), 'forged'],
    ['a forged highest revision', record(forged('a', MAX_REVISION)), 'forged'],
  ];

  it.each(cases)('%s', async (_, bytes, reason) => {
    const storage = disk();
    await plant(storage, keyOf('a'), bytes);
    const reader = await openFloors(storage);
    expect(await reader.floors.get(idOf('a'))).toBeUndefined();
    expect(reader.corrupt).toEqual([{ entryId: idOf('a'), reason, record: Uint8Array.from(bytes) }]);

    const writer = await openFloors(storage);
    expect((await writer.floors.raise([genuine('a', 2)])).map(brief)).toEqual([[2n, 'durable']]);
    expect(writer.corrupt.map((report) => report.reason)).toEqual([reason]);
    expect(await storedRevision(storage, 'a')).toBe(2n);
  });
});

describe('S4: a higher record in the way of a raise', () => {
  it('is the floor if it is genuine', async () => {
    const storage = disk();
    await plant(storage, keyOf('a'), record(genuine('a', 9)));
    const { floors, corrupt } = await openFloors(storage);
    expect((await floors.raise([genuine('a', 2)])).map(brief)).toEqual([[9n, 'durable']]);
    expect(corrupt).toEqual([]);
  });

  it('is not replaced as forged when another process put a genuine one in its place meanwhile', async () => {
    const storage = disk();
    await plant(storage, keyOf('a'), record(forged('a', 100)));
    const { floors } = await openFloors(storage, {
      async verify(entry) {
        if (entry.revision === 100n) await plant(storage, keyOf('a'), record(genuine('a', 9)));
        return verify(entry);
      },
    });
    expect((await floors.raise([genuine('a', 2)])).map(brief)).toEqual([[9n, 'durable']]);
    expect(await storedRevision(storage, 'a')).toBe(9n);
  });

  it('that is forged anew at every attempt ends in memory, does not hold up other entries, and is overcome later', async () => {
    const storage = disk();
    await plant(storage, keyOf('a'), record(forged('a', 100)));
    let plants = 0;
    let isPlanting = true;
    const { floors, corrupt } = await openFloors(storage, {
      async verify(entry) {
        if (isPlanting) await plant(storage, keyOf('a'), record(forged('a', 101 + plants++)));
        return verify(entry);
      },
    });
    const [stuck, other] = [floors.raise([genuine('a', 2)]), floors.raise([genuine('b', 1)])];
    expect((await other).map(brief)).toEqual([[1n, 'durable']]);
    expect((await stuck).map(brief)).toEqual([[2n, 'volatile']]);
    expect(corrupt).toHaveLength(4);
    expect(floors.unsaved).toBe(1);
    isPlanting = false;
    await floors.heal();
    expect(brief(await floors.get(idOf('a')))).toEqual([2n, 'durable']);
  });

  it('that cannot be verified now is neither believed nor passed over: the call rejects', async () => {
    const storage = disk();
    await plant(storage, keyOf('a'), record(genuine('a', 9)));
    const gone = new RegistryError('WORKER_GONE', 'the verifier is gone');
    let isGone = true;
    const { floors } = await openFloors(storage, { verify: (entry) => (isGone ? Promise.reject(gone) : verify(entry)) });
    await expect(floors.get(idOf('a'))).rejects.toBe(gone);
    await expect(floors.raise([genuine('a', 2)])).rejects.toBe(gone);
    isGone = false;
    expect(brief(await floors.get(idOf('a')))).toEqual([9n, 'durable']);
  });
});

describe('S5: a broken storage', () => {
  it.each<StorageFault>(['full', 'closed', 'silent'])('that is %s at a commit leaves the store degraded, raising in memory', async (fault) => {
    const storage = disk();
    const { floors, states, clock } = await openFloors(storage);
    await floors.raise([genuine('a', 5)]);
    await until(() => clock.pending === 0, () => (storage.fault = fault)); // the look at how many floors there are is over
    const raising = floors.raise([genuine('a', 6), genuine('b', 1)]);
    if (fault === 'silent') await until(() => clock.pending > 0, () => clock.elapse(5_000));
    expect((await raising).map(brief)).toEqual([[6n, 'volatile'], [1n, 'volatile']]);
    expect((await floors.raise([genuine('a', 4)])).map(brief)).toEqual([[6n, 'volatile']]);
    expect(brief(await floors.get(idOf('a')))).toEqual([6n, 'volatile']);
    expect(states).toEqual(['healthy', 'degraded']);
    expect(floors.state).toMatchObject({ error: { code: 'STORAGE', hint: expect.any(String) as string } });
    expect(clock.pending).toBe(0);

    storage.fault = undefined;
    expect(await floors.heal()).toMatchObject({ status: 'healthy' });
    expect(floors.unsaved).toBe(0);
    expect([await storedRevision(storage, 'a'), await storedRevision(storage, 'b')]).toEqual([6n, 1n]);
    expect(brief(await floors.get(idOf('b')))).toEqual([1n, 'durable']);
  });

  it.each<StorageFault>(['blocked', 'silent'])('that is %s at opening leaves the store degraded, and healing brings all it saw', async (fault) => {
    const storage = disk();
    await plant(storage, keyOf('a'), record(genuine('a', 9)));
    storage.fault = fault;
    const clock = new HandClock();
    const opening = openFloors(storage, { clock });
    if (fault === 'silent') await until(() => clock.pending > 0, () => clock.elapse(5_000));
    const { floors, states } = await opening;
    expect((await floors.raise([genuine('a', 2), genuine('b', 1)])).map(brief)).toEqual([[2n, 'volatile'], [1n, 'volatile']]);
    storage.fault = undefined;
    await Promise.all([floors.heal(), floors.heal()]);
    expect(states).toEqual(['degraded', 'healthy']);
    expect(brief(await floors.get(idOf('a')))).toEqual([9n, 'durable']);
    expect(await storedRevision(storage, 'b')).toBe(1n);
  });

  it('that fails to be read answers from memory', async () => {
    const storage = disk();
    const { floors } = await openFloors(storage);
    await floors.raise([genuine('a', 5)]);
    storage.fault = 'closed';
    expect((await floors.getMany([idOf('a'), idOf('b')])).map(brief)).toEqual([[5n, 'volatile'], undefined]);
  });

  it('S6: that lost everything is given back what this process saw', async () => {
    const storage = disk();
    let target: MemoryStorage = storage;
    const { floors } = await openFloors({ open: () => target.open() });
    await floors.raise([genuine('a', 5), genuine('b', 6)]);
    storage.fault = 'closed';
    await floors.get(idOf('a'));
    target = disk();
    await floors.heal();
    expect([await storedRevision(target, 'a'), await storedRevision(target, 'b')]).toEqual([5n, 6n]);
  });

  it('S6: whose commit went through though it failed is no harm', async () => {
    const storage = disk();
    let losesAnswers = true;
    const adapter = wrapped(storage, (connection) => ({
      ...connection,
      async update(changes) {
        await connection.update(changes);
        if (losesAnswers) throw new Error('the answer was lost');
      },
    }));
    const { floors } = await openFloors(adapter);
    expect((await floors.raise([genuine('a', 5)])).map(brief)).toEqual([[5n, 'volatile']]);
    expect(floors.state).toMatchObject({ status: 'degraded', error: { code: 'STORAGE', cause: { message: 'the answer was lost' } } });
    losesAnswers = false;
    await floors.heal();
    expect(brief(await floors.get(idOf('a')))).toEqual([5n, 'durable']);
  });

  it('that opens after the deadline is closed again, and one that throws at once is no crash', async () => {
    const storage = disk();
    let isClosed = false;
    let arrive: (() => void) | undefined;
    const late: StorageAdapter = {
      open: async () => {
        await new Promise<void>((resolve) => (arrive = resolve));
        const connection = await storage.open();
        return { ...connection, close: () => ((isClosed = true), connection.close()) };
      },
    };
    const clock = new HandClock();
    const opening = openFloors(late, { clock });
    await until(() => clock.pending > 0, () => clock.elapse(5_000));
    expect((await opening).floors.state.status).toBe('degraded');
    arrive?.();
    await until(() => isClosed, () => {});

    const throwing: StorageAdapter = {
      open: () => {
        throw new Error('no storage');
      },
    };
    expect((await openFloors(throwing)).floors.state).toMatchObject({ status: 'degraded', error: { code: 'STORAGE' } });
  });
});

describe('S3: a record of the very same entry with another signature', () => {
  it('gives way at once to the one that was verified', async () => {
    const storage = disk();
    await plant(storage, keyOf('a'), record({ ...genuine('a', 2), signature: new Uint8Array(64).fill(1) }));
    const { floors } = await openFloors(storage);
    expect((await floors.raise([genuine('a', 2)]))[0]).toEqual({ entry: { ...genuine('a', 2), type: 1 }, durability: 'durable' });
    expect(storage.commits).toBe(2);
  });
});

describe('S7: raises share commits', () => {
  it('1,000 raises of one turn are one commit', async () => {
    const storage = disk();
    const { floors } = await openFloors(storage);
    const entries = Array.from({ length: 1_000 }, (_, i) => genuine(`key ${i % 100}`, 1 + Math.floor(i / 100)));
    await Promise.all(entries.map((entry) => floors.raise([entry])));
    expect(storage.commits).toBe(1);
    expect(await storedRevision(storage, 'key 42')).toBe(10n);
  });

  it('raises that arrive while a commit runs are the next one', async () => {
    const storage = disk();
    let release: (() => void) | undefined;
    let updates = 0;
    const adapter = wrapped(storage, (connection) => ({
      ...connection,
      async update(changes) {
        updates += 1;
        if (updates === 1) await new Promise<void>((resolve) => (release = resolve));
        await connection.update(changes);
      },
    }));
    const { floors } = await openFloors(adapter);
    const first = floors.raise([genuine('a', 1)]);
    await until(() => updates === 1, () => {});
    const later = [floors.raise([genuine('a', 2)]), floors.raise([genuine('b', 1)]), floors.raise([genuine('a', 3)])];
    release?.();
    expect((await first).map(brief)).toEqual([[1n, 'durable']]);
    expect((await Promise.all(later)).flat().map(brief)).toEqual([[3n, 'durable'], [1n, 'durable'], [3n, 'durable']]);
    expect(updates).toBe(2);
  });
});

describe('closing', () => {
  it('S9: ends what was begun, leaves no timer, and refuses what comes after', async () => {
    const storage = disk();
    const { floors, clock, states } = await openFloors(storage);
    const raising = floors.raise([genuine('a', 1)]);
    await floors.close();
    expect((await raising).map(brief)).toEqual([[1n, 'durable']]);
    expect(clock.pending).toBe(0);
    expect(states).toEqual(['healthy', 'closed']);
    await expect(floors.raise([genuine('a', 2)])).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(floors.get(idOf('a'))).rejects.toMatchObject({ code: 'CLOSED' });
    expect(await floors.heal()).toEqual({ status: 'closed' });
    await floors.close();
  });
});

const wrapped = (storage: StorageAdapter, wrap: (connection: StorageConnection) => StorageConnection): StorageAdapter => ({ open: async () => wrap(await storage.open()) });

/** Lets microtasks run until something is so, then acts. */
async function until(isSo: () => boolean, act: () => unknown): Promise<void> {
  for (let i = 0; i < 1_000 && !isSo(); i++) await Promise.resolve();
  expect(isSo()).toBe(true);
  act();
}
