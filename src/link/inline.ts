import type { Clock } from '../world.ts';
import type { Port, PortEvent, Transfer } from './port.ts';

/** Decides when a message is delivered; a `Clock` is one. */
export interface Scheduler extends Pick<Clock, 'setTimeout'> {
  /** Clones messages that nothing is moved with, in place of structured clone. */
  readonly clone?: (message: unknown) => unknown;
}

type Listener = (event: PortEvent) => void;

/** All inline ports, and what arrives at each; every other port is a real one. */
const inlinePorts = new WeakMap<object, Inbox>();

/**
 * Two ends of a channel in memory. What is posted is cloned at once, as structured clone does, and delivered in order, each message
 * in a turn of its own given by `scheduler`. An inline port in the transfer list is handed over as it is.
 */
export function inlineChannel(scheduler: Scheduler): [Port, Port] {
  const left = new Inbox(scheduler);
  const right = new Inbox(scheduler);
  return [inlinePort(left, right, scheduler), inlinePort(right, left, scheduler)];
}

/** The same port, what arrives at which is from now on delivered by another scheduler: by its receiver's own, which may stop. */
export function rescheduled(port: Port, scheduler: Scheduler): Port {
  const inbox = inlinePorts.get(port);
  if (inbox !== undefined) inbox.scheduler = scheduler;
  return port;
}

function inlinePort(inbox: Inbox, peer: Inbox, scheduler: Scheduler): Port {
  // Functions of its own make structured clone refuse the port where it is not in the transfer list.
  const port: Port = {
    postMessage(message, transfer = []) {
      const data = transfer.length === 0 && scheduler.clone !== undefined ? scheduler.clone(message) : cloneWithPorts(message, transfer);
      if (inbox.isOpen) peer.put({ type: 'message', data });
    },
    addEventListener: (type, listener) => inbox.listeners[type].add(listener),
    removeEventListener: (type, listener) => inbox.listeners[type].delete(listener),
    start: () => inbox.start(),
    close() {
      if (!inbox.isOpen) return;
      inbox.close();
      peer.put({ type: 'close' });
    },
    newChannel: () => inlineChannel(scheduler),
  };
  inlinePorts.set(port, inbox);
  return port;
}

/** What arrived at one end and was not delivered yet. Nothing is delivered before `start`, as with a real port. */
class Inbox {
  readonly listeners = { message: new Set<Listener>(), close: new Set<Listener>() };
  scheduler: Scheduler;
  readonly #events: PortEvent[] = [];
  #state: 'waiting' | 'started' | 'closed' = 'waiting';

  constructor(scheduler: Scheduler) {
    this.scheduler = scheduler;
  }

  get isOpen(): boolean {
    return this.#state !== 'closed';
  }

  put(event: PortEvent): void {
    if (this.#state === 'closed') return;
    this.#events.push(event);
    if (this.#state === 'started') this.scheduler.setTimeout(() => this.#deliver(), 0);
  }

  start(): void {
    if (this.#state !== 'waiting') return;
    this.#state = 'started';
    for (let waiting = this.#events.length; waiting > 0; waiting--) this.scheduler.setTimeout(() => this.#deliver(), 0);
  }

  close(): void {
    this.#state = 'closed';
    this.#events.length = 0;
  }

  #deliver(): void {
    const event = this.#events.shift();
    if (event === undefined || this.#state === 'closed') return;
    if (event.type === 'close') this.#state = 'closed';
    const listeners = event.type === 'close' ? this.listeners.close : this.listeners.message;
    for (const listener of listeners) listener(event);
  }
}

function cloneWithPorts(message: unknown, transfer: readonly Transfer[]): unknown {
  const ports = new Set<unknown>(transfer.filter((item) => inlinePorts.has(item)));
  const moved = transfer.filter((item) => !ports.has(item)) as Transferable[];
  return ports.size === 0 ? structuredClone(message, { transfer: moved }) : cloneAround(ports, message);
}

/** Clones records and arrays by hand, since a port may lie in them. Messages that carry ports are small trees; bytes in them are copied. */
function cloneAround(ports: ReadonlySet<unknown>, value: unknown): unknown {
  if (ports.has(value)) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => cloneAround(ports, item));
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, cloneAround(ports, item)]));
  }
  return structuredClone(value);
}
