import { charactersOf } from '../../src/registry/index.ts';
import { trim } from '../../src/trim.ts';

/** Filled and read in one go, never kept. */
const scratch = new Uint8Array(128);

/**
 * Signatures that were found valid, whole: public key, signature and hash, so that nothing else can pass for them. Invalid ones are not
 * remembered; whoever sends garbage shall not push out what is true. The least recently used leaves first.
 */
export class VerdictMemo {
  readonly #most: number;
  readonly #valid = new Set<string>();

  /** @param most how many are remembered; each takes about 200 bytes */
  constructor(most: number) {
    this.#most = most;
  }

  static key(pubkey: Uint8Array, signature: Uint8Array, hash: Uint8Array): string {
    // In one piece: a string put together of several keeps them all.
    scratch.set(pubkey);
    scratch.set(signature, 32);
    scratch.set(hash, 96);
    return charactersOf(scratch);
  }

  has(key: string): boolean {
    if (!this.#valid.delete(key)) return false;
    this.#valid.add(key);
    return true;
  }

  add(key: string): void {
    this.#valid.add(key);
    trim(this.#valid, this.#most);
  }
}
