import { RegistryError } from '../../error.ts';

/** All damage is this one error: what exactly is wrong helps nobody who has no other copy. */
export const vaultDamaged = (): RegistryError =>
  new RegistryError('STORAGE', 'the vault is damaged', { retryable: false, hint: 'Restore it from a copy, or recover the keys from the mnemonic.' });

export const vaultUnsupported = (): RegistryError =>
  new RegistryError('UNSUPPORTED', 'the vault was written by a newer version of this library', { hint: 'Update the library.' });
