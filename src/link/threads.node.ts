import { availableParallelism } from 'node:os';
import { parentPort, Worker, type TransferListItem } from 'node:worker_threads';
import { RegistryError } from '../error.ts';
import type { Thread, ThreadSource } from './thread/thread.ts';

/** What a worker is told that is to end. */
const END = 'end';

/** How long a worker may take to end of itself, in milliseconds. */
const GRACE = 250;

/** Starts a worker thread. Node tells of its end by itself: no lock is needed. */
export function spawnThread(source: ThreadSource, name: string): Thread {
  const worker = startWorker(source, name);
  const gone = new Promise<RegistryError>((resolve) => {
    const end = (message: string, cause?: unknown): void => resolve(new RegistryError('WORKER_GONE', message, { cause }));
    worker.once('error', (cause) => end(`the ${name} worker failed`, cause)); // it exits of itself
    worker.once('messageerror', (cause) => end(`the ${name} worker sent what cannot be read`, cause));
    worker.once('exit', (code) => end(`the ${name} worker exited with code ${code}`));
  });
  return {
    gone,
    greeting: new Promise((resolve) => worker.once('message', resolve)),
    post: (message, port) => worker.postMessage(message, [port as unknown as TransferListItem]),
    watch() {},
    terminate: () => terminate(worker),
  };
}

/**
 * Asks a worker to end, and ends it if it does not. A thread that is ended from outside while it calls a native addon may take the
 * process down: node-addon-api, on which LMDB stands, aborts when a call into a stopping thread fails. One that is hung calls nothing.
 */
function terminate(worker: Worker): void {
  worker.postMessage(END, []);
  const timer = setTimeout(() => void worker.terminate(), GRACE).unref();
  worker.once('exit', () => clearTimeout(timer));
}

function startWorker(source: ThreadSource, name: string): Worker {
  if (typeof source === 'function') return source(name) as Worker;
  return new Worker(typeof source === 'string' && URL.canParse(source) ? new URL(source) : source, { name, execArgv: inheritedFlags(process.execArgv) });
}

/** Of the flags of this process, those that a file can run with: `node --input-type=module -e …` is no way to run one. */
function inheritedFlags(flags: readonly string[]): string[] {
  return flags.filter((flag, i) => !flag.startsWith('--input-type') && flags[i - 1] !== '--input-type');
}

/** In a worker: answers the first message, and ends when it is told to. */
export function onBoot(answer: (boot: unknown, locked: boolean) => unknown): void {
  let isBooted = false;
  parentPort?.on('message', (message: unknown) => {
    if (message === END) process.exit();
    if (isBooted) return;
    isBooted = true;
    parentPort?.unref(); // to be told of the end is nothing to live for
    parentPort?.postMessage(answer(message, false), []);
  });
}

/** How many threads can work at a time. */
export const processors = availableParallelism;
