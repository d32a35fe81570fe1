// What a thread holds once its garbage is collected.
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

/** Objects that finalizers hold go one collection later, and what the finalizers let go of goes after that. */
const COLLECTIONS = 4;

/** @returns {Promise<number>} bytes on this thread's own heap, and in its array buffers, which lie outside */
export async function collectedMemory() {
  for (let i = 0; i < COLLECTIONS; i++) {
    collect();
    await turn();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
