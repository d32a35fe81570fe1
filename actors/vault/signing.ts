import { invalidInput, RegistryError } from '../../src/error.ts';
import { takeRecord } from '../../src/input.ts';
import type { Signer } from '../../src/keyring/index.ts';
import type { SignedEntry, UnsignedEntry } from '../../src/registry/index.ts';
import type { SigningPurpose } from './service.ts';

const PURPOSES: ReadonlySet<unknown> = new Set<SigningPurpose>(['registry-entry', 'message', 'extrinsic']);

/** A request to sign, as it came: what is to be signed is looked at by who signs it. */
export interface CheckedRequest {
  readonly key: unknown;
  readonly public: unknown;
  readonly purpose: SigningPurpose;
  readonly content: unknown;
}

/** Where the content of a request lies, by its purpose. */
const CONTENT = { 'registry-entry': 'entry', message: 'message', extrinsic: 'payload' } as const;

/** @throws RegistryError `INVALID_INPUT` naming the field */
export function takeSignRequest(value: unknown): CheckedRequest {
  const { purpose } = takeObject(value, 'request');
  if (!isPurpose(purpose)) throw invalidInput('request.purpose', "'registry-entry', 'message' or 'extrinsic'");
  const { key, public: expected, [CONTENT[purpose]]: content } = takeRecord(value, 'request', ['key', 'public', 'purpose', CONTENT[purpose]]);
  return { key, public: expected, purpose, content };
}

export const isPurpose = (value: unknown): value is SigningPurpose => PURPOSES.has(value);

/**
 * Signs by purpose: the bytes that are signed are made here, of what they mean.
 * @throws RegistryError `INVALID_INPUT`; `UNSUPPORTED` if the key's type does not sign that; `FORBIDDEN`
 */
export async function signBy(signer: Signer, { purpose, content }: CheckedRequest): Promise<SignedEntry | Uint8Array> {
  switch (purpose) {
    case 'registry-entry':
      return signer.signEntry({ pubkey: signer.publicKey, ...takeObject(content, 'request.entry') } as unknown as UnsignedEntry);
    case 'message':
      return signer.signMessage(content as Uint8Array);
    case 'extrinsic':
      if (signer.signExtrinsic === undefined) throw new RegistryError('UNSUPPORTED', 'a key of this type signs no extrinsics', { field: 'request.purpose', hint: 'use an sr25519 or secp256k1 key' });
      return signer.signExtrinsic(content as Uint8Array);
  }
}

function takeObject(value: unknown, field: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalidInput(field, 'an object');
  return value as Record<string, unknown>;
}
