import { hasCode } from '../../src/error.ts';
import type { Peer } from '../../src/link/index.ts';
import type { CheckedEntry } from '../../src/registry/index.ts';
import type { VerdictService } from '../verifier/service.ts';

/**
 * Verdicts on what comes from elsewhere than a portal: floors on disk, what a predecessor had shown, what is to be written. The verifier actors
 * are asked in turn; what one of them leaves unanswered when it dies, the next one is asked.
 */
export class Verdicts {
  readonly #verifiers = new Map<string, Peer<VerdictService>>();
  /** Called when there is a verifier to ask again. */
  #waiting: (() => void)[] = [];
  #asked = 0;

  /** @param name of the verifier: the one that takes its place has the same */
  connect(name: string, verifier: Peer<VerdictService>): void {
    // A browser does not say that the other side of a port is gone; who waits for it would wait for ever.
    this.#verifiers.get(name)?.close();
    this.#verifiers.set(name, verifier);
    void verifier.gone.then(() => this.#forget(name, verifier));
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const goOn of waiting) goOn();
  }

  /** Whether the entry is what its key signed. Waits while there is no verifier. */
  async verify(entry: CheckedEntry): Promise<boolean> {
    for (;;) {
      const verifier = await this.#next();
      try {
        return await verifier.call('verify', entry);
      } catch (error) {
        if (!hasCode(error, 'WORKER_GONE', 'CLOSED')) throw error;
      }
    }
  }

  #forget(name: string, verifier: Peer<VerdictService>): void {
    if (this.#verifiers.get(name) === verifier) this.#verifiers.delete(name);
  }

  async #next(): Promise<Peer<VerdictService>> {
    for (;;) {
      const verifiers = [...this.#verifiers.values()];
      const next = verifiers[this.#asked++ % verifiers.length];
      if (next !== undefined) return next;
      await new Promise<void>((goOn) => void this.#waiting.push(goOn));
    }
  }
}
