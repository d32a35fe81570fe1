import { RegistryError } from '../../error.ts';
import { realClock, type Clock } from '../../world.ts';
import type { StorageAdapter } from '../adapter.ts';
import { IndexedDbStorage } from '../indexeddb.ts';
import { MemoryStorage } from '../memory.ts';
import { openRecord, type OpenedVaultPlace } from './opened.ts';

/**
 * Opens the place for a vault that `RuntimeOptions.storage` names, in a browser: a record of IndexedDB unless told otherwise, or of memory alone.
 * @param adapter a storage to keep it in instead
 * @throws RegistryError `STORAGE`; `UNSUPPORTED` for a path
 */
export async function openVaultPlace(
  option: 'memory' | 'persistent' | { readonly path: string } = 'persistent',
  adapter?: StorageAdapter,
  clock: Clock = realClock,
): Promise<OpenedVaultPlace> {
  if (adapter !== undefined) return openRecord(adapter, clock);
  if (option === 'memory') return openRecord(new MemoryStorage(), clock);
  if (option === 'persistent') return openRecord(new IndexedDbStorage(), clock);
  throw new RegistryError('UNSUPPORTED', 'a browser has no paths to store at', { field: 'storage', hint: "Use 'persistent' or 'memory'." });
}
