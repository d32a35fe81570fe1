import { RegistryError } from '../error.ts';
import type { StorageAdapter } from './adapter.ts';
import { IndexedDbStorage } from './indexeddb.ts';
import { MemoryStorage } from './memory.ts';

/**
 * The storage that `RuntimeOptions.storage` names, in a browser: IndexedDB unless told otherwise.
 * @throws RegistryError `UNSUPPORTED` for a path
 */
export function storageNamed(option: 'memory' | 'persistent' | { readonly path: string } = 'persistent'): StorageAdapter {
  if (option === 'memory') return new MemoryStorage();
  if (option === 'persistent') return new IndexedDbStorage();
  throw new RegistryError('UNSUPPORTED', 'a browser has no paths to store at', { field: 'storage', hint: "Use 'persistent' or 'memory'." });
}
