import type { VaultPlace } from '../../../src/storage/vault/place.ts';
import { MemoryStorage } from '../../../src/storage/memory.ts';
import { FileVault } from '../../../src/storage/vault/file-vault.ts';
import { RecordVault } from '../../../src/storage/vault/record-vault.ts';
import { SimulatedDisk } from './simulated-disk.ts';

/** Every implementation that runs everywhere: each call makes an empty place, and gives what opens it. */
export const PLACES: Readonly<Record<string, () => () => Promise<VaultPlace>>> = {
  'RecordVault in memory': () => {
    const storage = new MemoryStorage();
    return async () => new RecordVault(await storage.open());
  },
  'FileVault on a simulated disk': () => {
    const [storage, disk] = [new MemoryStorage(), new SimulatedDisk()];
    return async () => new FileVault(await storage.open(), disk);
  },
};
