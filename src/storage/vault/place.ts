import type { Bytes } from '../../registry/bytes.ts';

/** Where one vault is kept: in Node a file, elsewhere a record of a storage. What is kept is opaque but for its generation. */
export interface VaultPlace {
  /** Whether what was replaced outlives this process and a loss of power. */
  readonly durable: boolean;

  /**
   * The vault that stands there, undefined if none does. Its outer form was checked: of a copy that is damaged, an older whole one is what stands there.
   * @throws RegistryError `STORAGE` if no whole copy is there, or it is older than one that stood there before; `FORBIDDEN` if others may read it, or it is a link
   */
  load(options?: { readonly acceptOlder?: boolean }): Promise<Bytes | undefined>;

  /**
   * Puts a vault in the place of the one of generation `expected`, or where none stands: whole or not at all, whatever happens meanwhile.
   * @throws RegistryError `CONFLICT` if another process was faster, `STORAGE`
   */
  replace(expected: bigint | undefined, next: Bytes): Promise<void>;

  /** @throws RegistryError `CONFLICT`, `STORAGE` */
  remove(expected: bigint): Promise<void>;

  /** The generation that stands there, cheaply; undefined if there is none. */
  generation(): Promise<bigint | undefined>;

  close(): Promise<void>;
}
