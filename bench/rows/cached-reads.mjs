// Cached reads: entries that are subscribed and were read before, 64 questions under way.
import { Worker } from 'node:worker_threads';
import { createRuntime } from 'secure-registry';
import { entryOf, keyOf } from '../entries.mjs';
import { throughput } from '../throughput.mjs';

const ENTRIES = 1_000;
const IN_FLIGHT = 64;

export const service = { script: 'portal.mjs', args: [ENTRIES] };
export const unit = 'reads/s';

function assertCached({ exists, source, status }) {
  if (!exists || source !== 'cache' || status !== 'live') throw new Error('this was no cached read');
}

/** By key: answered by the worker that keeps the entries. */
async function byKey(url) {
  const runtime = await createRuntime({ portals: [url], storage: 'memory' });
  const keys = Array.from({ length: ENTRIES }, (_, number) => keyOf(number));
  // Subscribed by the first reads, live as soon as the portal has pushed each.
  while (!(await runtime.readMany(keys)).every(({ status }) => status === 'live'));
  const figures = await throughput(async (number) => assertCached(await runtime.read(keys[number % ENTRIES])), IN_FLIGHT);
  await runtime.close();
  return figures;
}

/** From a handle of an entry that is watched here: answered by whoever knows it, in bytes that are the reader's own. */
async function fromHandle(url) {
  const runtime = await createRuntime({ portals: [url], storage: 'memory' });
  const handles = Array.from({ length: ENTRIES }, (_, number) => runtime.entry(keyOf(number)));
  await Promise.all(handles.map(isLive));
  const one = await handles[0].read();
  const other = await handles[0].read();
  if (sharesMemory(one, other)) throw new Error('two readers were given the same bytes');
  const figures = await throughput(async (number) => assertCached(await handles[number % ENTRIES].read()), IN_FLIGHT);
  await runtime.close();
  return figures;
}

/** Watches, for as long as the runtime lives. */
const isLive = (handle) => new Promise((resolve) => void handle.watch({ status: true }).subscribe(({ status }) => status === 'live' && resolve()));

function sharesMemory(one, other) {
  if (one === other) return true;
  return ['pubkey', 'datakey', 'data', 'signature'].some((field) => one[field].buffer === other[field].buffer);
}

/** A worker that answers a message with the result of a read, and does nothing else: what crossing the border costs by itself. */
const ECHO = `
  const { parentPort, workerData: result } = require('node:worker_threads');
  parentPort.on('message', ({ id }) => parentPort.postMessage({ id, result }));
`;

async function floor() {
  const result = { ...entryOf(0, 1), exists: true, deleted: false, status: 'live', source: 'cache', confirmedAt: 1, confirmedBy: ['http://127.0.0.1:1'], floor: 'volatile' };
  const worker = new Worker(ECHO, { eval: true, workerData: result });
  const waiting = new Map();
  worker.on('message', ({ id, result: answer }) => {
    waiting.get(id)(answer);
    waiting.delete(id);
  });
  const key = keyOf(0);
  const figures = await throughput((id) => {
    worker.postMessage({ id, key }, []);
    return new Promise((resolve) => void waiting.set(id, resolve));
  }, IN_FLIGHT);
  await worker.terminate();
  return figures;
}

const group = `cached reads across the worker border, ${IN_FLIGHT} in flight`;

export const contenders = {
  'secure-registry': { group, name: 'secure-registry (read)', run: byKey },
  floor: { group, name: 'floor: postMessage there and back', run: floor },
  handle: { group: `cached reads from an EntryHandle, ${IN_FLIGHT} in flight, a copy each`, name: 'secure-registry (entry().read)', run: fromHandle },
};

export const bars = [
  {
    text: 'cached reads across the worker border: at least 60,000 a second',
    figure: (summaries) => summaries['secure-registry'].median,
    holds: (rate) => rate >= 60_000,
    unit: '/s',
  },
  {
    text: 'cached reads from an EntryHandle, a copy each: at least 300,000 a second',
    figure: (summaries) => summaries.handle.median,
    holds: (rate) => rate >= 300_000,
    unit: '/s',
  },
];
