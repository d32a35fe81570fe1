import type { StorageAdapter } from './adapter.ts';
import { LmdbStorage } from './lmdb.node.ts';

/** The storage that `RuntimeOptions.storage` names, on Node: none, which is memory alone, unless told otherwise. */
export function storageNamed(option: 'memory' | 'persistent' | { readonly path: string } = 'memory'): StorageAdapter | undefined {
  if (option === 'memory') return undefined;
  return new LmdbStorage(option === 'persistent' ? {} : { path: option.path });
}
