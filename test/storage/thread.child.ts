import { parentPort, workerData } from 'node:worker_threads';
import { onBoot } from '#threads';
import { FloorStore } from '../../src/storage/floors.ts';
import { LmdbStorage } from '../../src/storage/lmdb.node.ts';
import { genuine, verify } from './fixtures.ts';

/** Raises for ever in a worker thread, until it is terminated. */
onBoot(() => 'booted');
const floors = await FloorStore.open(new LmdbStorage({ path: workerData as string }), { verify });
for (let round = 1; ; round++) {
  const [floor] = await floors.raise([genuine('a', round)]);
  parentPort?.postMessage(floor?.entry.revision, []);
}
