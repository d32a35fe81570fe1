import { invalidInput } from '../../error.ts';
import { takeBytes, type Bytes } from '../../registry/bytes.ts';

/** How hard Argon2id (RFC 9106, version 19, one lane) is made to work. */
export interface KdfParameters {
  /** KiB. */
  readonly memory: number;
  /** Passes over the memory. */
  readonly passes: number;
}

/** What a password is stretched with. */
export interface KdfRequest extends KdfParameters {
  /** Whoever asked wipes it. */
  readonly password: Bytes;
  /** 16 to 64 bytes. */
  readonly salt: Bytes;
}

/**
 * Stretches a password to 32 bytes, away from the thread that asks for it where it can. Rejects with `ABORTED`.
 * @param onProgress told how much of the work is done, from 0 to 1
 */
export type Kdf = (request: KdfRequest, options: { readonly signal: AbortSignal; readonly onProgress: (ratio: number) => void }) => Promise<Bytes>;

/** The least is OWASP's (Password Storage Cheat Sheet, Argon2id); the most is what a phone still has. */
export const KDF_BOUNDS = { memory: [19_456, 262_144], passes: [2, 10], salt: [16, 64] } as const;

/** What a password is stretched to. */
export const KEK_BYTES = 32;

/** Bytes of a password: longer ones only take time. */
const MAX_PASSWORD_BYTES = 65_536;

/** Whether we would stretch a password so. */
export const isWithinKdfBounds = ({ memory, passes }: KdfParameters): boolean => isWithin(memory, KDF_BOUNDS.memory) && isWithin(passes, KDF_BOUNDS.passes);

/**
 * Takes KDF parameters from a caller.
 * @throws RegistryError `INVALID_INPUT`
 */
export function checkKdfParameters(value: unknown, field = 'kdf'): KdfParameters {
  if (typeof value !== 'object' || value === null) throw invalidInput(field, 'an object with memory and passes');
  const { memory, passes } = value as Record<string, unknown>;
  if (!isWithin(memory, KDF_BOUNDS.memory)) throw invalidInput(`${field}.memory`, 'a whole number of KiB from 19,456 to 262,144');
  if (!isWithin(passes, KDF_BOUNDS.passes)) throw invalidInput(`${field}.passes`, 'a whole number from 2 to 10');
  return { memory, passes };
}

/**
 * Takes what a password is stretched with as a copy, which whoever takes it wipes.
 * @throws RegistryError `INVALID_INPUT`
 */
export function takeKdfRequest(request: KdfRequest): KdfRequest {
  const parameters = checkKdfParameters(request);
  const salt = takeBytes(request.salt, 'salt', KDF_BOUNDS.salt);
  return { ...parameters, salt, password: takeBytes(request.password, 'password', [1, MAX_PASSWORD_BYTES]) };
}

const isWithin = (value: unknown, [least, most]: readonly [number, number]): value is number =>
  Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
