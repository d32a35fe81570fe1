import { RegistryError } from '../error.ts';
import type { Bytes } from '../registry/bytes.ts';

/** A secret in memory, from when it is made until it is wiped. Nothing but what it is lent to sees it. */
export class Secret {
  readonly #bytes: Bytes;
  #ending: 'wiped' | 'used up' | undefined;

  /** Takes the bytes over. */
  constructor(bytes: Bytes) {
    this.#bytes = bytes;
  }

  /**
   * Lends the bytes for as long as `work` runs; it must not keep them.
   * @throws RegistryError `LOCKED` once it was wiped, `FORBIDDEN` once it was used up
   */
  lend<T>(work: (bytes: Bytes) => T): T {
    if (this.#ending === 'used up') throw new RegistryError('FORBIDDEN', 'this key was used as often as it may be');
    if (this.#ending === 'wiped') throw new RegistryError('LOCKED', 'the secrets of this keyring were wiped');
    return work(this.#bytes);
  }

  /** Ends it: its keyring was wiped, or it did all that it was for. The first ending counts. */
  wipe(ending: 'wiped' | 'used up' = 'wiped'): void {
    this.#bytes.fill(0);
    this.#ending ??= ending;
  }
}
