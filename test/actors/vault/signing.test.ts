import { hexToBytes } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import { mnemonicToKeyData, verifyMessage } from '../../../src/keyring/index.ts';
import { codeOf } from '../../link/fixture/channels.ts';
import { MNEMONIC, PASSWORD, startVault } from './fixture.ts';

const ENTRY = { datakey: new Uint8Array(32).fill(7), data: new TextEncoder().encode('hello'), revision: 3n };

describe('given an ephemeral key', () => {
  it('then it signs once, needs no unlocked vault, and is then gone', async () => {
    const { vault } = await startVault();
    const { public: name, type } = await vault.call('ephemeral', undefined);
    const publicKey = hexToBytes(name.slice(2));
    const message = new TextEncoder().encode('once');
    const signature = (await vault.call('signEphemeral', { public: name, purpose: 'message', message } as never)) as Uint8Array;
    expect(verifyMessage({ type, publicKey, message, signature })).toBe(true);
    expect(await codeOf(vault.call('signEphemeral', { public: name, purpose: 'message', message } as never))).toBe('UNKNOWN_KEY');
    expect(await codeOf(vault.call('ephemeral', 'rsa' as never))).toBe('INVALID_INPUT');
  });
});

describe('given a request to sign', () => {
  it.each([
    { what: 'no purpose', request: { key: 'device', message: new Uint8Array(1) }, code: 'INVALID_INPUT' },
    { what: 'bytes alone', request: new Uint8Array(32), code: 'INVALID_INPUT' },
    { what: 'a key that is not there', request: { key: 'constructor', purpose: 'message', message: new Uint8Array(1) }, code: 'UNKNOWN_KEY' },
    { what: 'an entry of another key', request: { key: 'device', purpose: 'registry-entry', entry: { ...ENTRY, pubkey: new Uint8Array(32) } }, code: 'INVALID_INPUT' },
    { what: 'an extrinsic of an ed25519 key', request: { key: 'device', purpose: 'extrinsic', payload: new Uint8Array(40) }, code: 'UNSUPPORTED' },
    { what: 'an entry of a secp256k1 key', request: { key: 'ethereum', purpose: 'registry-entry', entry: ENTRY }, code: 'UNSUPPORTED' },
  ])('of $what, then that is refused', async ({ request, code }) => {
    const { vault } = await startVault();
    const keys = mnemonicToKeyData(MNEMONIC, { keys: { device: { type: 'ed25519', origin: 'device' }, ethereum: { type: 'secp256k1', path: "m/44'/60'/0'/0/0" } } });
    await vault.call('create', { password: PASSWORD, keyData: keys });
    expect(await codeOf(vault.call('sign', request as never))).toBe(code);
    expect(await vault.call('sign', { key: 'ethereum', purpose: 'extrinsic', payload: new Uint8Array(40) })).toHaveLength(65);
  });
});
