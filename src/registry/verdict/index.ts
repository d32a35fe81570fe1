import { nativeEngine } from '#native-ed25519';
import { isContested } from './encoding.ts';
import type { NativeEngine } from './engine.ts';
import { passesProbes, passesProbesAtOnce } from './probe.ts';
import { verifyByReference } from './reference.ts';

export { verifyByReference } from './reference.ts';
export type { NativeEngine } from './engine.ts';

/**
 * The one verdict of this library: whether a signature is valid by the rule of {@link verifyByReference}, found as fast as this host
 * can. A native engine is asked if it passed its probes and the points are not contested; whatever it answers, the reference would.
 */
export class Verdict {
  readonly #native: NativeEngine | undefined;
  #passed: Promise<boolean> | undefined;
  #passedAtOnce: boolean | undefined;

  constructor(native: NativeEngine | undefined = nativeEngine()) {
    this.#native = native;
  }

  /** Which implementation answers for uncontested points. */
  async engine(): Promise<NativeEngine['name'] | 'reference'> {
    return (await this.#trusted())?.name ?? 'reference';
  }

  /**
   * @param signature 64 bytes; any other length is `false`
   * @param publicKey 32 bytes; any other length is `false`
   */
  async verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): Promise<boolean> {
    const native = isPlain(signature, publicKey) ? await this.#trusted() : undefined;
    if (native === undefined) return verifyByReference(signature, message, publicKey);
    try {
      return await native.verify(signature, message, publicKey);
    } catch {
      return verifyByReference(signature, message, publicKey); // a key it cannot import is no verdict
    }
  }

  /** {@link verify} without waiting: natively in Node, by the reference in a browser. */
  verifyAtOnce(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
    const native = isPlain(signature, publicKey) ? this.#trustedAtOnce() : undefined;
    try {
      const answer = native?.verify(signature, message, publicKey);
      if (typeof answer === 'boolean') return answer;
    } catch {
      // a key it cannot import is no verdict
    }
    return verifyByReference(signature, message, publicKey);
  }

  async #trusted(): Promise<NativeEngine | undefined> {
    if (this.#native === undefined) return undefined;
    this.#passed ??= passesProbes(this.#native);
    return (await this.#passed) ? this.#native : undefined;
  }

  #trustedAtOnce(): NativeEngine | undefined {
    // Only OpenSSL answers at once; asking Web Crypto would leave a promise nobody waits for.
    if (this.#native?.name !== 'node:crypto') return undefined;
    this.#passedAtOnce ??= passesProbesAtOnce(this.#native);
    return this.#passedAtOnce ? this.#native : undefined;
  }
}

/** Whether lengths are right and neither A nor R is contested, so that a native engine may be asked. */
function isPlain(signature: Uint8Array, publicKey: Uint8Array): boolean {
  return signature.length === 64 && publicKey.length === 32 && !isContested(publicKey) && !isContested(signature.subarray(0, 32));
}
