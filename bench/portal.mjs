// A portal in a process of its own: `node portal.mjs COUNT` serves entries 0 … COUNT-1 at revision 1, and entry COUNT forged.
import { createPortal, MemoryStore } from 'secure-registry/portal';
import { entryOf, forgedEntryOf } from './entries.mjs';

const count = Number(process.argv[2]);
const store = new MemoryStore();
for (let number = 0; number < count; number++) await store.putIfNewer(entryOf(number, 1));
await store.putIfNewer(forgedEntryOf(count, 1)); // a store does not verify; what does, stands before it
const { url } = await createPortal({ store });
console.log(JSON.stringify({ url }));
