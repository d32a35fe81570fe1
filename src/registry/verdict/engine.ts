/** A native implementation of ed25519, trusted only after the {@link PROBES} and never with contested points. */
export interface NativeEngine {
  readonly name: 'node:crypto' | 'webcrypto';
  /** Answers at once in Node, later in a browser. May throw, or reject, for a key it cannot import; that is no verdict. */
  verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean | Promise<boolean>;
}

/** Imported keys are kept for this many public keys; an import costs as much as the verification itself. */
export const MAX_IMPORTED_KEYS = 1024;

/** Values by the hex of their key, the least recently used one leaving first. */
export class KeyCache<T> {
  readonly #entries = new Map<string, T>();

  get(key: string, make: () => T): T {
    const known = this.#entries.get(key);
    const value = known ?? make();
    if (known !== undefined) this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size > MAX_IMPORTED_KEYS) this.#evictOldest();
    return value;
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  #evictOldest(): void {
    for (const key of this.#entries.keys()) {
      this.#entries.delete(key);
      return;
    }
  }
}
