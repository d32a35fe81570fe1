import type { Bytes } from '../../registry/bytes.ts';

/** Where one vault is kept: in Node a file, elsewhere a record of a storage. What is kept is opaque but for its generation. */
export interface VaultPlace {
  /** Whether what was replaced outlives this process and a loss of power. */
  readonly durable: boolean;

  /**
   * The vault that stands there, undefined if none does. Its outer form was checked: of a copy that is damaged, an older whole one is what stands there.
   * It is not remembered: whoever put it there may not have what opens it.
   * @param options.acceptOlder also one that is older than one that stood there before, or none where one stood
   * @throws RegistryError `STORAGE` if no whole copy is there, or it is older than one that stood there before, or gone; `FORBIDDEN` if others may read it, or it is a
   * link; `UNSUPPORTED` if it is of a newer version
   */
  load(options?: { readonly acceptOlder?: boolean }): Promise<Bytes | undefined>;

  /**
   * Remembers that this vault, which stands there and was opened, is the newest: from now on none older is loaded. None at all: that none stands there is
   * known. Where another stands there by now, nothing is remembered.
   * @throws RegistryError `STORAGE`
   */
  vouch(vault: Bytes | undefined): Promise<void>;

  /**
   * Puts a vault in the place of the one of generation `expected`, or where none stands: whole or not at all, whatever happens meanwhile. The same bytes
   * once more are no error: who is not told the outcome may ask again.
   * @param next a whole vault, of a higher generation
   * @throws RegistryError `CONFLICT` if another process was faster, `STORAGE`, `FORBIDDEN`, `INVALID_INPUT`
   */
  replace(expected: bigint | undefined, next: Bytes): Promise<void>;

  /** @throws RegistryError `CONFLICT`, `STORAGE` */
  remove(expected: bigint): Promise<void>;

  /**
   * Removes whatever is there, whole or damaged, and what is remembered of it: for who has lost what opens it.
   * @throws RegistryError `STORAGE`, `FORBIDDEN`
   */
  clear(): Promise<void>;

  /** The generation that stands there, cheaply; undefined if there is none. */
  generation(): Promise<bigint | undefined>;

  close(): Promise<void>;
}
