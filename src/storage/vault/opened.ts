import type { Clock } from '../../world.ts';
import type { StorageAdapter } from '../adapter.ts';
import { AttemptLedger } from './attempts.ts';
import type { VaultPlace } from './place.ts';
import { RecordVault } from './record-vault.ts';

/** Where a vault is kept, and beside it who gave wrong passwords. */
export interface OpenedVaultPlace {
  readonly place: VaultPlace;
  readonly ledger: AttemptLedger;
  /** Closes both. */
  close(): Promise<void>;
}

/**
 * A vault that is a record of a storage.
 * @throws RegistryError `STORAGE`
 */
export async function openRecord(adapter: StorageAdapter, clock: Clock): Promise<OpenedVaultPlace> {
  const connection = await adapter.open();
  const place = new RecordVault(connection);
  return { place, ledger: new AttemptLedger(connection, clock), close: () => place.close() };
}
