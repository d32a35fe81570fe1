import type { Bytes } from '../../registry/bytes.ts';

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
