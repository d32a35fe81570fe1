import { sha256 } from '@noble/hashes/sha2.js';
import { base64urlnopad } from '@scure/base';
import { decodeVault, openPayload, sealVault, unwrapDataKey, type VaultContents } from '../../../src/keyring/vault/index.ts';

export const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** 32 bytes that are as good as random, and the same in every run. */
export const keyNamed = (name: string): Uint8Array<ArrayBuffer> => new Uint8Array(sha256(bytesOf(name)));

export const KEK = keyNamed('key-encryption key');
export const OS_KEK = keyNamed('key-encryption key of the system');

/** What a vault of two methods is made of; its parts are told apart by `name`. */
export const contents = (name = 'a', changes: Partial<VaultContents> = {}): VaultContents => ({
  id: keyNamed(`id ${name}`).slice(0, 16),
  generation: 7n,
  dataKey: keyNamed(`data key ${name}`),
  methods: [
    { kind: 'password', parameters: { memory: 65_536, passes: 3 }, salt: keyNamed(`salt ${name}`).slice(0, 16), kek: KEK },
    { kind: 'os', kek: OS_KEK },
  ],
  payload: bytesOf(`payload ${name}`),
  ...changes,
});
export const sealed = (name?: string, changes?: Partial<VaultContents>): Uint8Array<ArrayBuffer> => sealVault(contents(name, changes));

/** The bytes of a text with the checksum that belongs to it: what somebody makes of a vault who has no key. */
export function withChecksum(text: string): Uint8Array<ArrayBuffer> {
  const body = text.replace(/,"checksum":"[^"]*"\}\n$/, '');
  return bytesOf(`${body},"checksum":"${base64urlnopad.encode(sha256(bytesOf(body)))}"}\n`);
}

/** The payload, as who knows the right key-encryption key gets it; `locked` where the key is refused. */
export function opened(vault: Uint8Array, kind: 'password' | 'os' = 'password', kek: Uint8Array = kind === 'os' ? OS_KEK : KEK): Uint8Array | 'locked' {
  const envelope = decodeVault(vault);
  const dataKey = unwrapDataKey(envelope, kind, kek);
  return dataKey === undefined ? 'locked' : openPayload(envelope, dataKey);
}

export const DAMAGED = { code: 'STORAGE', message: 'the vault is damaged', retryable: false };
