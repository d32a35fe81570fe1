import { RegistryError } from '../../src/error.ts';
import type { Bytes } from '../../src/registry/bytes.ts';

/**
 * The keyring of the operating system, which holds a vault's key-encryption key for who is logged in. It is used where it was asked for, and nothing
 * stands in for it: every method rejects with `UNSUPPORTED` where it is missing, locked, or does not keep what it is given.
 */
export interface OsKeyring {
  /** Finds out whether it works: writes a random secret, reads it back, removes it. */
  probe(): Promise<void>;
  /**
   * The secret of a vault, undefined if the keyring works and has none. Whoever takes it wipes it.
   * @param id the vault's, 16 bytes
   */
  load(id: Uint8Array): Promise<Bytes | undefined>;
  /** @param secret 32 bytes */
  store(id: Uint8Array, secret: Uint8Array): Promise<void>;
  /** That there is none is no error. */
  remove(id: Uint8Array): Promise<void>;
}

export const osKeyringMissing = (hint: string, cause?: unknown): RegistryError => new RegistryError('UNSUPPORTED', 'the keyring of the operating system cannot be used', { hint, cause });
