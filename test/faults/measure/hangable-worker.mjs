// The worker of an actor, that spins for ever when it is told to.
import { workerData } from 'node:worker_threads';

const hang = new BroadcastChannel('hang a worker');
hang.addEventListener('message', ({ data }) => {
  while (data === workerData.name);
});
hang.unref();
await import(workerData.file);
