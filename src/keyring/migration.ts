import { invalidInput, RegistryError } from '../error.ts';
import type { KeyData } from './key-data.ts';
import { KEY_DATA_VERSION, takeKeyData } from './key-data-faults.ts';
import { MAX_KEYS } from './key-name.ts';
import { readPlainData } from './plain-data.ts';

/**
 * Turns key data of one version into that of the next. Pure: it is given a copy to do with as it likes, and what it returns says the next
 * version.
 */
export type Migration = (keyData: unknown) => unknown;

/** The first leads from version 1 to 2, and so on. There is one version yet. */
const MIGRATIONS: readonly Migration[] = [];

/**
 * Key data of any version as that of this one. Nothing changes what it was given; key data of this version comes back as a copy.
 * @throws RegistryError `INVALID_INPUT`; `UNSUPPORTED` for a version that this library does not know
 */
export const migrateKeyData = (value: unknown): KeyData => takeKeyData(migrated(value, MIGRATIONS, KEY_DATA_VERSION), 'keyData');

/**
 * Goes from version to version, up to `last`; a step that throws ends it, with nothing changed.
 * @param steps the first leads from version 1 to 2
 */
export function migrated(value: unknown, steps: readonly Migration[], last: number): unknown {
  const version = versionOf(value);
  if (version < 1 || version > last) throw unknownVersion();
  if (version === last) return value;
  let keyData: unknown = copied(value);
  for (let from = version; from < last; from++) {
    const step = steps[from - 1];
    if (step === undefined) throw unknownVersion();
    keyData = step(keyData);
    if (versionOf(keyData) !== from + 1) throw new RegistryError('UNSUPPORTED', `the migration from version ${from} did not lead to the next one`);
  }
  return keyData;
}

function versionOf(value: unknown): number {
  const version = readPlainData(value, 1 + MAX_KEYS)?.get('version');
  if (!Number.isSafeInteger(version)) throw invalidInput('keyData', 'plain data with a version');
  return version as number;
}

/** A proxy cannot be copied. */
function copied(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    throw invalidInput('keyData', 'plain data');
  }
}

const unknownVersion = (): RegistryError =>
  new RegistryError('UNSUPPORTED', 'the version of this key data is not known', { field: 'keyData.version', hint: 'A newer version of this library may have written it.' });
