import { blake2b } from '@noble/hashes/blake2.js';
import { u64le, type Bytes } from '../../registry/bytes.ts';

/** What only this module of a kernel can have said: storage and channels are every module's. Without a key it says nothing, and believes nothing. */
export class Seal {
  #key: Bytes | undefined;

  /** @param key 32 bytes that no other module has: from now on */
  use(key: Bytes): void {
    this.#key = key;
  }

  /**
   * BLAKE2b-256, keyed, over what kind of statement it is and all its parts, each behind its length; undefined without a key.
   * @param kind 0 … 255
   */
  of(kind: number, ...parts: readonly Uint8Array[]): Bytes | undefined {
    if (this.#key === undefined) return undefined;
    const hash = blake2b.create({ dkLen: 32, key: this.#key }).update(Uint8Array.of(kind));
    for (const part of parts) hash.update(u64le(part.length)).update(part);
    return new Uint8Array(hash.digest());
  }

  /** Whether these 32 bytes are the seal of that. */
  holds(seal: Uint8Array, kind: number, ...parts: readonly Uint8Array[]): boolean {
    const own = this.of(kind, ...parts);
    if (own === undefined || seal.length !== own.length) return false;
    // In a time that tells nothing of where they differ.
    return own.reduce((difference, byte, i) => difference | (byte ^ (seal[i] as number)), 0) === 0;
  }
}
