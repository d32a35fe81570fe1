import { spawnThread } from '#threads';
import { realClock } from '../../world.ts';
import type { AnyActorDefinition, InputOf } from '../actor/definition.ts';
import { ActorLink, type LinkOptions } from '../actor/link.ts';
import { greet, linkVersion } from './greeting.ts';
import type { ThreadSource } from './thread.ts';

export interface SpawnOptions<I> extends Omit<LinkOptions, 'terminate'> {
  readonly name: string;
  /** Of the logic, or of what makes the actor. */
  readonly input: I;
  /** What the worker file must have been booted with. */
  readonly version?: string | undefined;
  /** How long the worker may take to start, in milliseconds. Default 10,000. */
  readonly bootDeadline?: number | undefined;
}

/**
 * Starts an actor in a thread of its own: `spawnActor<typeof verifierActor>(new URL('./worker.js', import.meta.url), { name, input })`. Resolves once both
 * sides have greeted. The thread is terminated when the link ends, and the link ends when the thread does, or gives no sign of life.
 *
 * @throws {RegistryError} `UNSUPPORTED` if the worker file is of another version, `WORKER_GONE` if it cannot be loaded, `TIMEOUT` if it says nothing
 */
export async function spawnActor<D extends AnyActorDefinition, I = InputOf<D>>(source: ThreadSource, options: SpawnOptions<I>): Promise<ActorLink<D>> {
  const { name, input, version, bootDeadline = 10_000, clock = realClock, deadline, heartbeat = {} } = options;
  const thread = spawnThread(source, name);
  const { port1, port2 } = new MessageChannel();
  try {
    await greet(thread, { version: linkVersion(version), name, lock: lockName(name), input, port: port2 }, clock, bootDeadline);
  } catch (error) {
    thread.terminate();
    port1.close();
    throw error;
  }
  const link = new ActorLink<D>(port1, { clock, deadline, heartbeat, terminate: () => thread.terminate() });
  void thread.gone.then((reason) => link.fail(reason));
  return link;
}

/** Unguessable enough: whoever took the lock first would keep the death of the thread a secret. `randomUUID` is absent in insecure contexts. */
const lockName = (name: string): string => `secure-registry:${name}:${crypto.getRandomValues(new Uint32Array(4)).join('-')}`;
