import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { nameOf } from '../registry/index.ts';
import { readMessage, readRequest, type Generation } from '../registry/wire/index.ts';
import type { DoorPortal } from './door.node.ts';
import { Frames } from './frames.ts';
import type { Traffic } from './traffic.ts';

/** What the relay knows of its portal. */
export interface RelayPortal extends Omit<DoorPortal, 'offersPreconditions'> {
  readonly generation: Generation;
}

/** One client's socket, and its counterpart at the honest portal. */
interface Pair {
  readonly client: WebSocket;
  readonly backend: WebSocket;
  readonly subscribed: Set<string>;
  readonly frames: Frames;
}

/** The portal over WebSocket: passes on what clients and the honest portal say to each other, as the faults have it. */
export class Relay {
  readonly #portal: RelayPortal;
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #pairs = new Set<Pair>();

  constructor(portal: RelayPortal) {
    this.#portal = portal;
  }

  get open(): Pick<Traffic, 'sockets' | 'subscriptions'> {
    return { sockets: this.#pairs.size, subscriptions: [...this.#pairs].reduce((sum, { subscribed }) => sum + subscribed.size, 0) };
  }

  /** Ends every socket. */
  cut(): void {
    for (const { client } of this.#pairs) client.terminate();
  }

  /** Sends frames to every client. */
  say(frames: readonly string[]): void {
    for (const { client } of this.#pairs) for (const frame of frames) client.send(frame);
  }

  /** A client opens a socket. */
  upgrade(incoming: IncomingMessage, connection: Duplex, head: Buffer): void {
    const { faults, tally, backendUrl } = this.#portal;
    const fault = this.#portal.strikes() ? faults.sockets : undefined;
    if (fault === 'hang') return;
    if (fault === 'refuse') return void connection.destroy();
    const key = incoming.headers['skynet-api-key'];
    tally.noteKey(key);
    const backend = new WebSocket(backendUrl.replace('http', 'ws') + (incoming.url ?? ''), { headers: typeof key === 'string' ? { 'Skynet-Api-Key': key } : {} });
    backend.on('error', () => connection.destroy());
    backend.once('open', () => this.#server.handleUpgrade(incoming, connection, head, (client) => this.#join(client, backend, connection)));
  }

  #join(client: WebSocket, backend: WebSocket, connection: Duplex): void {
    const { tally, chance, shelf, generation } = this.#portal;
    const pair: Pair = { client, backend, subscribed: new Set(), frames: new Frames({ chance, shelf, generation, later }, (text) => client.send(text)) };
    this.#pairs.add(pair);
    tally.count('opened');
    client.on('error', () => {}); // 'close' follows
    client.on('message', (data) => this.#ask(pair, textOf(data)));
    backend.on('message', (data) => this.#tell(pair, textOf(data), connection));
    client.on('close', () => {
      this.#pairs.delete(pair);
      backend.terminate();
      tally.changed();
    });
    backend.on('close', () => client.terminate());
  }

  #ask({ backend, subscribed }: Pair, text: string): void {
    const { tally } = this.#portal;
    const asked = readRequest(text);
    if (asked.action === 'unsubscribe') subscribed.delete(nameOf(asked));
    if (asked.action === 'subscribe') {
      subscribed.add(nameOf(asked));
      tally.count('subscribes');
    } else tally.changed();
    backend.send(text);
  }

  #tell({ client, frames }: Pair, text: string, connection: Duplex): void {
    const { faults, tally } = this.#portal;
    const fault = this.#portal.strikes() ? faults.sockets : undefined;
    if (fault === 'mute') return;
    const message = readMessage(text);
    if (message?.kind !== 'update') return client.send(text);
    if (fault === 'reset') return resetUnder(connection);
    for (const frame of frames.inPlaceOf(text, nameOf(message.key), fault)) client.send(frame);
    tally.count('told');
  }
}

const later = (callback: () => void, milliseconds: number): void => void setTimeout(callback, milliseconds).unref();

/** A WebSocket's connection, reset below it. */
const resetUnder = (connection: Duplex): void => {
  if ('resetAndDestroy' in connection && typeof connection.resetAndDestroy === 'function') connection.resetAndDestroy();
};

/** `ws` gives one Buffer for a frame unless told otherwise. */
const textOf = (data: unknown): string => (data as Buffer).toString();
