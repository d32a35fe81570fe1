import { charactersOf } from '../../src/registry/index.ts';
import { describe, expect, it } from 'vitest';
import { takeSignedEntry } from '../../src/registry/entry.ts';
import { MemoryStorage } from '../../src/storage/memory.ts';
import { Recency } from '../../src/storage/recency.ts';
import { FLOORS, packFloor } from '../../src/storage/record.ts';
import { HandClock, genuine, idOf, keyOf, openFloors, plant, storedRevision, withConnection, type TestStore } from './fixtures.ts';

const DAY = 86_400_000;
const disk = (): MemoryStorage => new MemoryStorage({ durable: true });
const count = (storage: MemoryStorage): Promise<number> => withConnection(storage, (connection) => connection.count(FLOORS));

/** Raises `names` one after the other, a second apart, and waits until eviction has had its turn. */
async function raiseAll({ floors, clock }: TestStore, names: readonly string[]): Promise<void> {
  for (const name of names) {
    clock.time += 1_000;
    await floors.raise([genuine(name, 1)]);
  }
  for (let i = 0; i < 100; i++) await Promise.resolve();
}
const numbered = (n: number, from = 0): string[] => Array.from({ length: n }, (_, i) => `n${from + i}`);

describe('S8: eviction', () => {
  it('keeps at most maxFloors, and the most recently raised of them', async () => {
    const storage = disk();
    const store = await openFloors(storage, { maxFloors: 20 });
    for (const name of numbered(100)) {
      await raiseAll(store, [name]);
      expect(await count(storage)).toBeLessThanOrEqual(20);
    }
    expect(await storedRevision(storage, 'n99')).toBe(1n);
    expect(await storedRevision(storage, 'n85')).toBe(1n);
    expect(await storedRevision(storage, 'n0')).toBe('nothing');
    expect(await store.floors.get(idOf('n0'))).toBeUndefined();
  });

  it('never touches a pinned one, until it is unpinned as often as it was pinned', async () => {
    const storage = disk();
    const store = await openFloors(storage, { maxFloors: 10 });
    store.floors.pin(idOf('n0'));
    store.floors.pin(idOf('n0'));
    store.floors.unpin(idOf('n0'));
    await raiseAll(store, numbered(60));
    expect(await storedRevision(storage, 'n0')).toBe(1n);
    store.floors.unpin(idOf('n0'));
    await raiseAll(store, numbered(60, 60));
    expect(await storedRevision(storage, 'n0')).toBe('nothing');
    expect(await count(storage)).toBeLessThanOrEqual(10);
  });

  it('spares the pinned even where they alone are more than maxFloors, in storage and in memory', async () => {
    const storage = disk();
    const store = await openFloors(storage, { maxFloors: 10 });
    for (const name of numbered(15)) store.floors.pin(idOf(name));
    await raiseAll(store, numbered(30));
    for (const name of numbered(15)) expect(await storedRevision(storage, name)).toBe(1n);
    storage.fault = 'closed';
    for (const name of numbered(15)) expect((await store.floors.get(idOf(name)))?.durability).toBe('volatile');
  });

  it('spares what another process has pinned, alive or dead, for as long as its lease', async () => {
    const storage = disk();
    const clock = new HandClock();
    const pinning = await openFloors(storage, { clock, pinLease: 10 * DAY });
    pinning.floors.pin(idOf('a'));
    await raiseAll(pinning, ['a']);
    const other = await openFloors(storage, { clock, maxFloors: 10, pinLease: 10 * DAY });
    await raiseAll(other, numbered(30));
    await other.floors.raise([genuine('a', 1)]); // a use by somebody else does not end the lease
    await raiseAll(other, numbered(30, 30));
    expect(await storedRevision(storage, 'a')).toBe(1n);
    clock.time += 11 * DAY;
    await raiseAll(other, numbered(30, 60));
    expect(await storedRevision(storage, 'a')).toBe('nothing');
  });

  it.each([
    ['pinned before it', 0],
    ['pinned long before it', DAY],
  ])('spares what another process has %s, though this one unpins it', async (_, between) => {
    const storage = disk();
    const clock = new HandClock();
    const options = { clock, pinLease: 10 * DAY };
    const holding = await openFloors(storage, options);
    holding.floors.pin(idOf('a'));
    await raiseAll(holding, ['a']);
    clock.time += between;
    const passing = await openFloors(storage, { ...options, maxFloors: 10 });
    passing.floors.pin(idOf('a'));
    await raiseAll(passing, ['b']);
    passing.floors.unpin(idOf('a'));
    await raiseAll(passing, numbered(30));
    expect(await storedRevision(storage, 'a')).toBe(1n);
    holding.floors.unpin(idOf('a'));
    await raiseAll(holding, ['c']);
    await raiseAll(passing, numbered(30, 30));
    expect(await storedRevision(storage, 'a')).toBe('nothing');
  });

  it('spares what another process has pinned after it, though this one unpins it', async () => {
    const storage = disk();
    const clock = new HandClock();
    const options = { clock, pinLease: 10 * DAY };
    const passing = await openFloors(storage, { ...options, maxFloors: 10 });
    passing.floors.pin(idOf('a'));
    await raiseAll(passing, ['a']);
    clock.time += DAY;
    const holding = await openFloors(storage, options);
    holding.floors.pin(idOf('a'));
    await raiseAll(holding, ['b']);
    passing.floors.unpin(idOf('a'));
    await raiseAll(passing, numbered(30));
    expect(await storedRevision(storage, 'a')).toBe(1n);
  });

  it('keeps nothing in mind of what was pinned while it did not exist', () => {
    const recency = new Recency(new HandClock(), DAY);
    const id = charactersOf(idOf('a'));
    recency.pin(idOf('a'));
    expect(recency.takeDue(10)).toEqual([id]);
    expect(recency.renewal(id, undefined)).toBeUndefined();
    recency.unpin(idOf('a'));
    expect(recency.takeDue(10)).toEqual([]);
  });

  it('spares what was pinned before a restart and has only been read since', async () => {
    const storage = disk();
    const clock = new HandClock();
    const first = await openFloors(storage, { clock });
    await raiseAll(first, ['a']);
    const second = await openFloors(storage, { clock });
    second.floors.pin(idOf('a'));
    await second.floors.get(idOf('a'));
    await second.floors.close();
    const third = await openFloors(storage, { clock, maxFloors: 10 });
    await raiseAll(third, numbered(30));
    expect(await storedRevision(storage, 'a')).toBe(1n);
  });

  it('knows what was read, also before a restart, though reading does not write', async () => {
    const storage = disk();
    const clock = new HandClock();
    const first = await openFloors(storage, { clock });
    await raiseAll(first, ['old', 'read']);
    clock.time += DAY;
    const commits = storage.commits;
    for (let i = 0; i < 100; i++) await first.floors.get(idOf('read'));
    expect(storage.commits).toBe(commits);
    await first.floors.close();
    expect(storage.commits).toBe(commits + 1);

    clock.time -= DAY / 2;
    const second = await openFloors(storage, { clock, maxFloors: 10 });
    await raiseAll(second, numbered(9));
    expect([await storedRevision(storage, 'old'), await storedRevision(storage, 'read')]).toEqual(['nothing', 1n]);
  });

  it('looks often enough to evict what other processes have added', async () => {
    const storage = disk();
    const [one, two] = [await openFloors(storage, { maxFloors: 100 }), await openFloors(storage, { maxFloors: 100 })];
    for (let i = 0; i < 300; i += 2) {
      await raiseAll(one, [`n${i}`]);
      await raiseAll(two, [`n${i + 1}`]);
      expect(await count(storage)).toBeLessThanOrEqual(120);
    }
  });

  it('takes unreadable records first, and a date beyond any lease for a lie', async () => {
    const storage = disk();
    const store = await openFloors(storage, { maxFloors: 10 });
    await plant(storage, keyOf('broken'), new Uint8Array(200));
    await plant(storage, keyOf('liar'), packFloor(takeSignedEntry(genuine('liar', 1)), 2 ** 52));
    await raiseAll(store, numbered(9));
    expect([await storedRevision(storage, 'broken'), await storedRevision(storage, 'liar')]).toEqual(['nothing', 'nothing']);
    expect(await storedRevision(storage, 'n0')).toBe(1n);
  });

  it('spares what is used while it runs', async () => {
    const storage = disk();
    let hasScanned = false;
    const store = await openFloors(
      {
        async open() {
          const connection = await storage.open();
          return {
            ...connection,
            scan(range, limit) {
              hasScanned = true;
              return connection.scan(range, limit);
            },
            update(changes) {
              if (hasScanned) store.floors.pin(idOf('n0')); // chosen, and not yet deleted
              return connection.update(changes);
            },
          };
        },
      },
      { maxFloors: 10 },
    );
    await raiseAll(store, numbered(11));
    expect(await count(storage)).toBeLessThanOrEqual(10);
    expect(await storedRevision(storage, 'n0')).toBe(1n);
  });

  it('in memory bounds what waits for a broken storage, and drops the least recently used first', async () => {
    const storage = disk();
    storage.fault = 'blocked';
    const store = await openFloors(storage, { maxFloors: 10 });
    await raiseAll(store, numbered(100));
    expect(store.floors.unsaved).toBeLessThanOrEqual(10);
    expect((await store.floors.get(idOf('n99')))?.durability).toBe('volatile');
  });
});
