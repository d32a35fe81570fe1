import { expect, it, onTestFinished } from 'vitest';
import { isValidKeyData, Keyring, type KeyData } from '../../src/keyring/index.ts';
import { KEY_DATA } from './fixture.ts';

it('given key data of another frame, then it is taken like ours, and a proxy of it is not', () => {
  const frame = document.body.appendChild(document.createElement('iframe'));
  onTestFinished(() => frame.remove());
  const { JSON: Foreign, Proxy: ForeignProxy } = frame.contentWindow as unknown as { JSON: JSON; Proxy: ProxyConstructor };
  const foreign = Foreign.parse(JSON.stringify(KEY_DATA)) as KeyData;
  expect(foreign).not.toBeInstanceOf(Object);
  expect(isValidKeyData(foreign)).toBe(true);
  expect(new Keyring(foreign).json()).toEqual(KEY_DATA);
  expect(isValidKeyData(new ForeignProxy(foreign, {}))).toBe(false);
});
