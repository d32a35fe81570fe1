import type { Bytes } from '../../registry/bytes.ts';

/** The vault; the one before it, while it is being replaced; the one to come. */
export type FileName = 'vault' | 'vault.old' | 'vault.new';

/** One directory of a file system, as little of it as a vault needs. Everything is synchronous: it happens inside a transaction. */
export interface Disk {
  /**
   * The bytes of a file, undefined if there is none. Of one that is larger than a vault can be, not all.
   * @throws RegistryError `FORBIDDEN` if others may read it, or it is no plain file
   */
  read(name: FileName): Bytes | undefined;
  /** Makes a file that must not exist, for this user alone. Its bytes are on the medium when this returns, its name may not be. */
  create(name: FileName, bytes: Uint8Array): void;
  /** Gives a file another name, in place of the file that has it: at once or not at all. */
  rename(from: FileName, to: FileName): void;
  /** That there is no such file is no error. */
  remove(name: FileName): void;
  /** Brings the bytes of a file to the medium. */
  sync(name: FileName): void;
  /** Brings the names of all files to the medium. */
  syncDirectory(): void;
}
