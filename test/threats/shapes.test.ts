import { describe, expect, it } from 'vitest';
import type { GrantedVaultService, PublicKey } from '../../actors/vault/service.ts';
import { mnemonicToKeyData, verifyMessage, type KeyData } from '../../src/keyring/index.ts';
import { Caller } from '../../src/link/index.ts';
import { KEY_DATA, MNEMONIC, PASSWORD, startVault, type VaultLink } from '../actors/vault/fixture.ts';
import { codeOf } from '../link/fixture/channels.ts';

const INHERITED = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'];
const SECRET = `0x${'11'.repeat(32)}`;
const publicKey = Uint8Array.from((KEY_DATA['device']?.public.slice(2).match(/../g) ?? []).map((hex) => Number.parseInt(hex, 16)));

async function madeVault(): Promise<VaultLink> {
  const { vault } = await startVault();
  await vault.call('create', { password: PASSWORD, keyData: KEY_DATA });
  return vault;
}
const namesOf = (keys: readonly PublicKey[]): string[] => keys.map(({ name }) => name);
/** JSON keeps such names as properties of their own, and so does structured clone. */
const withOwn = (name: string): KeyData => JSON.parse(`${JSON.stringify(KEY_DATA).slice(0, -1)},${JSON.stringify(name)}:${JSON.stringify(KEY_DATA['device'])}}`) as KeyData;

describe('threat 10: given names that every object knows', () => {
  it.each(INHERITED)('when a key is to be called %s, in key data or by import, then that is INVALID_INPUT, and nothing is polluted', async (name) => {
    const vault = await madeVault();
    expect(await codeOf(vault.call('swap', { password: PASSWORD, keyData: withOwn(name) }))).toBe('INVALID_INPUT');
    expect(await codeOf((await startVault()).vault.call('create', { password: PASSWORD, keyData: withOwn(name) }))).toBe('INVALID_INPUT');
    const refused = await codeOf(vault.call('importKey', { name, key: { type: 'ed25519', secret: SECRET } }));
    expect(refused).toBe('INVALID_INPUT');
    expect(namesOf(await vault.call('keys', undefined))).toEqual(['programMod', 'developer', 'device']);
    expect(({} as Record<string, unknown>)['secret']).toBeUndefined();
    expect(await vault.call('exportKeyData', { password: PASSWORD })).toEqual(KEY_DATA);
  });

  it.each(INHERITED)('when input has %s as a property of its own, then that is refused', async (name) => {
    const vault = await madeVault();
    expect(await codeOf(vault.call('unlock', JSON.parse(`{"password":"${PASSWORD}","${name}":{"password":"x"}}`) as never))).toBe('INVALID_INPUT');
    expect(await codeOf(vault.call('unlock', JSON.parse(`{"${name}":{"password":"${PASSWORD}"}}`) as never))).toBe('INVALID_INPUT');
  });
});

describe('threat 11: given a name that no key has', () => {
  const NAMES = [...INHERITED, '', ' device', 'device ', 'Device', 'devi\u0441e', 'device\u0000', 'ｄevice', 'version', 'x'.repeat(2 ** 20)];

  it.each(NAMES.map((name) => [name.slice(0, 20), name]))('when %j is to sign, or to be removed, then that is UNKNOWN_KEY', async (_shown, name) => {
    const vault = await madeVault();
    expect(await codeOf(vault.call('sign', { key: name, purpose: 'message', message: new Uint8Array(1) }))).toBe('UNKNOWN_KEY');
    expect(await codeOf(vault.call('removeKey', { name }))).toBe('UNKNOWN_KEY');
    const granted = new Caller<GrantedVaultService>(await vault.call('grant', { caller: 'a page', keys: [name], purposes: ['message'] }));
    expect(await granted.call('keys', undefined)).toEqual([]);
    expect(await codeOf(granted.call('sign', { key: name, purpose: 'message', message: new Uint8Array(1) }))).toBe('UNKNOWN_KEY');
    expect(await codeOf(granted.call('sign', { key: 'device', purpose: 'message', message: new Uint8Array(1) }))).toBe('FORBIDDEN');
  });
});

describe('threat 12: given what only looks like bytes', () => {
  it.each<[string, () => unknown]>([
    ['null', () => null],
    ['a text', () => 'text'],
    ['a number', () => -0],
    ['an array', () => [1, 2, 3]],
    ['a buffer', () => new ArrayBuffer(8)],
    ['a DataView', () => new DataView(new ArrayBuffer(8))],
    ['a Uint8ClampedArray', () => new Uint8ClampedArray(8)],
    ['a Uint16Array', () => new Uint16Array(8)],
    ['an object of bytes', () => ({ 0: 1, length: 1 })],
    ['an array of 32', () => Array.from({ length: 32 }, () => 1)],
  ])('when a message is %s, then that is INVALID_INPUT', async (_what, message) => {
    const vault = await madeVault();
    expect(await codeOf(vault.call('sign', { key: 'device', purpose: 'message', message: message() as Uint8Array }))).toBe('INVALID_INPUT');
    expect(await codeOf(vault.call('sign', { key: 'device', purpose: 'registry-entry', entry: { datakey: message() as Uint8Array, data: new Uint8Array(1), revision: 1n } }))).toBe('INVALID_INPUT');
  });

  // Such memory is copied at the call, and nothing is read twice: as good as a refusal.
  it.each<[string, () => Uint8Array]>([
    ['memory that is shared', () => new Uint8Array(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer, 0, 64)],
    ['memory that can be resized', () => new Uint8Array(Reflect.construct(ArrayBuffer, [64, { maxByteLength: 128 }]) as ArrayBuffer)],
  ])('when a message is in %s, and is written to after the call, then what is signed is one whole message', async (_what, make) => {
    const vault = await madeVault();
    const message = make();
    // A page that is not isolated may not share memory at all: then it is the caller that is told.
    const signing = vault.call('sign', { key: 'device', purpose: 'message', message }).catch((error: unknown) => error);
    message.fill(1);
    const signature = await signing;
    if (signature instanceof Error) return expect(signature).toMatchObject({ code: 'INVALID_INPUT' });
    const signed = [0, 1].map((byte) => verifyMessage({ type: 'ed25519', publicKey, message: new Uint8Array(64).fill(byte), signature: signature as Uint8Array }));
    expect(signed.filter(Boolean)).toHaveLength(1);
  });

  it('when bytes were transferred away before the call, then that is refused, and the vault goes on', async () => {
    const vault = await madeVault();
    const message = new Uint8Array(8);
    structuredClone(message, { transfer: [message.buffer] });
    expect(await codeOf(vault.call('sign', { key: 'device', purpose: 'registry-entry', entry: { datakey: message, data: new Uint8Array(1), revision: 1n } }))).toBe('INVALID_INPUT');
    expect(await vault.call('sign', { key: 'device', purpose: 'message', message: new Uint8Array(1) })).toHaveLength(64);
  });
});

const nested = (depth: number): unknown => {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = [value];
  return value;
};

describe('threat 13: given input that is too large', () => {
  it.each<[string, (vault: VaultLink) => Promise<unknown>]>([
    ['a message of 4 MiB', (vault) => vault.call('sign', { key: 'device', purpose: 'message', message: new Uint8Array(2 ** 22) })],
    ['a password of 16 MiB', (vault) => vault.call('unlock', { password: 'x'.repeat(2 ** 24) })],
    ['a mnemonic of 16 MiB', (vault) => vault.call('recover', { password: PASSWORD, mnemonic: 'abandon '.repeat(2 ** 21), replace: true })],
    ['twelve words of a mebibyte', (vault) => vault.call('recover', { password: PASSWORD, mnemonic: Array.from({ length: 12 }, () => 'a'.repeat(2 ** 20)).join(' '), replace: true })],
    ['a passphrase of 16 MiB', (vault) => vault.call('recover', { password: PASSWORD, mnemonic: MNEMONIC, passphrase: 'x'.repeat(2 ** 24), replace: true })],
    ['key data of a hundred thousand keys', (vault) => vault.call('swap', { password: PASSWORD, keyData: { version: 1, ...Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`key${i}`, KEY_DATA['device']])) } })],
    ['key data a thousand deep', (vault) => vault.call('swap', { password: PASSWORD, keyData: { version: 1, device: nested(1_000) } as never })],
    ['a grant of a hundred thousand keys', (vault) => vault.call('grant', { caller: 'a page', keys: Array.from({ length: 100_000 }, () => 'device'), purposes: [] })],
    ['a name of a mebibyte', (vault) => vault.call('importKey', { name: 'x'.repeat(2 ** 20), key: { type: 'ed25519', secret: SECRET } })],
    ['a secret of 16 MiB', (vault) => vault.call('importKey', { name: 'more', key: { type: 'ed25519', secret: `0x${'11'.repeat(2 ** 23)}` } })],
  ])('of %s, then that is INVALID_INPUT before a password is stretched, and nothing is stored', async (_what, ask) => {
    const { vault, kdf, storage } = await startVault();
    await vault.call('create', { password: PASSWORD, keyData: KEY_DATA });
    const { commits } = storage as unknown as { commits: number };
    expect(await codeOf(ask(vault))).toBe('INVALID_INPUT');
    expect(kdf.requests).toHaveLength(1);
    expect((storage as unknown as { commits: number }).commits).toBe(commits);
  });
});

it('threat 14: given two names of one derivation path, then no vault is made of them', () => {
  const keys = { one: { type: 'ed25519', path: "m/44'/1991'/0'/0'" }, other: { type: 'ed25519', path: "m/44'/1991'/0'/0'" } } as const;
  expect(() => mnemonicToKeyData(MNEMONIC, { keys })).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
});
