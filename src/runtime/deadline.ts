import { aborted, timedOut, type RegistryError } from '../error.ts';
import type { Clock } from '../world.ts';

/**
 * Runs something that has to settle: within `milliseconds`, or when `signal` aborts, whichever comes first. What it started is told by
 * the signal it is given.
 * @throws RegistryError `TIMEOUT`, `ABORTED`, or what `run` throws
 */
export function settleWithin<T>(clock: Clock, milliseconds: number, signal: AbortSignal | undefined, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = new AbortController();
    const giveUp = (reason: RegistryError): void => {
      end();
      reject(reason);
      abort.abort(reason);
    };
    const onAbort = (): void => giveUp(aborted());
    const timer = clock.setTimeout(() => giveUp(timedOut(milliseconds)), milliseconds);
    const end = (): void => {
      clock.clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    signal?.addEventListener('abort', onAbort);
    if (signal?.aborted === true) return onAbort();
    run(abort.signal).then(resolve, reject).finally(end);
  });
}
