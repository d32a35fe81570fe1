import { RegistryError } from '../error.ts';
import type { Thread, ThreadSource } from './thread/thread.ts';

/** Starts a Web Worker. */
export function spawnThread(source: ThreadSource, name: string): Thread {
  const worker = startWorker(source, name);
  let settle: (reason: RegistryError) => void;
  const gone = new Promise<RegistryError>((resolve) => (settle = resolve));
  const end = (message: string, cause?: unknown): void => settle(new RegistryError('WORKER_GONE', message, { cause }));
  worker.addEventListener('error', (event) => {
    // A script that cannot be loaded says so by an error without a message.
    end(event.message ? `the ${name} worker failed` : `the ${name} worker could not be loaded`, event.message ? new Error(event.message) : undefined);
    event.preventDefault();
  });
  worker.addEventListener('messageerror', () => end(`the ${name} worker sent what cannot be read`));
  return {
    gone,
    greeting: new Promise((resolve) => worker.addEventListener('message', ({ data }: MessageEvent<unknown>) => resolve(data), { once: true })),
    post: (message, port) => worker.postMessage(message, [port]),
    watch(lock) {
      lockManager()?.request(lock, () => end(`the ${name} worker ended`)).catch(() => {});
    },
    terminate: () => worker.terminate(),
  };
}

const startWorker = (source: ThreadSource, name: string): Worker => (typeof source === 'function' ? (source(name) as Worker) : new Worker(source, { name, type: 'module' }));

/** In a worker: answers the first message, once the lock it names is held for life. */
export function onBoot(answer: (boot: unknown, locked: boolean) => unknown): void {
  const scope = globalThis as unknown as Worker;
  scope.addEventListener(
    'message',
    ({ data }: MessageEvent<unknown>) => void holdLock((data as { lock?: unknown } | null)?.lock).then((locked) => scope.postMessage(answer(data, locked), [])),
    { once: true },
  );
}

function holdLock(name: unknown): Promise<boolean> {
  const locks = lockManager();
  if (locks === undefined || typeof name !== 'string') return Promise.resolve(false);
  return new Promise((resolve) => {
    const forLife = (): Promise<void> => {
      resolve(true);
      return new Promise(() => {});
    };
    // An opaque origin has the manager and refuses the request.
    locks.request(name, forLife).catch(() => resolve(false));
  });
}

/** Absent in insecure contexts. */
const lockManager = (): LockManager | undefined => navigator.locks;

/** How many threads can work at a time. */
export const processors = (): number => (globalThis.navigator as Partial<Navigator> | undefined)?.hardwareConcurrency ?? 1;
