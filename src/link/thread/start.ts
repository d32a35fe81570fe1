import { spawnThread } from '#threads';
import { realClock, type Clock } from '../../world.ts';
import { greet, linkVersion } from './greeting.ts';
import type { Thread, ThreadSource } from './thread.ts';

export interface StartOptions<I> {
  readonly name: string;
  readonly input: I;
  /** What the worker file must have been booted with. */
  readonly version?: string | undefined;
  /** How long the worker may take to start, in milliseconds. Default 10,000. */
  readonly bootDeadline?: number | undefined;
  readonly clock?: Clock | undefined;
}

/** A worker that has greeted, and what to talk to it on. Whoever is done with it closes the one and terminates the other. */
export interface StartedThread {
  readonly thread: Thread;
  readonly port: MessagePort;
}

/**
 * Starts a worker whose file boots with `bootThread`. Resolves once both sides have greeted.
 *
 * @throws {RegistryError} `UNSUPPORTED` if the worker file is of another version, `WORKER_GONE` if it cannot be loaded, `TIMEOUT` if it says nothing
 */
export async function startThread<I>(source: ThreadSource, { name, input, version, bootDeadline = 10_000, clock = realClock }: StartOptions<I>): Promise<StartedThread> {
  const thread = spawnThread(source, name);
  const { port1, port2 } = new MessageChannel();
  try {
    await greet(thread, { version: linkVersion(version), name, lock: lockName(name), input, port: port2 }, clock, bootDeadline);
  } catch (error) {
    thread.terminate();
    port1.close();
    throw error;
  }
  return { thread, port: port1 };
}

/** Unguessable enough: whoever took the lock first would keep the death of the thread a secret. `randomUUID` is absent in insecure contexts. */
const lockName = (name: string): string => `secure-registry:${name}:${crypto.getRandomValues(new Uint32Array(4)).join('-')}`;
