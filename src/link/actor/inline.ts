import { realClock } from '../../world.ts';
import type { ConnectOptions } from '../caller.ts';
import { inlineChannel, type Scheduler } from '../inline.ts';
import type { AnyActorDefinition, InputOf } from './definition.ts';
import { hostActor } from './host.ts';
import { ActorLink } from './link.ts';

export interface InlineOptions<D extends AnyActorDefinition> extends ConnectOptions {
  readonly input: InputOf<D>;
  /** Default: the definition's name. */
  readonly name?: string | undefined;
  /** Decides when messages are delivered. Default: the clock; `eventLoop` is faster where time is real. */
  readonly scheduler?: Scheduler | undefined;
}

/** Starts an actor in this thread, behind the same interface: every message is cloned, and delivered by the scheduler. */
export async function spawnInline<D extends AnyActorDefinition>(
  definition: D,
  { name = definition.name, input, clock = realClock, scheduler = clock, deadline }: InlineOptions<D>,
): Promise<ActorLink<D>> {
  const [near, far] = inlineChannel(scheduler);
  const hosted = hostActor<D>(definition, { port: far, name, input, clock });
  return new ActorLink<D>(near, { clock, deadline, terminate: () => hosted.close() });
}
