import { hasCode } from '../../error.ts';
import { decodeVault, vaultDamaged } from '../../keyring/vault/index.ts';
import { equalBytes } from '../../registry/bytes.ts';
import type { Disk, FileName } from './disk.ts';
import type { Copy } from './seen.ts';

/** The vault that stands in a directory, and under which name: where the present one is damaged, a whole one of its making. */
export interface StandingCopy extends Copy {
  readonly name: FileName;
}

/**
 * The vault that stands in a directory. The file `vault` is it while it is whole: it changes by a rename, and the other two are left over from a
 * replacement that did not end. Only where it is not whole do they count, the newer one first.
 * @throws RegistryError `STORAGE` if there is a vault and no whole copy of it; `FORBIDDEN`, `UNSUPPORTED`
 */
export function standingCopy(disk: Disk): StandingCopy | undefined {
  const present = copyNamed(disk, 'vault');
  if (typeof present === 'object') return present;
  const [next, old] = [copyNamed(disk, 'vault.new'), copyNamed(disk, 'vault.old')];
  const [newest] = [next, old].filter((copy) => typeof copy === 'object').sort((a, b) => (a.generation > b.generation ? -1 : 1));
  if (newest !== undefined) return newest;
  // A `vault.new` alone that is not whole is a first vault that never came to be.
  if (present === 'damaged' || old === 'damaged') throw vaultDamaged();
  return undefined;
}

function copyNamed(disk: Disk, name: FileName): StandingCopy | 'damaged' | undefined {
  const bytes = disk.read(name);
  if (bytes === undefined) return undefined;
  try {
    return { name, bytes, generation: decodeVault(bytes).generation };
  } catch (error) {
    if (hasCode(error, 'STORAGE')) return 'damaged';
    throw error;
  }
}

/** Brings what stands there to the medium, be it nothing. */
export function settle(disk: Disk, copy: StandingCopy | undefined): void {
  if (copy !== undefined) disk.sync(copy.name);
  disk.syncDirectory();
}

/**
 * Puts a vault in the place of the one that stands there. If it throws, that one still stands, unless the disk fails at restoring it too: then
 * either does, and whole.
 */
export function putInPlace(disk: Disk, present: StandingCopy | undefined, next: Uint8Array): void {
  if (present !== undefined && present.name !== 'vault') {
    disk.rename(present.name, 'vault');
    disk.syncDirectory();
  }
  removeLeftovers(disk);
  try {
    write(disk, 'vault.new', next);
    if (present !== undefined) write(disk, 'vault.old', present.bytes);
    disk.rename('vault.new', 'vault');
    disk.syncDirectory();
    verify(disk, 'vault', next);
  } catch (error) {
    attempt(() => restore(disk, present));
    throw error;
  }
  attempt(() => disk.remove('vault.old'));
}

/** Removes the vault and what is left over, the vault last: a crash must not bring an older one back. */
export function removeAll(disk: Disk): void {
  removeLeftovers(disk);
  disk.syncDirectory();
  disk.remove('vault');
  disk.syncDirectory();
}

function removeLeftovers(disk: Disk): void {
  disk.remove('vault.new');
  disk.remove('vault.old');
}

function write(disk: Disk, name: FileName, bytes: Uint8Array): void {
  disk.create(name, bytes);
  verify(disk, name, bytes);
}

function verify(disk: Disk, name: FileName, expected: Uint8Array): void {
  const found = disk.read(name);
  if (found === undefined || !equalBytes(found, expected)) throw new Error(`${name} does not hold what was written to it`);
}

function restore(disk: Disk, present: StandingCopy | undefined): void {
  const found = disk.read('vault');
  if (present === undefined) disk.remove('vault');
  else if (found === undefined || !equalBytes(found, present.bytes)) disk.rename('vault.old', 'vault');
  disk.syncDirectory();
  removeLeftovers(disk);
}

/** Tries what the vault that stands there does not depend on. */
function attempt(action: () => void): void {
  try {
    action();
  } catch {
    // The next replacement begins with it.
  }
}
