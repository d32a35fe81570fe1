// Memory: what a watched entry takes, and what one takes that was read and is kept for later, in all threads together. Nothing of the bench's own grows
// with the number of entries: keys are derived again, and results are dropped.
import { setTimeout as pause } from 'node:timers/promises';
import { createRuntime, MAX_DATA_BYTES } from 'secure-registry';
import { keyOf } from '../entries.mjs';
import { collectedMemory } from '../memory.mjs';
import { scratchDirectory } from '../processes.mjs';
import { Threads } from '../threads.mjs';

/** What grows once, with the first entries, is no part of what an entry takes. */
const BASE = 200;
const MOST = 100_000;
/** Reads under way together. */
const TOGETHER = 500;

export const unit = 'bytes';
/** Memory is not as fickle as time, and so many entries take their time. */
export const mostRounds = 2;
const MOST_ROUNDS_OF_MOST = 1;
export const service = { script: 'portal.mjs', args: [MOST] };

/** Bytes for each of `count` things that `add` makes, but for the first few. */
async function bytesEach(count, add, memory) {
  await add(0, BASE);
  const before = await settled(memory);
  await add(BASE, count);
  return { value: ((await settled(memory)) - before) / (count - BASE) };
}

/** Buffers that are emptied once in a while are none of what an entry takes: looks again until less than a hundredth more is gone. */
async function settled(memory) {
  for (let last = Infinity; ; ) {
    const now = await memory();
    if (now > last * 0.99) return now;
    last = now;
    await pause(1_000);
  }
}

/** Watches, and waits until a portal vouches for each. All share one subscriber: what a closure for each would take is not the runtime's. */
function watchAll(runtime, from, before) {
  return new Promise((resolve, reject) => {
    let live = 0;
    const take = ({ exists, data, status }) => {
      if (!exists || data.length !== MAX_DATA_BYTES) reject(new Error('this was not the entry'));
      if (status === 'live' && ++live === before - from) resolve();
    };
    for (let number = from; number < before; number++) runtime.watch(keyOf(number), { status: true }).subscribe(take);
  });
}

/** A worker that is replaced begins anew; if it is taken for hung again and again, that would never end. */
const isReplaced = (threads) => threads.ended.then((actor) => Promise.reject(new Error(`the ${actor} worker ended, and was replaced`)));

async function watched(url, count) {
  const threads = new Threads();
  const runtime = await createRuntime({ portals: [url], storage: 'memory', workers: threads.workers });
  const measured = bytesEach(count, (from, before) => watchAll(runtime, from, before), () => threads.memory());
  const figures = await Promise.race([measured, isReplaced(threads)]);
  await runtime.close();
  return figures;
}

async function readAll(runtime, from, before) {
  for (let first = from; first < before; first += TOGETHER) {
    const numbers = Array.from({ length: Math.min(TOGETHER, before - first) }, (_, i) => first + i);
    const results = await runtime.readMany(numbers.map(keyOf));
    if (!results.every(({ exists, data }, i) => exists && data[0] === numbers[i] % 251)) throw new Error('an entry was not read');
  }
}

/** Resolves when the entries actor has let go of all that nobody uses. */
function isIdle(runtime) {
  return new Promise((resolve, reject) => {
    const subscription = runtime.actors.entries.snapshot$.subscribe({
      error: reject,
      next({ context }) {
        if (context.entries > 0) return;
        queueMicrotask(() => subscription.unsubscribe());
        resolve();
      },
    });
  });
}

async function cached(url, count, storage) {
  const threads = new Threads();
  const runtime = await createRuntime({ portals: [url], storage, workers: threads.workers, policy: { linger: 1 } });
  const add = async (from, before) => {
    await readAll(runtime, from, before);
    await isIdle(runtime);
  };
  const figures = await Promise.race([bytesEach(count, add, () => threads.memory()), isReplaced(threads)]);
  for (let number = 0; number < count; number += Math.floor(count / 10)) {
    const { exists, source, data } = await runtime.read(keyOf(number), { maxStaleness: Infinity });
    if (!exists || source !== 'cache' || data[0] !== number % 251) throw new Error('what was read is not kept');
  }
  await runtime.close();
  return figures;
}

async function simplePool(url, count) {
  const { SimplePool, useWebSocketImplementation } = await import('nostr-tools/pool');
  const { default: WebSocket } = await import('ws');
  useWebSocketImplementation(WebSocket);
  const pool = new SimplePool();
  const add = (from, before) =>
    new Promise((resolve, reject) => {
      let shown = 0;
      for (let number = from; number < before; number++) {
        const onevent = ({ tags }) => {
          if (tags[0][1] !== `entry ${number}`) reject(new Error('this was not the event'));
          if (++shown === before - from) resolve();
        };
        pool.subscribe([url], { kinds: [30_078], '#d': [`entry ${number}`] }, { onevent, onclose: () => reject(new Error('a subscription ended')) });
      }
    });
  const figures = await bytesEach(count, add, collectedMemory);
  process.exitCode = 0;
  setImmediate(() => process.exit()); // its subscriptions reject when they end, and it has no way to be closed in silence
  return figures;
}

const COUNTS = [1_000, 10_000, MOST];
const NOSTR = 10_000;
const CACHED = 10_000;
const groupOf = (count) => `memory of a watched entry, ${count.toLocaleString('en')} of them`;
const cachedGroup = 'memory of an entry that was read, and is kept, 10,000 of them';

export const contenders = {
  ...Object.fromEntries(COUNTS.map((count) => [`watched ${count}`, { group: groupOf(count), name: 'secure-registry', run: (url) => watched(url, count), ...(count === MOST && { mostRounds: MOST_ROUNDS_OF_MOST }) }])),
  nostr: {
    group: groupOf(NOSTR),
    name: 'nostr-tools 2.25 (SimplePool.subscribe), which keeps no event',
    run: (url) => simplePool(url, NOSTR),
    service: { script: 'nostr-relay.mjs', args: [NOSTR] },
  },
  cached: { group: cachedGroup, name: 'secure-registry', run: (url) => cached(url, CACHED, 'memory') },
  'cached on disk': { group: cachedGroup, name: 'secure-registry, floors on disk', run: (url) => cached(url, CACHED, { path: scratchDirectory() }) },
};

export const bars = [
  {
    text: 'memory of a watched entry, 10,000 of them: at most 4,096 bytes',
    figure: (summaries) => summaries['watched 10000'].median,
    holds: (bytes) => bytes <= 4_096,
    unit: ' bytes',
  },
  {
    text: 'memory of an entry that was read, and is kept: at most 450 bytes',
    figure: (summaries) => summaries.cached.median,
    holds: (bytes) => bytes <= 450,
    unit: ' bytes',
  },
  {
    text: '100,000 entries are watched: all of them vouched for',
    figure: (summaries) => summaries[`watched ${MOST}`].rounds.length,
    holds: (rounds) => rounds > 0,
    unit: ' rounds',
  },
];
