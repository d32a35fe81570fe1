import { RegistryError } from '../../error.ts';

/** Why a place does not do what it is asked to. None of these succeeds by trying again. */
export const vaultReplaced = (): RegistryError => new RegistryError('CONFLICT', 'the vault was replaced meanwhile', { hint: 'Load it again, and change what stands there now.' });

export const vaultIsOlder = (): RegistryError =>
  new RegistryError('STORAGE', 'the vault is not the newest that was seen here: somebody has put another one in its place', {
    retryable: false,
    hint: 'Put the newest file back; or accept the older one, if you have restored it yourself.',
  });

export const vaultIsMissing = (): RegistryError =>
  new RegistryError('STORAGE', 'the vault that was seen here is gone', { retryable: false, hint: 'Put the file back; or accept that it is gone, if you have removed it yourself.' });

export const vaultIsExposed = (hint: string): RegistryError => new RegistryError('FORBIDDEN', 'others may read or redirect the vault', { hint });
