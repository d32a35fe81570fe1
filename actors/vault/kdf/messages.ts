import type { WireError } from '../../../src/error.ts';
import type { Bytes } from '../../../src/registry/bytes.ts';

/** Of the messages below. A worker file of another version is not given a password. */
export const KDF_VERSION = 'secure-registry kdf 1';

/** The one message to the worker; the password's memory goes with it. */
export interface StretchMessage {
  readonly password: Bytes;
  readonly salt: Bytes;
  readonly memory: number;
  readonly passes: number;
}

/** What the worker says: how far it is, any number of times, and then how it ended. */
export type KdfMessage = { readonly progress: number } | { readonly kek: Bytes } | { readonly error: WireError };
