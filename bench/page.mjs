// The contender in a page: what rows/chromium.mjs asks it to do. Keys are made here, of signers' public keys in hex.
import { createRuntime, hashDatakey } from 'secure-registry';
import { throughput } from './throughput.mjs';

const bytes = (text) => Uint8Array.from(text.match(/../g), (pair) => Number.parseInt(pair, 16));

const keysOf = (pubkeys, count) => {
  const signers = pubkeys.map(bytes);
  return Array.from({ length: count }, (_, number) => ({ pubkey: signers[number % signers.length], datakey: hashDatakey(`entry ${number}`) }));
};

const start = (url) => createRuntime({ portals: [url], storage: 'memory' });

async function coldReads(url, pubkeys, count) {
  const [runtime, keys] = [await start(url), keysOf(pubkeys, count + 1)];
  const isRefused = await runtime.read(keys[count]).then(
    () => false,
    () => true,
  );
  if (!isRefused) throw new Error('it took a forged entry');
  const read = async (number) => {
    const { exists, source } = await runtime.read(keys[number]);
    if (!exists || source !== 'portal') throw new Error('this was no cold read');
  };
  const figures = await throughput(read, 32, count);
  await runtime.close();
  return figures;
}

async function cachedReads(url, pubkeys, count) {
  const [runtime, keys] = [await start(url), keysOf(pubkeys, count)];
  while (!(await runtime.readMany(keys)).every(({ status }) => status === 'live'));
  const read = async (number) => {
    const { exists, source, status } = await runtime.read(keys[number % count]);
    if (!exists || source !== 'cache' || status !== 'live') throw new Error('this was no cached read');
  };
  const figures = await throughput(read, 64);
  await runtime.close();
  return figures;
}

/** How many results subscribers were shown, and of which revision how many. */
let [total, watchers] = [0, 0];
const counts = new Map();
let onShown = () => {};

async function watch(url, pubkeys, count) {
  const [runtime, keys] = [await start(url), keysOf(pubkeys, count)];
  watchers = count;
  const greeted = shown(1);
  for (const key of keys) {
    runtime.watch(key).subscribe(({ exists, revision }) => {
      if (!exists) throw new Error('an entry vanished');
      total++;
      counts.set(revision, (counts.get(revision) ?? 0) + 1);
      onShown();
    });
  }
  await greeted;
}

/** Resolves when all were shown this revision: how many results there had been by then, and when that was. */
async function shown(revision) {
  const isDone = () => counts.get(BigInt(revision)) === watchers;
  if (!isDone()) await new Promise((resolve) => void (onShown = () => isDone() && resolve()));
  return { count: total, at: performance.now() };
}

globalThis.bench = { coldReads, cachedReads, watch, shown };
