// A portal in a process of its own: `node portal.mjs COUNT [STORE]` serves entries 0 … COUNT-1 at revision 1, and entry COUNT forged. STORE is
// `memory`, `nothing` (it takes whatever comes and keeps none of it), or the directory of an LMDB store, which is left as it is.
import { createPortal, LmdbStore, MemoryStore } from 'secure-registry/portal';
import { entryOf, forgedEntryOf } from './entries.mjs';

const [count, name = 'memory'] = [Number(process.argv[2]), process.argv[3]];

async function filledStore() {
  const store = new MemoryStore();
  for (let number = 0; number < count; number++) await store.putIfNewer(entryOf(number, 1));
  await store.putIfNewer(forgedEntryOf(count, 1)); // a store does not verify; what does, stands before it
  return store;
}

const nothing = { get: async () => undefined, putIfNewer: async () => ({ outcome: 'stored' }), close: async () => {} };
const stores = { memory: filledStore, nothing: async () => nothing };

const { url } = await createPortal({ store: await (stores[name] ?? (() => LmdbStore.open(name)))() });
console.log(JSON.stringify({ url, pid: process.pid }));
