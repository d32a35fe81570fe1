import { RegistryError } from '../error.ts';
import { inline, type InlineHost, type InlineWorld } from '../inline.ts';
import { inlineChannel, rescheduled, type Port, type Scheduler } from '../link/index.ts';
import type { ActorName } from '../runtime/hosting.ts';
import { elapsedOn, type Clock, type Fetch, type OpenBroadcast, type OpenSocket } from '../world.ts';
import { cloneMessage } from './clone.ts';

/** What of its world an actor reaches that may outlive it. */
interface Reach {
  readonly clock: Clock & Scheduler;
  readonly sockets: OpenSocket;
  readonly fetch: Fetch;
  readonly broadcast: OpenBroadcast;
}

/** The world as one actor, or one process, sees it: when that dies, nothing of what it began comes to an end. */
class Sight implements Reach {
  #isDead = false;
  #isHung = false;
  readonly clock: Clock & Scheduler;
  readonly sockets: OpenSocket;
  readonly fetch: Fetch;
  readonly broadcast: OpenBroadcast;
  readonly #open = new Set<() => void>();

  constructor({ clock, sockets, fetch, broadcast }: Reach) {
    const alive = (callback: () => void) => (): void => {
      if (!this.#isDead && !this.#isHung) callback();
    };
    this.clock = {
      now: () => clock.now(),
      elapsed: () => elapsedOn(clock),
      setTimeout: (callback, milliseconds) => clock.setTimeout(alive(callback), milliseconds),
      clearTimeout: (timer) => clock.clearTimeout(timer),
      clone: cloneMessage,
    };
    this.sockets = (url, events, options) => {
      const socket = sockets(url, { opened: alive(() => events.opened()), message: (text) => alive(() => events.message(text))(), closed: (...why) => alive(() => events.closed(...why))() }, options);
      const end = (): void => socket.abandon();
      this.#open.add(end);
      return {
        ...socket,
        abandon: () => {
          this.#open.delete(end);
          end();
        },
      };
    };
    this.fetch = (url, init) => {
      const abort = new AbortController();
      const end = (): void => abort.abort(new Error('the process is gone'));
      const onAbort = (): void => abort.abort(init.signal.reason);
      if (init.signal.aborted) onAbort();
      init.signal.addEventListener('abort', onAbort, { once: true });
      this.#open.add(end);
      return fetch(url, { ...init, signal: abort.signal }).finally(() => this.#open.delete(end));
    };
    this.broadcast = (name, hear) => {
      const channel = broadcast(name, (message) => alive(() => hear(message))());
      if (channel === undefined) return undefined;
      const end = (): void => channel.close();
      this.#open.add(end);
      return {
        // What was awaited when it died goes on, and is to reach nobody.
        post: (message) => alive(() => channel.post(message))(),
        close: () => {
          this.#open.delete(end);
          end();
        },
      };
    };
  }

  /** It does nothing any more, and is told nothing. */
  hang(): void {
    this.#isHung = true;
  }

  die(): void {
    this.#isDead = true;
    for (const end of Array.from(this.#open)) end();
    this.#open.clear();
  }
}

/** How often a worker that somebody waits for is looked at, in milliseconds, as that of a real one is (src/link/actor/heartbeat.ts). */
const LOOK = 200;

interface Living {
  readonly sight: Sight;
  readonly ports: Port[];
  readonly die: (reason: RegistryError) => void;
  /** How long it is missed before it is taken for hung, in milliseconds. */
  readonly patience: () => number;
}

/** What one runtime of a simulated world lives in: `createRuntime({ workers: process })`. Its actors die, or hang, when they are told to. */
export interface SimulatedProcess extends InlineHost {
  /** What events of its world call it. */
  readonly number: number;
  /** Ends an actor as a crash of its worker does; another takes its place. False where it does not live. */
  kill(actor: ActorName): boolean;
  /** Makes an actor do nothing any more: it is replaced when it was missed for `policy.heartbeatPatience`, or less while somebody waits. False where it does not live. */
  hang(actor: ActorName): boolean;
  /** Ends all of it at once, the runtime included, as a power failure does: nothing that it began goes on. */
  crash(): void;
}

/** @param world what all of it reaches */
export function simulatedProcess(number: number, world: InlineWorld & Reach): SimulatedProcess {
  const own = new Sight(world);
  const living = new Map<string, Living>();
  const inlineIn = (sight: Sight): InlineHost => inline({ ...world, clock: sight.clock, sockets: sight.sockets, fetch: sight.fetch, broadcast: sight.broadcast });
  const find = (actor: ActorName): Living | undefined => living.get(actor === 'verifier' ? 'verifier.0' : actor);
  const sights: Sight[] = [own];

  return {
    number,
    clock: own.clock,
    scheduler: own.clock,
    channel: () => inlineChannel(own.clock),
    async spawn(kind, name, input, policy, urgency) {
      const sight = new Sight({ ...world, clock: own.clock });
      sights.push(sight);
      const link = await inlineIn(sight).spawn(kind, name, input, policy);
      const ports: Port[] = [];
      const connectPort = link.connectPort.bind(link);
      link.connectPort = (neighbour, port) => {
        ports.push(port);
        // What it is sent, it takes in as long as it lives.
        return connectPort(neighbour, rescheduled(port, sight.clock));
      };
      const die = (reason: RegistryError): void => {
        living.delete(name);
        sight.die();
        for (const port of ports) port.close();
        link.fail(reason);
      };
      living.set(name, { sight, ports, die, patience: () => urgency?.patience() ?? policy.heartbeatPatience });
      return link;
    },
    kill(actor) {
      const found = find(actor);
      found?.die(new RegistryError('WORKER_GONE', 'the worker was killed'));
      return found !== undefined;
    },
    hang(actor) {
      const found = find(actor);
      if (found === undefined) return false;
      found.sight.hang();
      const hungAt = elapsedOn(own.clock);
      const look = (): void => {
        if (find(actor) !== found) return;
        if (elapsedOn(own.clock) - hungAt >= LOOK + found.patience()) found.die(new RegistryError('WORKER_GONE', 'the worker hangs'));
        else own.clock.setTimeout(look, LOOK / 4);
      };
      look();
      return true;
    },
    crash() {
      for (const sight of sights) sight.die();
      living.clear();
    },
  };
}
