import { mkdir, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { filter, firstValueFrom } from 'rxjs';
import { RegistryError } from '../error.ts';
import { openVault, type OwnVault } from '../runtime.ts';
import { UsageError } from './command.ts';
import { PASSWORD_OPTION } from './password.ts';
import { stateDirectory } from './state-directory.ts';

/** Options of every command that uses a vault. */
export const VAULT_OPTIONS = {
  vault: { type: 'string', help: "the folder that the vault is in (default: in the user's state directory)" },
  ...PASSWORD_OPTION,
} as const;

/** A vault, and the folder it is in. */
export interface PlacedVault {
  readonly vault: OwnVault;
  readonly folder: string;
}

/**
 * Opens the folder of a vault that is to be made, gives it to `use`, and closes it whatever happens.
 * @throws RegistryError `CONFLICT` if there is a vault and `isReplacing` is not said; `STORAGE`
 */
export async function withNewVault<T>(given: string | undefined, { isReplacing }: { readonly isReplacing: boolean }, use: (placed: PlacedVault) => Promise<T>): Promise<T> {
  const folder = folderOf(given);
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
    throw new RegistryError('STORAGE', `${folder} cannot be made a folder`, { cause, retryable: false, hint: 'name another one with --vault' });
  });
  return opened(folder, async (placed, state) => {
    if (state !== 'empty' && !isReplacing) {
      throw new RegistryError('CONFLICT', `there is a vault in ${folder}`, {
        hint: 'name another folder with --vault; where its password is lost, secure-registry keyring recover --replace puts another one in its place',
      });
    }
    return use(placed);
  });
}

/**
 * Opens a vault that stands, gives it to `use`, and closes it whatever happens.
 * @throws RegistryError `STORAGE` if none is there
 */
export async function withVault<T>(given: string | undefined, use: (placed: PlacedVault) => Promise<T>): Promise<T> {
  const folder = folderOf(given);
  const isFolder = await stat(folder).then((found) => found.isDirectory(), () => false);
  if (!isFolder) throw noVault(folder); // opening it would make it
  return opened(folder, async (placed, state) => {
    if (state === 'empty') throw noVault(folder);
    return use(placed);
  });
}

function folderOf(given = stateDirectory('vault')): string {
  if (given === '') throw new UsageError('--vault must be a folder');
  return resolve(given);
}

async function opened<T>(folder: string, use: (placed: PlacedVault, state: 'empty' | 'locked') => Promise<T>): Promise<T> {
  const vault = await openVault({ storage: { path: folder } });
  try {
    const state = await firstValueFrom(vault.state$.pipe(filter((now) => now !== 'opening')));
    if (state === 'unavailable') await tellWhy(vault);
    return await use({ vault, folder }, state === 'empty' ? 'empty' : 'locked');
  } finally {
    await vault.close();
  }
}

/**
 * Has the vault say why it cannot be read, before anybody is asked for a password. This way to open it tries none.
 * @throws RegistryError `STORAGE`, `FORBIDDEN`, `UNSUPPORTED`
 */
async function tellWhy(vault: OwnVault): Promise<void> {
  await vault.unlock({ method: 'os' });
  await vault.lock();
}

const noVault = (folder: string): RegistryError =>
  new RegistryError('STORAGE', `there is no vault in ${folder}`, { retryable: false, hint: 'name its folder with --vault; secure-registry keyring new makes one' });
