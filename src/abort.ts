import { aborted } from './error.ts';

/**
 * What a promise gives, unless the signal aborts first. What it gives after that goes to `discard`; its failure is not told any more.
 * @throws RegistryError `ABORTED`, or what the promise rejects with
 */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal, discard: (late: T) => void): Promise<T> {
  const ended = new AbortController();
  const abortion = new Promise<never>((_resolve, reject) => {
    const stop = (): void => {
      reject(aborted(signal.reason));
      work.then(discard, () => {});
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true, signal: ended.signal });
  });
  try {
    return await Promise.race([work, abortion]);
  } finally {
    ended.abort();
  }
}
