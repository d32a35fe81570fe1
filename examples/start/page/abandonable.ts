type Act<Args extends readonly unknown[], Result> = (...args: Args) => Promise<Result>;

/** @returns what makes of a function one that begins nothing once the signal has aborted, and then waits for nothing, but rejects with its reason */
export function abandonableBy(signal: AbortSignal) {
  const abandoned = new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }));
  abandoned.catch(() => {}); // where nothing is waited for, nobody is to be told
  return <Args extends readonly unknown[], Result>(act: Act<Args, Result>): Act<Args, Result> =>
    async (...args) => {
      signal.throwIfAborted();
      return Promise.race([act(...args), abandoned]);
    };
}
