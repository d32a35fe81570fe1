import { RegistryError } from '../error.ts';
import type { StorageAdapter } from './adapter.ts';
import { IndexedDbStorage } from './indexeddb.ts';

/**
 * The storage that `RuntimeOptions.storage` names, in a browser: IndexedDB unless told otherwise; none for memory alone.
 * @throws RegistryError `UNSUPPORTED` for a path
 */
export function storageNamed(option: 'memory' | 'persistent' | { readonly path: string } = 'persistent'): StorageAdapter | undefined {
  if (option === 'memory') return undefined;
  if (option === 'persistent') return new IndexedDbStorage();
  throw new RegistryError('UNSUPPORTED', 'a browser has no paths to store at', { field: 'storage', hint: "Use 'persistent' or 'memory'." });
}
