import { writeSync } from 'node:fs';
import { FloorStore } from '../../src/storage/floors.ts';
import { LmdbStorage } from '../../src/storage/lmdb.node.ts';
import { genuine, verify } from './fixtures.ts';

/** Raises for ever, and writes a line for each raise that was acknowledged. Bundled and killed by lmdb.node.test.ts. */
const floors = await FloorStore.open(new LmdbStorage({ path: process.argv[2] ?? '' }), { verify });
for (let round = 1; ; round++) {
  await Promise.all(
    ['a', 'b', 'c', 'd'].map(async (name) => {
      const [floor] = await floors.raise([genuine(name, round)]);
      writeSync(1, `${name} ${floor?.entry.revision} ${floor?.durability}\n`);
    }),
  );
}
