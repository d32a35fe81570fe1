import { bytesToHex } from '@noble/hashes/utils.js';
import { RegistryError } from '../../error.ts';
import { equalBytes } from '../../registry/bytes.ts';
import { Room } from './room.ts';
import type { FilePutOutcome, FileStore } from './file-store.ts';

/** A file store that forgets: for tests and for portals that live as long as their process. */
export class MemoryFileStore implements FileStore {
  #files: Map<string, Uint8Array> | undefined = new Map();
  readonly #room: Room;

  /** @param mostBytes all files together */
  constructor(mostBytes: number) {
    this.#room = new Room(mostBytes);
  }

  async get(merkleRoot: Uint8Array): Promise<Uint8Array | undefined> {
    return this.#open().get(bytesToHex(merkleRoot))?.slice();
  }

  async put(merkleRoot: Uint8Array, used: Uint8Array): Promise<FilePutOutcome> {
    const files = this.#open();
    const name = bytesToHex(merkleRoot);
    const known = files.get(name);
    if (known !== undefined && equalBytes(known, used)) return 'identical';
    if (!this.#room.take(used.length)) return 'full';
    if (known !== undefined) this.#room.give(known.length);
    files.set(name, used.slice());
    return 'stored';
  }

  async close(): Promise<void> {
    this.#files = undefined;
  }

  #open(): Map<string, Uint8Array> {
    if (this.#files === undefined) throw new RegistryError('STORAGE', 'the file store is closed', { retryable: false });
    return this.#files;
  }
}
