import { bytesToHex } from '@noble/hashes/utils.js';
import { RegistryError } from '../../error.ts';
import { entryId, type CheckedEntry } from '../../registry/index.ts';
import { judgePut, type EntryStore, type Precondition, type PutResult } from './entry-store.ts';

/** An entry store that forgets: for tests and for portals that live as long as their process. */
export class MemoryStore implements EntryStore {
  #entries: Map<string, CheckedEntry> | undefined = new Map();

  async get(id: Uint8Array): Promise<CheckedEntry | undefined> {
    return this.#open().get(bytesToHex(id));
  }

  async putIfNewer(entry: CheckedEntry, precondition?: Precondition): Promise<PutResult> {
    const entries = this.#open();
    const id = bytesToHex(entryId(entry));
    const result = judgePut(entry, entries.get(id), precondition);
    if (result.outcome === 'stored') entries.set(id, entry);
    return result;
  }

  async close(): Promise<void> {
    this.#entries = undefined;
  }

  #open(): Map<string, CheckedEntry> {
    if (this.#entries === undefined) throw new RegistryError('STORAGE', 'the entry store is closed', { retryable: false });
    return this.#entries;
  }
}
