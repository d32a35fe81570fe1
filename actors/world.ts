import { openSocket } from '#sockets';
import { eventLoop, type Scheduler } from '../src/link/index.ts';
import { realClock, type Clock, type Fetch, type Network, type OpenSocket, type Random } from '../src/world.ts';

/** What actors reach of the outside. Simulated worlds replace all of it. */
export interface ActorWorld {
  readonly clock: Clock;
  /** Calls back when the present turn of the event loop is over. */
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly openSocket: OpenSocket;
  readonly fetch: Fetch;
  readonly network: Network;
}

/** What a browser tells its pages and workers; Node says nothing. */
const realNetwork: Network = {
  listen(changed) {
    if (typeof globalThis.addEventListener !== 'function') return () => {};
    const online = (): void => changed(true);
    const offline = (): void => changed(false);
    globalThis.addEventListener('online', online);
    globalThis.addEventListener('offline', offline);
    return () => {
      globalThis.removeEventListener('online', online);
      globalThis.removeEventListener('offline', offline);
    };
  },
};

/** The outside as it is. */
export const realWorld: ActorWorld = {
  clock: realClock,
  scheduler: eventLoop,
  random: Math.random,
  openSocket,
  fetch: (url, init) => fetch(url, init),
  network: realNetwork,
};
