import { openSocket } from '#sockets';
import { eventLoop, type Scheduler } from '../src/link/index.ts';
import { realClock, type Clock, type Fetch, type OpenSocket, type Random } from '../src/world.ts';

/** What actors reach of the outside. Simulated worlds replace all of it. */
export interface ActorWorld {
  readonly clock: Clock;
  /** Calls back when the present turn of the event loop is over. */
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly openSocket: OpenSocket;
  readonly fetch: Fetch;
}

/** The outside as it is. */
export const realWorld: ActorWorld = {
  clock: realClock,
  scheduler: eventLoop,
  random: Math.random,
  openSocket,
  fetch: (url, init) => fetch(url, init),
};
