/**
 * Where a portal keeps files, each as the used bytes of its base sector and under that sector's Merkle root. That the root is theirs is checked before they come
 * here, so that what is kept never changes and needs no order. `fileStoreConformance` says whether an implementation does as it must.
 */
export interface FileStore {
  /**
   * @param merkleRoot 32 bytes
   * @returns the bytes that were put; undefined if none were
   * @throws RegistryError `STORAGE`, also for bytes that cannot be trusted to be what was put
   */
  get(merkleRoot: Uint8Array): Promise<Uint8Array | undefined>;
  /**
   * Keeps the bytes. `stored` and `identical` are said only once they would outlive the process and, for a durable store, the machine's power; what was damaged is stored anew.
   * @param used at most 4 MiB
   * @throws RegistryError `STORAGE`; then nothing is promised about them
   */
  put(merkleRoot: Uint8Array, used: Uint8Array): Promise<FilePutOutcome>;
  /** Calls after it are `STORAGE`; a second one does nothing. */
  close(): Promise<void>;
}

/** `full`: there is no room, and nothing was changed. */
export type FilePutOutcome = 'stored' | 'identical' | 'full';
