import { describe, expect, it } from 'vitest';
import { MemoryFloors } from '../../../actors/entries/memory-floors.ts';
import type { Floors } from '../../../actors/entries/world.ts';
import { nameOf, packEntry, takeSignedEntry } from '../../../src/registry/index.ts';
import type { FakeClock } from '../../link/fixture/clock.ts';
import { someone } from '../../runtime/fixture/author.ts';
import { A, TableBench } from './table-bench.ts';

const author = someone();
const [ONE, OTHER] = [author.entry(1n, '', { name: 'one' }), author.entry(2n, '', { name: 'other' })];

/** A table with two floors, of which those that `fails` tells cannot be read. */
async function open(fails: (names: readonly string[]) => boolean) {
  const bench = new TableBench({
    floors: (clock): Floors => {
      const floors = new MemoryFloors(clock, 100);
      const getMany = floors.getMany.bind(floors);
      floors.getMany = (entries) => (fails(entries.map(({ name }) => name)) ? Promise.reject(new Error('it cannot be told')) : getMany(entries));
      void floors.raise([ONE, OTHER]);
      return floors;
    },
  });
  const rows = [ONE, OTHER].map((entry) => bench.table.rows.demand(nameOf(entry)));
  await Promise.allSettled(rows.map((row) => bench.table.rows.recalled(row)));
  return rows.map((row) => (row.isRecalled ? row.latest?.revision : 'recalling'));
}

describe('the floors of rows that are wanted in one turn', () => {
  it('are asked for once more where they could not be told', async () => {
    let asked = 0;
    expect(await open(() => asked++ === 0)).toEqual([1n, 2n]);
  });

  it('are told of all others where one of them cannot be', async () => {
    expect(await open((names) => names.includes(nameOf(ONE)))).toEqual(['recalling', 2n]);
  });

  it('are read together', async () => {
    let asked = 0;
    expect(await open(() => asked++ < 0)).toEqual([1n, 2n]);
    expect(asked).toBe(1);
  });
});

/** Floors of which none can be told while `isBroken`, and that ones above {@link ONE} and {@link OTHER} were raised before. */
function breakable(isShared = false) {
  const storage = { isBroken: true };
  const floors = (clock: FakeClock): Floors => {
    const inner = new MemoryFloors(clock, 100);
    const getMany = inner.getMany.bind(inner);
    void inner.raise([author.entry(7n, '', { name: 'one' })]);
    return Object.assign(inner, { isShared, getMany: (entries: Parameters<Floors['getMany']>[0]) => (storage.isBroken ? Promise.reject(new Error('it cannot be told')) : getMany(entries)) });
  };
  const bench = new TableBench({ portals: [A], floors });
  bench.stands.set(A, ONE);
  const read = async (): Promise<unknown> => {
    const asked = bench.read(ONE);
    await bench.clock.advance(100);
    return asked.outcome;
  };
  return { bench, storage, read };
}

describe('a floor that cannot be told', () => {
  it('G2: is not none: a read of the entry is refused, no portal is asked, and the next read asks the storage again', async () => {
    const { bench, storage, read } = breakable();
    expect(await read()).toMatchObject({ code: 'STORAGE', retryable: true });
    expect([bench.asked, [...bench.wanted]]).toEqual([[], []]);
    storage.isBroken = false;
    // What the portal has is older, and what is newer is known.
    expect(await read()).toMatchObject({ packed: packEntry(takeSignedEntry(author.entry(7n, '', { name: 'one' }))) });
    expect([...bench.wanted]).toEqual([nameOf(ONE)]);
  });

  it('G2: nothing is shown to a watcher before it can be told, and then that is, within policy.retryInterval', async () => {
    const { bench, storage } = breakable();
    bench.table.watch(nameOf(ONE));
    await bench.connect(1, A);
    await bench.push(1, A, ONE);
    await bench.clock.advance(60_000);
    expect([bench.updates, bench.asked]).toEqual([[], []]);
    storage.isBroken = false;
    await bench.clock.advance(5_000);
    expect(bench.updates.map(({ result }) => result.exists && result.packed)).toEqual([packEntry(takeSignedEntry(author.entry(7n, '', { name: 'one' })))]);
  });

  it('G2: a write of an older entry is not taken for the first', async () => {
    const { bench } = breakable();
    await expect(bench.writing.write({ entry: takeSignedEntry(ONE), isFinal: false, confirmations: 0 }, new AbortController().signal)).rejects.toMatchObject({ code: 'STORAGE' });
    expect(bench.posted).toEqual([]);
  });

  it('G2: refuses a read that would have shown what is known, where another process may have seen something newer', async () => {
    const { storage, read } = breakable(true);
    storage.isBroken = false;
    expect(await read()).toMatchObject({ exists: true });
    storage.isBroken = true;
    expect(await read()).toMatchObject({ code: 'STORAGE', current: { revision: 7n } });
  });
});
