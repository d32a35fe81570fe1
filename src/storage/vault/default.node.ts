import { resolve as absolute } from 'node:path';
import { realClock, type Clock } from '../../world.ts';
import type { StorageAdapter } from '../adapter.ts';
import { LmdbStorage, stateDirectory } from '../lmdb.node.ts';
import { MemoryStorage } from '../memory.ts';
import { AttemptLedger } from './attempts.ts';
import { NodeDisk } from './disk.node.ts';
import { FileVault } from './file-vault.ts';
import { openRecord, type OpenedVaultPlace } from './opened.ts';

/**
 * Opens the place for a vault that `RuntimeOptions.storage` names, on Node: a file of the directory that the storage is in, or memory alone.
 * @param adapter a storage to keep it in instead, as a record
 * @throws RegistryError `STORAGE`
 */
export async function openVaultPlace(
  option: 'memory' | 'persistent' | { readonly path: string } = 'memory',
  adapter?: StorageAdapter,
  clock: Clock = realClock,
): Promise<OpenedVaultPlace> {
  if (adapter !== undefined) return openRecord(adapter, clock);
  if (option === 'memory') return openRecord(new MemoryStorage(), clock);
  const path = absolute(option === 'persistent' ? stateDirectory() : option.path);
  const connection = await new LmdbStorage({ path }).open();
  const place = new FileVault(connection, new NodeDisk(path));
  return { place, ledger: new AttemptLedger(connection, clock), close: () => place.close() };
}
