import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { aborted } from '../../../src/error.ts';
import type { Kdf } from '../../../src/keyring/vault/index.ts';
import type { Clock } from '../../../src/world.ts';

/** Stretches passwords within simulated time. */
export class SlowKdf {
  readonly #clock: Clock;
  /** How long it takes, in milliseconds. */
  duration = 500;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  readonly stretch: Kdf = async ({ password, salt, memory, passes }, { signal, onProgress }) => {
    const key = sha256(concatBytes(password, salt, Uint8Array.of(passes), new Uint8Array(memory % 7)));
    onProgress(0);
    await new Promise<void>((resolve, reject) => {
      const timer = this.#clock.setTimeout(resolve, this.duration);
      signal.addEventListener('abort', () => {
        this.#clock.clearTimeout(timer);
        reject(aborted(signal.reason));
      });
    });
    signal.throwIfAborted();
    onProgress(1);
    return key;
  };
}
