import { hasCode, RegistryError, timedOut } from '../error.ts';
import type { Clock } from '../world.ts';
import { settleWithin } from './deadline.ts';
import type { ActorName } from './hosting.ts';
import type { LinkTo, Slot } from './slot.ts';

/** How long something asked of an actor may take. */
export interface AskOptions {
  readonly clock: Clock;
  readonly milliseconds: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks the actor in a place, or the next one there. Where none came in time, what stood in its way is the cause.
 * @throws RegistryError `TIMEOUT`, `ABORTED`, `CLOSED`, `WORKER_GONE`, or what `ask` throws
 */
export async function askWithin<N extends ActorName, T>(
  slot: Slot<N>,
  { clock, milliseconds, signal }: AskOptions,
  ask: (link: LinkTo<N>, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  slot.demand?.begin();
  try {
    return await settleWithin(clock, milliseconds, signal, async (inner) => ask(await slot.alive(), inner));
  } catch (error) {
    throw hasCode(error, 'TIMEOUT') ? lateReason(slot, milliseconds) : error;
  } finally {
    slot.demand?.end();
  }
}

/** Why nothing came from the actor in a place for so many milliseconds. */
export function lateReason(slot: Slot<ActorName>, milliseconds: number): RegistryError {
  if (slot.link !== undefined) return timedOut(milliseconds);
  return new RegistryError('WORKER_GONE', `no ${slot.kind} worker could be started within ${milliseconds} ms`, { cause: slot.failure });
}
