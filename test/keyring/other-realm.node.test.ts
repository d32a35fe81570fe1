import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { isValidKeyData, Keyring, mnemonicToKeyData, type KeyData } from '../../src/keyring/index.ts';
import { ABANDON, KEY_DATA } from './fixture.ts';

it('given key data and options of another realm, then they are taken like ours', () => {
  const foreign = runInNewContext('JSON.parse(text)', { text: JSON.stringify(KEY_DATA) }) as KeyData;
  expect(foreign).not.toBeInstanceOf(Object);
  expect(isValidKeyData(foreign)).toBe(true);
  expect(new Keyring(foreign).json()).toEqual(KEY_DATA);
  const options = runInNewContext(`({ keys: { a: { type: 'ed25519', path: "m/0'" } } })`) as object;
  expect(Object.keys(mnemonicToKeyData(ABANDON, options))).toEqual(['version', 'a']);
});

it("given what another realm's classes make, or its proxies, then it is not valid", () => {
  const context = { text: JSON.stringify(KEY_DATA) };
  for (const code of ['new Map(Object.entries(JSON.parse(text)))', 'Object.assign(new (class Data {})(), JSON.parse(text))', 'Object.assign([], JSON.parse(text))', 'new Proxy(JSON.parse(text), {})', 'Object.create(JSON.parse(text))', 'JSON.parse']) {
    expect(isValidKeyData(runInNewContext(code, context))).toBe(false);
  }
});
