import { describe, expect, it } from 'vitest';
import { isValidKeyData, migrateKeyData } from '../../src/keyring/index.ts';
import { migrated, type Migration } from '../../src/keyring/migration.ts';
import { coded, KEY_DATA, thrown } from './fixture.ts';
import { VERSION_1 } from './golden/version-1.ts';

describe('given golden key data of every version', () => {
  it.each([['1', VERSION_1]])('when it is of version %s, then it becomes valid key data of today', (_version, golden) => {
    const today = migrateKeyData(JSON.parse(JSON.stringify(golden)));
    expect(isValidKeyData(today)).toBe(true);
    expect(today).toEqual(golden);
    expect(migrateKeyData(today)).toEqual(today);
  });

  it('then it comes back as a frozen copy, and what was given is as it was', () => {
    const given = structuredClone(KEY_DATA);
    const today = migrateKeyData(given);
    expect(today).not.toBe(given);
    expect(Object.isFrozen(today)).toBe(true);
    expect(Object.isFrozen(given)).toBe(false);
  });

  it.each([0, -1, 2, 99, 2 ** 53 - 1])('when its version is %i, then that is UNSUPPORTED', (version) => {
    expect(() => migrateKeyData({ ...KEY_DATA, version })).toThrow(coded('UNSUPPORTED', 'keyData.version'));
  });

  it.each([[undefined], [null], ['1'], [1n], [1.5], [NaN], [{}]])('when its version is %o, then that is INVALID_INPUT', (version) => {
    expect(() => migrateKeyData({ ...KEY_DATA, version })).toThrow(coded('INVALID_INPUT', 'keyData'));
  });

  it.each([[undefined], [null], [7], ['{}'], [[]], [new Map()], [Object.defineProperty({}, 'version', { enumerable: true, get: () => 1 })]])('when it is %o, then that is INVALID_INPUT', (value) => {
    expect(() => migrateKeyData(value)).toThrow(coded('INVALID_INPUT', 'keyData'));
  });

  it('when it is of this version and not valid, then that is INVALID_INPUT and names the fault', () => {
    expect(() => migrateKeyData({ version: 1, device: { ...KEY_DATA['device'], address: '' } })).toThrow(coded('INVALID_INPUT', 'keyData.device.address'));
  });
});

interface Counted {
  version: number;
  steps: string[];
}
const step =
  (name: string): Migration =>
  (keyData) => {
    const counted = keyData as Counted;
    counted.steps.push(name); // it may: the copy is its own
    return { ...counted, version: counted.version + 1 };
  };

describe('given a chain of migrations', () => {
  const chain = [step('one to two'), step('two to three'), step('three to four')];

  it.each([
    [1, ['one to two', 'two to three', 'three to four']],
    [2, ['two to three', 'three to four']],
    [4, []],
  ])('when key data is of version %i, then just the steps from there are gone, in order', (version, steps) => {
    const given: Counted = { version, steps: [] };
    expect(migrated(given, chain, 4)).toEqual({ version: 4, steps });
    expect(given).toEqual({ version, steps: [] });
  });

  it('threat 18: when a step throws, then that comes out, and nothing has changed', () => {
    const failure = new Error('halfway');
    const given: Counted = { version: 1, steps: [] };
    const failing = (keyData: unknown): never => {
      (keyData as Counted).steps.push('changed');
      throw failure;
    };
    expect(thrown(() => migrated(given, [step('one to two'), failing], 3))).toBe(failure);
    expect(given).toEqual({ version: 1, steps: [] });
    expect(migrated(given, [step('one to two'), step('two to three')], 3)).toEqual({ version: 3, steps: ['one to two', 'two to three'] });
  });

  it('when a step does not lead to the next version, then that is UNSUPPORTED', () => {
    expect(() => migrated({ version: 1, steps: [] }, [(keyData) => keyData], 2)).toThrow(coded('UNSUPPORTED'));
    expect(() => migrated({ version: 1, steps: [] }, [(keyData) => ({ ...(keyData as Counted), version: 3 })], 3)).toThrow(coded('UNSUPPORTED'));
  });

  it('when a step is missing, or the version newer than all, then that is UNSUPPORTED', () => {
    expect(() => migrated({ version: 1, steps: [] }, [], 2)).toThrow(coded('UNSUPPORTED', 'keyData.version'));
    expect(() => migrated({ version: 5, steps: [] }, chain, 4)).toThrow(coded('UNSUPPORTED', 'keyData.version'));
  });

  it('when it is a proxy, then no step sees it', () => {
    expect(() => migrated(new Proxy({ version: 1, steps: [] }, {}), chain, 4)).toThrow(coded('INVALID_INPUT', 'keyData'));
  });
});
