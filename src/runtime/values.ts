import type { Observable } from 'rxjs';
import { aborted, invalidInput } from '../error.ts';
import { takeRecord } from '../input.ts';
import { takeSignal } from './options.ts';

export interface ValuesOptions {
  /** Aborting ends the loop with `ABORTED`; what it was not given by then is lost. */
  readonly signal?: AbortSignal | undefined;
  /**
   * What is kept for a loop that is busy: the `latest` value alone, which is the default, or `all`, however many they become. Whichever it is, the last one
   * arrives.
   */
  readonly buffer?: 'latest' | 'all' | undefined;
}

/**
 * The values of an observable for `for await`. It is subscribed when the loop asks for the first one, until the loop is left; the loop ends when the
 * observable completes, and throws what the observable fails with, after what was told before. As with any generator, a `return()` of one's own waits for
 * a `next()` that is under way: what ends that at once is the signal.
 * @throws RegistryError `INVALID_INPUT`, at the call; `ABORTED`, in the loop
 */
export function valuesOf<T>(observable: Pick<Observable<T>, 'subscribe'>, options?: ValuesOptions): AsyncGenerator<T, void, undefined> {
  const { signal, buffer = 'latest' } = takeRecord(options, 'options', ['signal', 'buffer']);
  if (buffer !== 'latest' && buffer !== 'all') throw invalidInput('options.buffer', "'latest' or 'all'");
  return values(observable, takeSignal(signal, 'options.signal'), buffer === 'latest');
}

async function* values<T>(observable: Pick<Observable<T>, 'subscribe'>, signal: AbortSignal | undefined, isLatest: boolean): AsyncGenerator<T, void, undefined> {
  let waiting: T[] = [];
  /** Those that are next, the last first: taking the first of many from a list costs as much as they are many. */
  let next: T[] = [];
  let ending: { readonly error?: unknown } | undefined;
  let wake: (() => void) | undefined;
  const end = (how: { readonly error?: unknown }): void => {
    ending = how;
    wake?.();
  };
  const abort = (): void => {
    waiting = next = [];
    end({ error: aborted(signal?.reason) });
  };
  signal?.addEventListener('abort', abort);
  const subscription = signal?.aborted
    ? abort()
    : observable.subscribe({
        next(value) {
          if (isLatest) waiting = [];
          waiting.push(value);
          wake?.();
        },
        error: (error: unknown) => end({ error }),
        complete: () => end({}),
      });
  try {
    for (;;) {
      if (next.length === 0) [next, waiting] = [waiting.toReversed(), []];
      if (next.length > 0) yield next.pop() as T;
      else if (ending === undefined) await new Promise<void>((resolve) => (wake = resolve));
      else if ('error' in ending) throw ending.error;
      else return;
    }
  } finally {
    signal?.removeEventListener('abort', abort);
    subscription?.unsubscribe();
  }
}
