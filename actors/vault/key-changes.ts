import { invalidInput, RegistryError } from '../../src/error.ts';
import { takeImportedKey, takeKeyData, type KeyData } from '../../src/keyring/index.ts';

/**
 * Key data with one key more.
 * @throws RegistryError `INVALID_INPUT`, also for a name that is taken, and for a key that is there under another name
 */
export function withKey(keyData: KeyData, name: unknown, key: unknown): KeyData {
  if (typeof name !== 'string') throw invalidInput('imported.name', 'a name');
  if (Object.hasOwn(keyData, name)) throw invalidInput('imported.name', 'one that no key has yet');
  return takeKeyData({ ...keyData, [name]: takeImportedKey(key, 'imported.key') }, 'imported');
}

/** @throws RegistryError `UNKNOWN_KEY`; `INVALID_INPUT` for the last one */
export function withoutKey(keyData: KeyData, name: unknown): KeyData {
  if (typeof name !== 'string' || name === 'version' || !Object.hasOwn(keyData, name)) throw new RegistryError('UNKNOWN_KEY', 'there is no key of that name', { field: 'removed.name' });
  const rest = Object.fromEntries(Object.entries(keyData).filter(([other]) => other !== name));
  if (Object.keys(rest).length === 1) throw invalidInput('removed.name', 'not the last one: a vault without a key is removed by `destroy`');
  return takeKeyData(rest, 'keyData');
}
