import { RegistryError } from '../../error.ts';

/** Why a place does not do what it is asked to. None of these succeeds by trying again. */
export const vaultReplaced = (): RegistryError => new RegistryError('CONFLICT', 'the vault was replaced meanwhile', { hint: 'Load it again, and change what stands there now.' });

export const vaultIsOlder = (): RegistryError =>
  new RegistryError('STORAGE', 'the vault that stands here is not the newest one that was seen', {
    retryable: false,
    hint: 'Put the newest file back; or accept this one, if you have restored it yourself, or the newest is lost.',
  });

export const vaultIsMissing = (): RegistryError =>
  new RegistryError('STORAGE', 'the vault that was seen here is gone', { retryable: false, hint: 'Put the file back; or accept that it is gone, if you have removed it yourself.' });

export const vaultIsExposed = (hint: string): RegistryError => new RegistryError('FORBIDDEN', 'others may read or redirect the vault', { hint });
