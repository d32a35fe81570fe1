// Cached reads: entries that are subscribed and were read before, answered by the worker that keeps them, 64 questions under way.
import { Worker } from 'node:worker_threads';
import { createRuntime } from 'secure-registry';
import { entryOf, keyOf } from '../entries.mjs';
import { throughput } from '../throughput.mjs';

const ENTRIES = 1_000;
const IN_FLIGHT = 64;

export const service = { script: 'portal.mjs', args: [ENTRIES] };
export const unit = 'reads/s';

async function ours(url) {
  const runtime = await createRuntime({ portals: [url], storage: 'memory' });
  const keys = Array.from({ length: ENTRIES }, (_, number) => keyOf(number));
  // Subscribed by the first reads, live as soon as the portal has pushed each.
  while (!(await runtime.readMany(keys)).every(({ status }) => status === 'live'));
  const figures = await throughput(async (number) => {
    const { exists, source, status } = await runtime.read(keys[number % ENTRIES]);
    if (!exists || source !== 'cache' || status !== 'live') throw new Error('this was no cached read');
  }, IN_FLIGHT);
  await runtime.close();
  return figures;
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
  'secure-registry': { group, name: 'secure-registry', run: ours },
  floor: { group, name: 'floor: postMessage there and back', run: floor },
};

export const bars = [];
