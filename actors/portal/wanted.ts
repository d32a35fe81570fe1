import { bytesToHex } from '@noble/hashes/utils.js';
import type { EntryKey } from '../../src/registry/index.ts';

type Listener = (action: 'subscribe' | 'unsubscribe', key: EntryKey) => void;

/** The entries that somebody wants to be told of, whatever connection there is. */
export class Wanted implements Iterable<EntryKey> {
  readonly #keys = new Map<string, EntryKey>();
  readonly #listeners = new Set<Listener>();

  get size(): number {
    return this.#keys.size;
  }

  [Symbol.iterator](): Iterator<EntryKey> {
    return this.#keys.values();
  }

  add(key: EntryKey): void {
    const name = nameOf(key);
    if (this.#keys.has(name)) return;
    this.#keys.set(name, key);
    for (const listener of this.#listeners) listener('subscribe', key);
  }

  delete(key: EntryKey): void {
    if (!this.#keys.delete(nameOf(key))) return;
    for (const listener of this.#listeners) listener('unsubscribe', key);
  }

  /** The wanted key that says the same. */
  find(key: EntryKey): EntryKey | undefined {
    return this.#keys.get(nameOf(key));
  }

  /** Asks for an entry again, as after words of its own were lost. */
  renew(key: EntryKey): void {
    if (this.find(key) !== undefined) for (const listener of this.#listeners) listener('subscribe', key);
  }

  /** Calls `listener` for every change until the answered function is called. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

const nameOf = ({ pubkey, datakey }: EntryKey): string => `${bytesToHex(pubkey)}${bytesToHex(datakey)}`;
