import { SERVICES_VERSION } from '../../actors/version.ts';
// Not by the folder's door, behind which XState stands too: a page that has its actors in workers needs none.
import type { Urgency } from '../link/index.ts';
import { eventLoop } from '../link/event-loop.ts';
import { messageChannel } from '../link/port.ts';
import { spawnActor } from '../link/thread/spawn.ts';
import type { ThreadSource } from '../link/thread/thread.ts';
import type { Policy } from '../policy.ts';
import { realClock } from '../world.ts';
import type { ActorDefinitions, ActorHost, ActorInputs, ActorName } from './hosting.ts';

/**
 * Actors in workers of their own.
 * @param source what starts the worker that plays this part
 */
export function dedicatedHost(source: (name: ActorName) => ThreadSource): ActorHost {
  return {
    clock: realClock,
    scheduler: eventLoop,
    spawn: <N extends ActorName>(kind: N, name: string, input: ActorInputs[N], { heartbeatInterval, heartbeatPatience }: Policy, urgency?: Urgency) =>
      spawnActor<ActorDefinitions[N], ActorInputs[N]>(source(kind), {
        name,
        input,
        version: SERVICES_VERSION,
        deadline: Infinity,
        heartbeat: { interval: heartbeatInterval, patience: heartbeatPatience, urgency },
      }),
    channel: messageChannel,
  };
}
