import type { RegistryError } from '../error.ts';
import type { Transfer } from './port.ts';
import type { CallContext } from './service.ts';

/** A call that a service is working on. Most never look at their signal, and making one costs as much as the rest of a call. */
export class RunningCall implements CallContext {
  readonly transferred: Transfer[] = [];
  #controller: AbortController | undefined;
  #reason: RegistryError | undefined;

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  readonly transfer = (...items: Transfer[]): void => void this.transferred.push(...items);

  abort(reason: RegistryError): void {
    this.#reason ??= reason;
    this.#controller?.abort(this.#reason);
  }
}
