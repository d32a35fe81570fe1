type Act<Args extends readonly unknown[], Result> = (...args: Args) => Promise<Result>;

/** What is done on a tour that can be stopped. Each function rejects with the signal's reason once it aborts, and then begins nothing. */
export interface Stoppable {
  /** Does not wait for what is under way any longer. */
  readonly givenUp: <Args extends readonly unknown[], Result>(act: Act<Args, Result>) => Act<Args, Result>;
  /** Waits for what is under way: it has to be done before it can be undone. */
  readonly finished: <Args extends readonly unknown[], Result>(act: Act<Args, Result>) => Act<Args, Result>;
}

export function stoppable(signal: AbortSignal): Stoppable {
  const stopped = new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }));
  stopped.catch(() => {}); // where nothing is under way, nobody is to be told
  return {
    givenUp: (act) => async (...args) => {
      signal.throwIfAborted();
      return Promise.race([act(...args), stopped]);
    },
    finished: (act) => async (...args) => {
      signal.throwIfAborted();
      const result = await act(...args);
      signal.throwIfAborted();
      return result;
    },
  };
}
