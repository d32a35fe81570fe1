// A portal in a process of its own: `node portal.mjs COUNT [STORE]` serves entries 0 … COUNT-1 at revision 1, and entry COUNT forged; with a COUNT of 0,
// what its store has. STORE is `memory`, `nothing` (it takes whatever comes and keeps none of it), or the directory of an LMDB store.
import { createPortal, LmdbStore, MemoryStore } from 'secure-registry/portal';
import { entryOf, forgedEntryOf } from './entries.mjs';

const count = Number(process.argv[2]);
const name = process.argv[3] ?? 'memory';

const nothing = { get: async () => undefined, putIfNewer: async () => ({ outcome: 'stored' }), close: async () => {} };
const stores = { memory: () => new MemoryStore(), nothing: () => nothing };

const store = Object.hasOwn(stores, name) ? stores[name]() : await LmdbStore.open(name);
if (count > 0) {
  const genuine = Array.from({ length: count }, (_, number) => store.putIfNewer(entryOf(number, 1)));
  await Promise.all([...genuine, store.putIfNewer(forgedEntryOf(count, 1))]); // a store does not verify; what does, stands before it
}

const { url } = await createPortal({ store });
console.log(JSON.stringify({ url, pid: process.pid }));
