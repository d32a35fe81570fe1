// Loaded into a worker before its own code (`--import`): tells the bench what the thread is for the system, and how much memory it holds.
import { readlinkSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { collectedMemory } from './memory.mjs';

/** `PID/task/TID`; outside Linux nothing says it. */
function taskOfThisThread() {
  try {
    return readlinkSync('/proc/thread-self');
  } catch {
    return undefined;
  }
}

workerData.probe.on('message', async ({ id }) => workerData.probe.postMessage({ id, memory: await collectedMemory() }, []));
workerData.probe.unref();
workerData.probe.postMessage({ task: taskOfThisThread() }, []);
