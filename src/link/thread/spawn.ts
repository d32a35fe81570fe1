import { realClock } from '../../world.ts';
import type { AnyActorDefinition, InputOf } from '../actor/definition.ts';
import { ActorLink, type LinkOptions } from '../actor/link.ts';
import { startThread } from './start.ts';
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
  const { clock = realClock, deadline, heartbeat = {} } = options;
  const { thread, port } = await startThread(source, options);
  const link = new ActorLink<D>(port, { clock, deadline, heartbeat, terminate: () => thread.terminate() });
  void thread.gone.then((reason) => link.fail(reason));
  return link;
}
