import { sha256 } from '@noble/hashes/sha2.js';
import { hashDatakey, publicKeyOfSeed, signByOwnKey, takeSignedEntry, type CheckedEntry, type EntryKey } from '../registry/index.ts';
import type { Bytes } from '../registry/bytes.ts';

/** Somebody who signs entries, whose key follows from a name: nobody's secret, and the same in every run. */
export class SimulatedAuthor {
  /** 32 bytes. */
  readonly pubkey: Bytes;
  readonly #seed: Bytes;

  constructor(name: string) {
    this.#seed = sha256(new TextEncoder().encode(`simulated author ${name}`));
    this.pubkey = publicKeyOfSeed(this.#seed);
  }

  /** @param name what the datakey is made of, as `hashDatakey` does */
  key(name: string): EntryKey {
    return { pubkey: this.pubkey, datakey: hashDatakey(name) };
  }

  /** @param data at most 113 bytes, or a text of as many; default the revision in words */
  entry(name: string, revision: bigint, data: Uint8Array | string = `revision ${revision}`): CheckedEntry {
    const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
    return takeSignedEntry(signByOwnKey({ ...this.key(name), data: bytes, revision }, this.#seed, this.pubkey));
  }
}
