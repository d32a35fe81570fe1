import type { StorageAdapter } from './adapter.ts';
import { LmdbStorage } from './lmdb.node.ts';
import { MemoryStorage } from './memory.ts';

/** The storage that `RuntimeOptions.storage` names, on Node: memory unless told otherwise. */
export function storageNamed(option: 'memory' | 'persistent' | { readonly path: string } = 'memory'): StorageAdapter {
  if (option === 'memory') return new MemoryStorage();
  return new LmdbStorage(option === 'persistent' ? {} : { path: option.path });
}
