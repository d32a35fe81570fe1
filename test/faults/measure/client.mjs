// What measured rows have in common: a runtime in workers, entries, and waits for what happens.
import { createRuntime } from 'secure-registry';
import { entryOf, keyOf, writeText } from '../../../bench/entries.mjs';

export { entryOf, keyOf };

export const pause = (milliseconds) => new Promise((resolve) => void setTimeout(resolve, milliseconds));

/** Longer than anything that is promised. */
const PATIENCE = 60_000;

/** The first value of a stream that is so. */
export function first(stream, isSo) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('what was waited for did not come')), PATIENCE);
    let subscription;
    let isFound = false;
    const found = (value) => {
      isFound = true;
      clearTimeout(timer);
      subscription?.unsubscribe();
      resolve(value);
    };
    subscription = stream.subscribe({ next: (value) => !isFound && isSo(value) && found(value), error: reject });
    if (isFound) subscription.unsubscribe();
  });
}

/** Uses a runtime, and closes it. */
export async function withRuntime(options, use) {
  const runtime = await createRuntime({ storage: 'memory', ...options });
  try {
    return await use(runtime);
  } finally {
    await runtime.close();
  }
}

/** Follows an entry, so that what it waits for is not missed: `until(isSo)` resolves with when it was so. */
export function follow(runtime, key) {
  let last;
  const waiting = new Set();
  runtime.watch(key, { status: true }).subscribe((result) => {
    last = { result, at: performance.now() };
    for (const look of waiting) look();
  });
  return {
    until: (isSo) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('a watch did not tell what was waited for')), PATIENCE);
        const look = () => {
          if (last === undefined || !isSo(last.result)) return;
          waiting.delete(look);
          clearTimeout(timer);
          resolve(last.at);
        };
        waiting.add(look);
        look();
      }),
  };
}

export const isLive = ({ status }) => status === 'live';
export const isAt = (revision) => ({ exists, revision: shown }) => exists && shown === BigInt(revision);
export const isLiveAt = (revision) => (result) => isLive(result) && isAt(revision)(result);

/** Until the runtime is connected to a portal. */
export const connected = (runtime, url) => first(runtime.portals$, (portals) => portals.some((portal) => portal.url === url && portal.state === 'live'));

/** Stores an entry at a portal, as anybody does. */
export async function put(url, entry) {
  const { status } = await fetch(`${url}/skynet/registry`, { method: 'POST', body: writeText(entry) });
  if (status !== 204) throw new Error(`the portal answered ${status}`);
}

/** How long something takes, in milliseconds. */
export async function timed(work) {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

/** The code that something is refused with. */
export const codeOf = (work) =>
  work.then(
    () => 'nothing',
    ({ code }) => code,
  );
