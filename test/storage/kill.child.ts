import { writeSync } from 'node:fs';
import { FloorStore } from '../../src/storage/floors.ts';
import { LmdbStorage } from '../../src/storage/lmdb.node.ts';
import { genuine, verify } from './fixtures.ts';

/**
 * Raises for ever, and writes a line for each raise that was acknowledged: four keys over and over, or ever new ones if told to grow.
 * Bundled and killed by lmdb.node.test.ts.
 */
const [, , path = '', grow] = process.argv;
const floors = await FloorStore.open(new LmdbStorage({ path }), { verify });
for (let round = 1; ; round++) {
  await Promise.all(
    ['a', 'b', 'c', 'd'].map(async (name) => {
      const called = grow ? `${name}${round}` : name;
      const [floor] = await floors.raise([genuine(called, round)]);
      writeSync(1, `${called} ${floor?.entry.revision} ${floor?.durability}\n`);
    }),
  );
}
