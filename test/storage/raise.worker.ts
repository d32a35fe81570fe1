import { FloorStore } from '../../src/storage/floors.ts';
import { IndexedDbStorage } from '../../src/storage/indexeddb.ts';
import type { SignedEntry } from '../../src/registry/entry.ts';
import { verify } from './fixtures.ts';

/** Another tab: opens the storage it is told and raises what it is sent. */
addEventListener('message', ({ data }: MessageEvent<{ name: string; entries: SignedEntry[] }>) => {
  void (async () => {
    const floors = await FloorStore.open(new IndexedDbStorage({ name: data.name }), { verify });
    const raised = await Promise.all(data.entries.map((entry) => floors.raise([entry])));
    await floors.close();
    postMessage(raised.flat().map(({ durability }) => durability), { transfer: [] });
  })();
});
