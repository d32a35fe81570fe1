import { invalidInput } from '../../error.ts';
import { isBytes, takeBytes, type Bytes } from '../../registry/bytes.ts';
import { decrypt, drawNonce, encrypt, KEY_BYTES } from './cipher.ts';
import { vaultDamaged } from './damage.ts';
import { unwrapMethod, wrapDataKey, type MethodKind, type NewMethod, type VaultMethod } from './method.ts';
import { MAX_PAYLOAD_BYTES, pad, unpad } from './padding.ts';
import { encodeVault, headerText, ID_BYTES, MAX_GENERATION, MAX_VAULT_BYTES, parseVault, vaultText, type VaultEnvelope } from './text.ts';

/**
 * Reads a vault, and derives no key. SPEC.md has the format.
 * @throws RegistryError `STORAGE` "the vault is damaged" for whatever is not one, `UNSUPPORTED` for one of a newer version
 */
export function decodeVault(bytes: Uint8Array): VaultEnvelope {
  if (isBytes(bytes) && bytes.length > MAX_VAULT_BYTES) throw vaultDamaged();
  return parseVault(takeBytes(bytes, 'vault', [0, MAX_VAULT_BYTES]));
}

/**
 * The data key, 32 bytes, or undefined if `kek` is not the one it was wrapped under: a wrong password. Whoever takes it wipes it.
 * @param kek the method's key-encryption key, 32 bytes
 * @throws RegistryError `INVALID_INPUT`, also for a method that the vault lacks
 */
export function unwrapDataKey(envelope: VaultEnvelope, kind: MethodKind, kek: Uint8Array): Bytes | undefined {
  const method = envelope.methods.find((candidate) => candidate.kind === kind);
  if (method === undefined) throw invalidInput('kind', 'a method that the vault has');
  const key = takeBytes(kek, 'kek', KEY_BYTES);
  try {
    return unwrapMethod(vaultText(envelope.id), method, key);
  } finally {
    key.fill(0);
  }
}

/**
 * The payload. Whoever takes it wipes it.
 * @param dataKey 32 bytes
 * @throws RegistryError `INVALID_INPUT`; `STORAGE` if not all of the vault is what it was sealed as
 */
export function openPayload(envelope: VaultEnvelope, dataKey: Uint8Array): Bytes {
  const key = takeBytes(dataKey, 'dataKey', KEY_BYTES);
  const padded = decrypt(key, envelope, utf8(headerText(envelope)));
  key.fill(0);
  const payload = padded && unpad(padded);
  padded?.fill(0);
  if (payload === undefined) throw vaultDamaged();
  return payload;
}

/** What a vault is made of. */
export interface VaultContents {
  /** 16 bytes, drawn once in a vault's life. */
  readonly id: Uint8Array;
  /** 1 … 2⁶⁴−1. */
  readonly generation: bigint;
  /** 32 bytes. */
  readonly dataKey: Uint8Array;
  /** At least one, at most one of each kind. One of an envelope is kept as it is: it must be of the same vault and the same data key. */
  readonly methods: readonly (NewMethod | VaultMethod)[];
  /** At most 524,284 bytes. */
  readonly payload: Uint8Array;
}

/**
 * Makes the bytes of a vault, with fresh nonces. Wipes nothing of what it is given.
 * @throws RegistryError `INVALID_INPUT`
 */
export function sealVault(contents: VaultContents): Bytes {
  const id = takeBytes(contents.id, 'id', ID_BYTES);
  const generation = takeGeneration(contents.generation);
  const dataKey = takeBytes(contents.dataKey, 'dataKey', KEY_BYTES);
  try {
    const methods = takeMethods(contents.methods).map((method) => ('kek' in method ? wrapDataKey(vaultText(id), method, dataKey) : method));
    const header = { id, generation, methods, nonce: drawNonce() };
    return encodeVault({ ...header, ciphertext: encryptPayload(contents.payload, dataKey, header) });
  } finally {
    dataKey.fill(0);
  }
}

function encryptPayload(payload: Uint8Array, dataKey: Bytes, header: Omit<VaultEnvelope, 'ciphertext'>): Bytes {
  const copy = takeBytes(payload, 'payload', [0, MAX_PAYLOAD_BYTES]);
  const padded = pad(copy);
  copy.fill(0);
  try {
    return encrypt(dataKey, header.nonce, padded, utf8(headerText(header)));
  } finally {
    padded.fill(0);
  }
}

function takeGeneration(generation: unknown): bigint {
  if (typeof generation !== 'bigint' || generation < 1n || generation > MAX_GENERATION) throw invalidInput('generation', 'a bigint from 1 to 2⁶⁴−1');
  return generation;
}

function takeMethods(methods: VaultContents['methods']): VaultContents['methods'] {
  const taken = Array.isArray(methods) ? ([...methods] as VaultContents['methods']) : [];
  if (taken.length === 0 || new Set(taken.map(({ kind }) => kind)).size !== taken.length) throw invalidInput('methods', 'at least one, and at most one of each kind');
  return taken;
}

const utf8 = (text: string): Bytes => new TextEncoder().encode(text);
