import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainKeyData, isValidKeyData, Keyring, kernelSeedToKeyData, migrateKeyData, mnemonicToKeyData, takeKeyData, type KeyDataLike } from '../../src/keyring/index.ts';
import '../registry/seed.ts';
import { ABANDON, coded, KEY_DATA, keyOf, NAMES, secretsIn, thrown, writable } from './fixture.ts';
import { VERSION_1 } from './golden/version-1.ts';

const trap = (): never => {
  throw new Error('a trap');
};

/** What of key data in JSON belongs together. A path is a note of where a key came from, and a name is anybody's: they can be others. */
const bound = (json: string): string => json.replaceAll(/"path":"[^"]*"|"[\w-]*":\{/g, '');

/** Undefined for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

class Instance {
  readonly version = 1;
}

/** Tells by every door whether a value is key data, and by which field it is not. */
function fieldAtFault(value: unknown): string | undefined {
  const faults = explainKeyData(value);
  const isValid = isValidKeyData(value);
  expect(isValid).toBe(faults.length === 0);
  if (isValid) {
    expect(takeKeyData(value)).toEqual(value);
    return undefined;
  }
  const error = thrown(() => takeKeyData(value, 'keyData')) as Error & { field: string };
  expect(error).toMatchObject({ code: 'INVALID_INPUT', message: faults[0] });
  expect(thrown(() => new Keyring(value as KeyDataLike))).toMatchObject({ code: 'INVALID_INPUT', field: error.field });
  for (const { hex } of secretsIn(KEY_DATA)) expect(`${faults.join(' ')} ${error.stack ?? ''}`).not.toContain(hex);
  return error.field;
}

const changed = (change: (keyData: ReturnType<typeof writable>) => unknown): unknown => {
  const keyData = writable(KEY_DATA);
  const other = change(keyData);
  return typeof other === 'object' ? other : keyData;
};

describe('given key data', () => {
  it('then it is valid, as JSON, as a structured clone, and without prototypes too', () => {
    expect(fieldAtFault(KEY_DATA)).toBeUndefined();
    expect(fieldAtFault(JSON.parse(JSON.stringify(KEY_DATA)))).toBeUndefined();
    expect(fieldAtFault(structuredClone(KEY_DATA))).toBeUndefined();
    expect(fieldAtFault(Object.assign(Object.create(null) as object, KEY_DATA))).toBeUndefined();
    expect(fieldAtFault(VERSION_1)).toBeUndefined();
  });

  it('when it is put together of several, then it is valid', () => {
    const { device } = mnemonicToKeyData(ABANDON);
    const { developer } = kernelSeedToKeyData(new Uint8Array(16));
    expect(fieldAtFault({ ...KEY_DATA, device, developer })).toBeUndefined();
    expect(fieldAtFault({ version: 1, only: device })).toBeUndefined();
    expect(fieldAtFault({ version: 1, only: { ...device, origin: 'imported' } })).toBeUndefined();
  });

  it.each<[string, string, (keyData: ReturnType<typeof writable>) => unknown]>([
    ['a string', 'keyData', () => Object(JSON.stringify(KEY_DATA)) as object],
    ['an array', 'keyData', () => [KEY_DATA]],
    ['a map', 'keyData', () => new Map(Object.entries(KEY_DATA))],
    ['an instance', 'keyData', (keyData) => Object.assign(new Instance(), keyData)],
    ['a key by prototype', 'keyData', (keyData) => Object.create(keyData) as object],
    ['a child of what has no prototype', 'keyData', (keyData) => Object.setPrototypeOf(keyData, Object.create(null) as object) as object],
    ['no version', 'keyData.version', (keyData) => delete keyData['version']],
    ['version 0', 'keyData.version', (keyData) => void (keyData['version'] = 0)],
    ['version 2', 'keyData.version', (keyData) => void (keyData['version'] = 2)],
    ['version "1"', 'keyData.version', (keyData) => void (keyData['version'] = '1')],
    ['version 1n', 'keyData.version', (keyData) => void (keyData['version'] = 1n)],
    ['no keys', 'keyData', () => ({ version: 1 })],
    ['257 keys', 'keyData', () => ({ version: 1, ...Object.fromEntries(Array.from({ length: 257 }, (_, i) => [`key${i}`, KEY_DATA['device']])) })],
    ['one key twice', 'keyData.again', (keyData) => void (keyData['again'] = KEY_DATA['device'])],
    ['a key that is a secret', 'keyData.device', (keyData) => void ((keyData as Record<string, unknown>)['device'] = keyOf(KEY_DATA, 'device').secret)],
    ['a key that is null', 'keyData.device', (keyData) => void ((keyData as Record<string, unknown>)['device'] = null)],
    ['a key that is undefined', 'keyData.other', (keyData) => void (keyData['other'] = undefined)],
    ['a key with more', 'keyData.device', ({ device }) => void (device['seed'] = '0x00')],
    ['a key with a symbol', 'keyData.device', ({ device }) => void ((device as Record<symbol, unknown>)[Symbol('secret')] = 1)],
    ['a symbol', 'keyData', (keyData) => void ((keyData as Record<symbol, unknown>)[Symbol('secret')] = 1)],
    ['a property that is not enumerable', 'keyData.device', ({ device }) => Object.defineProperty(device, 'type', { enumerable: false }) && undefined],
    ['no type', 'keyData.device.type', ({ device }) => delete device['type']],
    ['another type', 'keyData.device.secret', ({ device }) => void (device['type'] = 'sr25519')],
    ['a type of another curve', 'keyData.device.public', ({ device }) => void (device['type'] = 'secp256k1')],
    ['a type that objects have', 'keyData.device.type', ({ device }) => void (device['type'] = 'constructor')],
    ['no secret', 'keyData.device.secret', ({ device }) => delete device['secret']],
    ['a secret in capitals', 'keyData.device.secret', ({ device }) => void (device['secret'] = '0x' + 'AB'.repeat(32))],
    ['a secret without 0x', 'keyData.device.secret', ({ device }) => void (device['secret'] = String(device['secret']).slice(2))],
    ['a secret a byte short', 'keyData.device.secret', ({ device }) => void (device['secret'] = String(device['secret']).slice(0, -2))],
    ['a secret a byte long', 'keyData.device.secret', ({ device }) => void (device['secret'] = `${String(device['secret'])}00`)],
    ['a secret and a line', 'keyData.device.secret', ({ device }) => void (device['secret'] = `${String(device['secret']).slice(0, -1)}\n`)],
    ['a secret of bytes', 'keyData.device.secret', ({ device }) => void (device['secret'] = new Uint8Array(32))],
    ['another secret', 'keyData.device.public', ({ device }) => void (device['secret'] = `0x${'11'.repeat(32)}`)],
    ['a scalar of zero', 'keyData.ethereum.secret', ({ ethereum }) => void (ethereum['secret'] = `0x${'00'.repeat(32)}`)],
    ['a scalar of the order', 'keyData.ethereum.secret', ({ ethereum }) => void (ethereum['secret'] = '0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141')],
    ['an sr25519 scalar of zero', 'keyData.entropy.secret', ({ entropy }) => void (entropy['secret'] = `0x${'00'.repeat(32)}${String(entropy['secret']).slice(66)}`)],
    ['an sr25519 scalar that is none', 'keyData.entropy.secret', ({ entropy }) => void (entropy['secret'] = `0xf8${'ff'.repeat(31)}${String(entropy['secret']).slice(66)}`)],
    ['an sr25519 scalar by another name', 'keyData.entropy.secret', ({ entropy }) => void (entropy['secret'] = `0x01${String(entropy['secret']).slice(4)}`)],
    ['another public key', 'keyData.device.public', ({ device, developer }) => void (device['public'] = developer['public'])],
    ['no public key', 'keyData.device.public', ({ device }) => delete device['public']],
    ['another address', 'keyData.device.address', ({ device, developer }) => void (device['address'] = developer['address'])],
    ['an address in small letters', 'keyData.ethereum.address', ({ ethereum }) => void (ethereum['address'] = String(ethereum['address']).toLowerCase())],
    ['no address', 'keyData.device.address', ({ device }) => delete device['address']],
    ['no origin', 'keyData.device.origin', ({ device }) => delete device['origin']],
    ['another origin', 'keyData.device.origin', ({ device }) => void (device['origin'] = 'mnemonic')],
    ['a path of the device', 'keyData.device.path', ({ device }) => void (device['path'] = "m/0'")],
    ['a derived key without a path', 'keyData.developer.path', ({ developer }) => delete developer['path']],
    ['a soft path', 'keyData.developer.path', ({ developer }) => void (developer['path'] = 'm/0')],
    ['a path of another type', 'keyData.developer.path', ({ developer }) => void (developer['path'] = '//0')],
    ['a path that is a number', 'keyData.developer.path', ({ developer }) => void (developer['path'] = 0)],
  ])('when it is, or has, %s, then it is not valid, and %s is what is told', (_fault, field, change) => {
    expect(fieldAtFault(changed(change))).toBe(field);
  });

  it('when much is wrong, then every fault is told, a sentence each', () => {
    const faults = explainKeyData(
      changed((keyData) => {
        keyData['version'] = 3;
        keyData.device['address'] = 'elsewhere';
        keyData.developer['origin'] = 'device';
        keyData.entropy['type'] = 'ed25519';
        keyData['no name'] = {};
      }),
    );
    expect(faults).toHaveLength(6);
    for (const told of ['keyData.version must be 1', 'keyData.device.address must be', 'keyData.developer.path must be', 'keyData.entropy.path must be', 'keyData.entropy.secret must be', 'the name of key 8 must be']) {
      expect(faults.filter((fault) => fault.includes(told))).toHaveLength(1);
    }
  });

  it('when two names are none, then each is told by its place, in a sentence of its own, and neither is quoted', () => {
    const { device, developer } = KEY_DATA;
    const faults = explainKeyData({ 'no name': device, version: 1, developer, 'legal winner': device });
    expect(faults).toEqual([expect.stringContaining('the name of key 1 must be'), expect.stringContaining('the name of key 3 must be')]);
    expect(faults.join()).not.toMatch(/no name|winner/);
  });

  it('when everything is wrong, then at most 64 faults are told', () => {
    const keys = Object.fromEntries(Array.from({ length: 250 }, (_, i) => [`key${i}`, {}]));
    expect(explainKeyData({ version: 1, ...keys })).toHaveLength(64);
  });
});

describe('threat 10: given names that every object knows', () => {
  const names = [...Object.getOwnPropertyNames(Object.prototype), 'prototype', 'version'];
  it.each([...names, '', ' device', 'device ', 'de vice', 'dévice', 'dеvice', '1st', '-a', '_a', 'a.b', 'a\n', 'a'.repeat(65), '\ud800'])('when a key is named %j, then it is refused', (name) => {
    const keyData = JSON.parse(`{ "version": 1, ${JSON.stringify(name)}: ${JSON.stringify(KEY_DATA['device'])} }`) as object;
    expect(isValidKeyData(keyData)).toBe(false);
    expect(isValidKeyData(structuredClone(keyData))).toBe(false);
    expect(() => mnemonicToKeyData(ABANDON, { keys: JSON.parse(`{ ${JSON.stringify(name)}: { "type": "ed25519", "origin": "device" } }`) as never })).toThrow(coded('INVALID_INPUT', 'options.keys'));
    expect({}).not.toHaveProperty('secret');
  });

  it.each(['a', 'Z', 'a-b_c', 'a9', 'secret', 'keys', 'then', 'toJSON', 'length', 'a'.repeat(64)])('when a key is named %j, then it is taken', (name) => {
    expect(fieldAtFault({ version: 1, [name]: KEY_DATA['device'] })).toBeUndefined();
    expect(new Keyring({ version: 1, [name]: keyOf(KEY_DATA, 'device') }).names()).toEqual([name]);
  });
});

describe('threat 12: given what only looks like key data', () => {
  it('when a property is a getter, then it is refused, and not asked', () => {
    let asked = 0;
    const getter = { enumerable: true, get: () => ++asked && KEY_DATA['device'] };
    expect(fieldAtFault(Object.defineProperty({ version: 1 }, 'device', getter))).toBe('keyData');
    expect(fieldAtFault({ version: 1, device: Object.defineProperty({ ...KEY_DATA['device'] }, 'secret', getter) })).toBe('keyData.device');
    expect(asked).toBe(0);
  });

  it('when it is a proxy, or a key is, then it is refused, even one that tells the truth', () => {
    expect(fieldAtFault(new Proxy(structuredClone(KEY_DATA), {}))).toBe('keyData');
    expect(fieldAtFault({ version: 1, device: new Proxy(structuredClone(keyOf(KEY_DATA, 'device')), {}) })).toBe('keyData');
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    expect(fieldAtFault(revoked.proxy)).toBe('keyData');
    expect(fieldAtFault({ version: 1, device: revoked.proxy })).toBe('keyData.device');
  });

  it.each(['getPrototypeOf', 'ownKeys', 'getOwnPropertyDescriptor'] as const)('when its trap of %s throws, then it is not valid, and nothing is thrown', (name) => {
    expect(fieldAtFault(new Proxy(structuredClone(KEY_DATA), { [name]: trap }))).toBe('keyData');
  });

  it('when it is very large or very deep, then it is not valid, and nothing is thrown', () => {
    expect(isValidKeyData(Object.fromEntries(Array.from({ length: 1e5 }, (_, i) => [`key${i}`, i])))).toBe(false);
    let deep: unknown = {};
    for (let i = 0; i < 1e5; i++) deep = { deep };
    expect(isValidKeyData(deep)).toBe(false);
    expect(isValidKeyData({ version: 1, device: deep })).toBe(false);
    expect(isValidKeyData({ version: 1, device: { ...KEY_DATA['device'], secret: 'f'.repeat(1e8) } })).toBe(false);
    const cyclic: Record<string, unknown> = { version: 1 };
    cyclic['device'] = cyclic;
    expect(isValidKeyData(cyclic)).toBe(false);
  });

  it('given any value at all, then it is not valid, and nothing is thrown', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withObjectString: true, withSet: true, withSparseArray: true, withTypedArray: true }), (value) => {
        expect(isValidKeyData(value)).toBe(false);
        expect(explainKeyData(value).length).toBeGreaterThan(0);
      }),
    );
  });

  it('given key data one of whose fields is anything, then it is not valid unless that is what was there, and nothing is thrown', () => {
    const anything = fc.oneof(fc.anything({ withBigInt: true, withNullPrototype: true, withTypedArray: true }), fc.string(), fc.constantFrom(...Object.values(keyOf(KEY_DATA, 'entropy'))));
    fc.assert(
      fc.property(fc.constantFrom(...NAMES), fc.constantFrom('type', 'secret', 'public', 'address', 'path', 'origin', 'other'), anything, (name, field, value) => {
        const keyData = writable(KEY_DATA);
        const before = keyData[name][field];
        keyData[name][field] = value;
        expect(isValidKeyData(keyData)).toBe(value === before && field in keyOf(KEY_DATA, name));
      }),
    );
  });

  it('given key data one letter of which is another, then it is not valid', () => {
    const text = JSON.stringify({ version: 1, developer: KEY_DATA['developer'], ethereum: KEY_DATA['ethereum'] });
    fc.assert(
      fc.property(fc.nat({ max: text.length - 1 }), fc.constantFrom(...Array.from('0123456789abcdefxA/"')), (place, letter) => {
        fc.pre(text[place] !== letter);
        const other = parsed(text.slice(0, place) + letter + text.slice(place + 1));
        expect(!isValidKeyData(other) || bound(JSON.stringify(other)) === bound(text)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('given key data that was taken', () => {
  it('then it is a frozen copy, whose source may change', () => {
    const source = writable(KEY_DATA);
    const taken = takeKeyData(source);
    source.device['secret'] = 'changed';
    delete (source as Record<string, unknown>)['developer'];
    expect(taken).toEqual(KEY_DATA);
    expect(Object.isFrozen(taken) && Object.values(taken).every((value) => Object.isFrozen(value))).toBe(true);
  });

  it('then what was taken is named as its caller does', () => {
    expect(() => takeKeyData({ version: 1 }, 'request.keyData')).toThrow(coded('INVALID_INPUT', 'request.keyData'));
    expect(() => migrateKeyData({ version: 1 })).toThrow(coded('INVALID_INPUT', 'keyData'));
  });
});
