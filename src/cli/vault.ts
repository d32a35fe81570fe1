import { mkdir, rmdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { hasCode, RegistryError } from '../error.ts';
import { openVault, type OwnVault } from '../runtime.ts';
import { openVaultPlace } from '../storage/vault/default.node.ts';
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

/** How a vault is to be made. */
export interface VaultPlan<P> {
  /** Whether one that stands there gives way, whatever state it is in. */
  readonly isReplacing: boolean;
  /** Whatever is to be read and asked before. It is called once it is known that the vault can be made, and before anything is stored. */
  readonly prepare: () => Promise<P>;
}

/**
 * Opens the folder of a vault that is to be made, gives it to `use`, and closes it whatever happens. Of a preparation that fails no new folder is left.
 * @throws RegistryError `CONFLICT` if there is a vault and it is not to be replaced; `STORAGE`, also if one is damaged, gone, or older than one that was there; `FORBIDDEN`;
 * `UNSUPPORTED`
 */
export async function withNewVault<P, T>(given: string | undefined, plan: VaultPlan<P>, use: (placed: PlacedVault, prepared: P) => Promise<T>): Promise<T> {
  const folder = folderOf(given);
  const prepared = await preparedIn(folder, plan);
  return opened(folder, (placed) => use(placed, prepared));
}

async function preparedIn<P>(folder: string, { isReplacing, prepare }: VaultPlan<P>): Promise<P> {
  const firstMade = await makeFolder(folder);
  if (firstMade === undefined) {
    await refuseStandingVault(folder, isReplacing);
    return prepare();
  }
  try {
    return await prepare();
  } catch (error) {
    await removeEmpty(folder, firstMade);
    throw error;
  }
}

/** @returns the topmost folder that was made, undefined if all were there */
async function makeFolder(folder: string): Promise<string | undefined> {
  try {
    return await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new RegistryError('STORAGE', `${folder} cannot be made a folder`, { cause, retryable: false, hint: 'name another one with --vault' });
  }
}

/** Removes a folder and those above it, up to `last`, as far as nobody put anything there. */
async function removeEmpty(folder: string, last: string): Promise<void> {
  const isRemoved = await rmdir(folder).then(() => true, () => false);
  if (isRemoved && folder !== last) await removeEmpty(dirname(folder), last);
}

async function refuseStandingVault(folder: string, isReplacing: boolean): Promise<void> {
  try {
    const isThere = await look(folder);
    if (isThere && !isReplacing) {
      throw new RegistryError('CONFLICT', `there is a vault in ${folder}`, {
        hint: 'name another folder with --vault; where its password is lost, secure-registry keyring recover --replace puts another one in its place',
      });
    }
  } catch (error) {
    if (!isReplacing || !isLost(error)) throw error;
  }
}

/**
 * Opens a vault that stands, gives it to `use`, and closes it whatever happens.
 * @param options.acceptOlder takes for good what stands there, or that none does, whatever stood there before
 * @throws RegistryError `STORAGE` if none is there, or it is damaged, gone, or older than one that was there; `FORBIDDEN`; `UNSUPPORTED`
 */
export async function withVault<T>(given: string | undefined, use: (placed: PlacedVault) => Promise<T>, { acceptOlder = false }: { readonly acceptOlder?: boolean } = {}): Promise<T> {
  const folder = folderOf(given);
  const isFolder = await stat(folder).then((found) => found.isDirectory(), () => false);
  const isThere = isFolder && (await look(folder, acceptOlder)); // looking would make the folder
  if (!isThere) throw new RegistryError('STORAGE', `there is no vault in ${folder}`, { retryable: false, hint: 'name its folder with --vault; secure-registry keyring new makes one' });
  return opened(folder, use);
}

function folderOf(given = stateDirectory('vault')): string {
  if (given === '') throw new UsageError('--vault must be a folder');
  return resolve(given);
}

async function opened<T>(folder: string, use: (placed: PlacedVault) => Promise<T>): Promise<T> {
  const vault = await openVault({ storage: { path: folder } });
  try {
    return await use({ vault, folder });
  } finally {
    await vault.close();
  }
}

/**
 * Whether a vault stands in a folder, told before anybody is shown or asked anything. The vault itself would tell only who tries to open it.
 * @throws RegistryError as {@link withVault}
 */
async function look(folder: string, acceptOlder = false): Promise<boolean> {
  const kept = await openVaultPlace({ path: folder });
  try {
    const stored = await kept.place.load({ acceptOlder });
    if (stored === undefined && acceptOlder) await kept.place.vouch(undefined);
    return stored !== undefined;
  } catch (error) {
    if (!isLost(error)) throw error;
    throw new RegistryError('STORAGE', error.message, { retryable: false, cause: error, hint: LOST_HINT });
  } finally {
    await kept.close();
  }
}

/** Whether a vault is damaged, older than one that was there, or gone: trying again changes nothing. */
const isLost = (error: unknown): error is RegistryError => hasCode(error, 'STORAGE') && !error.retryable;

const LOST_HINT =
  'put the newest file back; or secure-registry keyring recover --replace makes it anew, of its mnemonic; if it is you who put an older one there, or took it away, secure-registry keyring show --accept-older takes that for good';
