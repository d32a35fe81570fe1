import { invalidInput } from '../../error.ts';
import { takeBytes, type Bytes } from '../../registry/bytes.ts';
import { fromBase64url, toBase64url } from './base64url.ts';
import { decrypt, drawNonce, encrypt, KEY_BYTES, NONCE_BYTES, TAG_BYTES } from './cipher.ts';
import { vaultDamaged } from './damage.ts';
import { checkKdfParameters, isWithinKdfBounds, KDF_BOUNDS, type KdfParameters } from './kdf.ts';

/** How a vault is unlocked: with a password, or with what the operating system's keyring holds. */
export type MethodKind = 'password' | 'os';

interface WrappedKey {
  /** 24 bytes. */
  readonly nonce: Bytes;
  /** 48 bytes: the data key, encrypted under the key-encryption key, and the tag. */
  readonly key: Bytes;
}
export interface PasswordMethod extends WrappedKey {
  readonly kind: 'password';
  readonly parameters: KdfParameters;
  /** 16 to 64 bytes. */
  readonly salt: Bytes;
}
export interface OsMethod extends WrappedKey {
  readonly kind: 'os';
}
/** A method as it stands in a vault. Nothing in it is secret. */
export type VaultMethod = PasswordMethod | OsMethod;

/** A method that a vault is to have. */
export type NewMethod =
  | { readonly kind: 'password'; readonly parameters: KdfParameters; readonly salt: Uint8Array; readonly kek: Uint8Array }
  | { readonly kind: 'os'; readonly kek: Uint8Array };

type MethodHeader = Pick<PasswordMethod, 'kind' | 'parameters' | 'salt'> | Pick<OsMethod, 'kind'>;

/** A method without its braces, up to its nonce: what its wrapped key is bound to, beside the vault. */
function headerText(method: MethodHeader): string {
  if (method.kind === 'os') return '"kind":"os"';
  const { memory, passes } = method.parameters;
  return `"kind":"password","kdf":"argon2id","memory":${memory},"passes":${passes},"lanes":1,"salt":"${toBase64url(method.salt)}"`;
}

export const methodText = (method: VaultMethod): string => `{${headerText(method)},"nonce":"${toBase64url(method.nonce)}","key":"${toBase64url(method.key)}"}`;

/** @throws RegistryError `STORAGE` */
export function parseMethod(value: unknown): VaultMethod {
  if (typeof value !== 'object' || value === null) throw vaultDamaged();
  const { kind, kdf, memory, passes, salt, nonce, key } = value as Record<string, unknown>;
  const wrapped = { nonce: fromBase64url(nonce, NONCE_BYTES), key: fromBase64url(key, KEY_BYTES + TAG_BYTES) };
  if (kind === 'os') return { kind, ...wrapped };
  const parameters = { memory, passes } as KdfParameters;
  if (kind !== 'password' || kdf !== 'argon2id' || !isWithinKdfBounds(parameters)) throw vaultDamaged();
  return { kind, parameters, salt: fromBase64url(salt, KDF_BOUNDS.salt), ...wrapped };
}

/**
 * Wraps the data key for one method.
 * @param vault the text that names the vault, up to its methods
 * @throws RegistryError `INVALID_INPUT`
 */
export function wrapDataKey(vault: string, method: NewMethod, dataKey: Uint8Array): VaultMethod {
  const kek = takeBytes(method.kek, 'kek', KEY_BYTES);
  try {
    const header = takeHeader(method);
    const nonce = drawNonce();
    return { ...header, nonce, key: encrypt(kek, nonce, dataKey, associated(vault, header)) };
  } finally {
    kek.fill(0);
  }
}

/** The data key, 32 bytes; undefined for another key-encryption key than the one it was wrapped under. Whoever takes it wipes it. */
export const unwrapMethod = (vault: string, method: VaultMethod, kek: Uint8Array): Bytes | undefined =>
  decrypt(kek, { nonce: method.nonce, ciphertext: method.key }, associated(vault, method));

const associated = (vault: string, method: MethodHeader): Uint8Array => new TextEncoder().encode(`${vault},${headerText(method)}`);

function takeHeader(method: NewMethod): MethodHeader {
  if (method.kind === 'os') return { kind: 'os' };
  if (method.kind !== 'password') throw invalidInput('kind', '`password` or `os`');
  return { kind: 'password', parameters: checkKdfParameters(method.parameters), salt: takeBytes(method.salt, 'salt', KDF_BOUNDS.salt) };
}

/**
 * Whether a method is weaker than what is wanted now: less memory, or the same with fewer passes. A total order, so that two programs that
 * want different things do not rewrite a vault by turns.
 */
export function needsUpgrade(method: VaultMethod, wanted: KdfParameters): boolean {
  if (method.kind === 'os') return false;
  const { memory, passes } = method.parameters;
  return memory < wanted.memory || (memory === wanted.memory && passes < wanted.passes);
}
