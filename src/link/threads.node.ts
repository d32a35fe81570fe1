import { availableParallelism } from 'node:os';
import { parentPort, Worker, type TransferListItem } from 'node:worker_threads';
import { RegistryError } from '../error.ts';
import type { Thread, ThreadSource } from './thread/thread.ts';

/** Starts a worker thread. Node tells of its end by itself: no lock is needed. */
export function spawnThread(source: ThreadSource, name: string): Thread {
  const worker = startWorker(source, name);
  const gone = new Promise<RegistryError>((resolve) => {
    const end = (message: string, cause?: unknown): void => resolve(new RegistryError('WORKER_GONE', message, { cause }));
    worker.once('error', (cause) => {
      end(`the ${name} worker failed`, cause);
      void worker.terminate();
    });
    worker.once('messageerror', (cause) => end(`the ${name} worker sent what cannot be read`, cause));
    worker.once('exit', (code) => end(`the ${name} worker exited with code ${code}`));
  });
  return {
    gone,
    greeting: new Promise((resolve) => worker.once('message', resolve)),
    post: (message, port) => worker.postMessage(message, [port as unknown as TransferListItem]),
    watch() {},
    terminate: () => void worker.terminate(),
  };
}

function startWorker(source: ThreadSource, name: string): Worker {
  if (typeof source === 'function') return source(name) as Worker;
  return new Worker(typeof source === 'string' && URL.canParse(source) ? new URL(source) : source, { name, execArgv: inheritedFlags(process.execArgv) });
}

/** Of the flags of this process, those that a file can run with: `node --input-type=module -e …` is no way to run one. */
function inheritedFlags(flags: readonly string[]): string[] {
  return flags.filter((flag, i) => !flag.startsWith('--input-type') && flags[i - 1] !== '--input-type');
}

/** In a worker: answers the first message. */
export function onBoot(answer: (boot: unknown, locked: boolean) => unknown): void {
  parentPort?.once('message', (boot: unknown) => parentPort?.postMessage(answer(boot, false), []));
}

/** How many threads can work at a time. */
export const processors = availableParallelism;
