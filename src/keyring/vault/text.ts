import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { equalBytes, type Bytes } from '../../registry/bytes.ts';
import { fromBase64url, toBase64url } from './base64url.ts';
import { CIPHER, NONCE_BYTES, TAG_BYTES } from './cipher.ts';
import { vaultDamaged, vaultUnsupported } from './damage.ts';
import { methodText, parseMethod, type VaultMethod } from './method.ts';
import { MAX_PADDED_BYTES } from './padding.ts';

const FORMAT = 'secure-registry vault';
const VERSION = 1;
export const ID_BYTES = 16;
export const MAX_GENERATION = 2n ** 64n - 1n;
const MAX_METHODS = 8;
/** Of a whole vault. */
export const MAX_VAULT_BYTES = 1_048_576;

/** What a vault tells without a key. Nothing in it is secret, and nothing in it is authenticated before the payload is opened. */
export interface VaultEnvelope {
  /** 16 bytes. */
  readonly id: Bytes;
  /** 1 … 2⁶⁴−1. */
  readonly generation: bigint;
  /** At least one, at most one of each kind. */
  readonly methods: readonly VaultMethod[];
  /** 24 bytes. */
  readonly nonce: Bytes;
  /** The padded payload, encrypted, and the tag. */
  readonly ciphertext: Bytes;
}

/** What each wrapped key is bound to. */
export const vaultText = (id: Uint8Array): string => `{"format":"${FORMAT}","version":${VERSION},"id":"${toBase64url(id)}"`;

/** What the payload is bound to: all that stands before it. */
export const headerText = ({ id, generation, methods, nonce }: Omit<VaultEnvelope, 'ciphertext'>): string =>
  `${vaultText(id)},"generation":"${generation}","methods":[${methods.map(methodText).join(',')}],"cipher":"${CIPHER}","nonce":"${toBase64url(nonce)}"`;

const bodyText = (envelope: VaultEnvelope): string => `${headerText(envelope)},"ciphertext":"${toBase64url(envelope.ciphertext)}"`;
const trailerText = (body: Uint8Array): string => `,"checksum":"${toBase64url(sha256(body))}"}\n`;
const TRAILER_BYTES = 59;

/** The bytes of a vault. */
export function encodeVault(envelope: VaultEnvelope): Bytes {
  const body = utf8(bodyText(envelope));
  return concatBytes(body, utf8(trailerText(body)));
}

/**
 * Reads the bytes of a vault, at most {@link MAX_VAULT_BYTES} of them.
 * @throws RegistryError `STORAGE` for all damage, `UNSUPPORTED` for a newer version
 */
export function parseVault(bytes: Bytes): VaultEnvelope {
  if (bytes.length < TRAILER_BYTES) throw vaultDamaged();
  const body = bytes.subarray(0, -TRAILER_BYTES);
  // First of all, so that an accident is never looked at any further.
  if (!equalBytes(utf8(trailerText(body)), bytes.subarray(-TRAILER_BYTES))) throw vaultDamaged();
  const envelope = envelopeOf(parsed(bytes));
  // Whatever else can be spelled in two ways is spelled in this one, or was not written by us.
  if (!equalBytes(utf8(bodyText(envelope)), body)) throw vaultDamaged();
  return envelope;
}

/** Neither decoder's error may be passed on: they quote what they were given. */
function parsed(bytes: Bytes): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    throw vaultDamaged();
  }
}

function envelopeOf(value: unknown): VaultEnvelope {
  if (typeof value !== 'object' || value === null) throw vaultDamaged();
  const { format, version, id, generation, methods, cipher, nonce, ciphertext } = value as Record<string, unknown>;
  if (format !== FORMAT) throw vaultDamaged();
  if (Number.isSafeInteger(version) && (version as number) > VERSION) throw vaultUnsupported();
  if (version !== VERSION || cipher !== CIPHER || !Array.isArray(methods)) throw vaultDamaged();
  return {
    id: fromBase64url(id, ID_BYTES),
    generation: generationOf(generation),
    methods: methodsOf(methods),
    nonce: fromBase64url(nonce, NONCE_BYTES),
    ciphertext: fromBase64url(ciphertext, [TAG_BYTES + 1, MAX_PADDED_BYTES + TAG_BYTES]),
  };
}

function generationOf(value: unknown): bigint {
  // Bounded before it is converted: a number of a million digits takes its time.
  if (typeof value !== 'string' || !/^[1-9]\d{0,19}$/.test(value)) throw vaultDamaged();
  const generation = BigInt(value);
  if (generation > MAX_GENERATION) throw vaultDamaged();
  return generation;
}

function methodsOf(value: readonly unknown[]): readonly VaultMethod[] {
  if (value.length < 1 || value.length > MAX_METHODS) throw vaultDamaged();
  const methods = value.map(parseMethod);
  if (new Set(methods.map(({ kind }) => kind)).size !== methods.length) throw vaultDamaged();
  return methods;
}

const utf8 = (text: string): Bytes => new TextEncoder().encode(text);
