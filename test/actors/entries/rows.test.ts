import { describe, expect, it } from 'vitest';
import { MemoryFloors } from '../../../actors/entries/memory-floors.ts';
import type { Floors } from '../../../actors/entries/world.ts';
import { nameOf } from '../../../src/registry/index.ts';
import { someone } from '../../runtime/fixture/author.ts';
import { TableBench } from './table-bench.ts';

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
  await Promise.all(rows.map(({ recalled }) => recalled));
  return rows.map(({ latest }) => latest?.revision);
}

describe('the floors of rows that are wanted in one turn', () => {
  it('are asked for once more where they could not be told', async () => {
    let asked = 0;
    expect(await open(() => asked++ === 0)).toEqual([1n, 2n]);
  });

  it('are told of all others where one of them cannot be', async () => {
    expect(await open((names) => names.includes(nameOf(ONE)))).toEqual([undefined, 2n]);
  });

  it('are read together', async () => {
    let asked = 0;
    expect(await open(() => asked++ < 0)).toEqual([1n, 2n]);
    expect(asked).toBe(1);
  });
});
