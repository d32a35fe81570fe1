import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { SUBSCRIPTION_PATH } from '../../registry/wire/index.ts';
import type { Access } from '../access.ts';
import type { PortalLimits } from '../limits.ts';
import type { RateLimit } from '../rate.ts';
import { refuseSocket, tooManyRequests, UNAUTHORIZED, type Refusal } from '../refusal.ts';
import type { Counters } from '../stats.ts';
import type { SubscriptionHub } from './hub.ts';
import { Pace, readPace } from './pace.ts';
import { Subscriber } from './subscriber.ts';

export interface SocketsContext {
  readonly hub: SubscriptionHub;
  readonly access: Access;
  readonly rate: RateLimit;
  readonly limits: PortalLimits;
  readonly counters: Counters;
  /** Headers of every answer. */
  readonly identity: Readonly<Record<string, string>>;
}

/** The WebSockets of a portal, from the upgrade to the good-bye. */
export class Sockets {
  readonly #context: SocketsContext;
  readonly #server: WebSocketServer;
  readonly #subscribers = new Set<Subscriber>();
  #isClosing = false;

  constructor(context: SocketsContext) {
    this.#context = context;
    const { limits, identity } = context;
    // No compression: its memory per connection is larger than what it would save on 500 bytes.
    const options = { noServer: true, clientTracking: true, maxPayload: limits.frameBytes, perMessageDeflate: false, closeTimeout: limits.closeTimeout };
    this.#server = new WebSocketServer(options);
    this.#server.on('headers', (headers) => headers.push(...Object.entries(identity).map(([name, value]) => `${name}: ${value}`)));
    this.#server.on('wsClientError', (error, socket) => this.#refuse(socket, { status: 400, message: `bad WebSocket handshake: ${error.message}` }));
  }

  get size(): number {
    return this.#subscribers.size;
  }

  /** For the `upgrade` event of an HTTP server. */
  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy());
    const admitted = await this.#admit(request);
    if (!(admitted instanceof Pace)) {
      this.#refuse(socket, admitted);
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (webSocket) => this.#welcome(webSocket, socket, admitted));
  }

  /** Says good-bye to all, waits for their answers, and ends those that give none. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const gone = [...this.#server.clients].map((socket) => new Promise((resolve) => void socket.once('close', resolve)));
    for (const subscriber of this.#subscribers) subscriber.close(1001, 'the portal is closing');
    await Promise.all(gone);
  }

  async #admit(request: IncomingMessage): Promise<Pace | Refusal> {
    const { access, rate, limits } = this.#context;
    const [path = '', query] = (request.url ?? '').split('?', 2);
    const seconds = await rate.secondsToWait(request);
    if (seconds !== undefined) return tooManyRequests(seconds);
    if (!access.allows(request.headers)) return UNAUTHORIZED;
    if (path !== SUBSCRIPTION_PATH) return { status: 404, message: 'there is nothing here to upgrade' };
    if (this.#isClosing) return { status: 503, message: 'the portal is closing', headers: { 'Retry-After': '1' } };
    if (this.size >= limits.sockets) return { status: 503, message: 'too many WebSocket connections', headers: { 'Retry-After': '10' } };
    const pace = readPace(new URLSearchParams(query));
    return pace instanceof Pace ? pace : { status: 400, message: pace.refusal };
  }

  #refuse(socket: Duplex, refusal: Refusal): void {
    this.#context.counters.answered(refusal.status);
    refuseSocket(socket, refusal, this.#context.identity);
  }

  #welcome(socket: WebSocket, connection: Duplex, pace: Pace): void {
    const { hub, limits, counters } = this.#context;
    counters.answered(101);
    const subscriber = new Subscriber(socket, connection, hub, pace, limits, counters);
    this.#subscribers.add(subscriber);
    if (this.#isClosing) subscriber.close(1001, 'the portal is closing');
    socket.on('message', (data, isBinary) => {
      if (isBinary) subscriber.close(1003, 'requests are text');
      // One buffer, since that is how `binaryType` stands.
      else subscriber.receive((data as Buffer).toString());
    });
    socket.on('error', () => {}); // ws closes it with the code of what the client broke
    socket.on('close', () => {
      this.#subscribers.delete(subscriber);
      subscriber.leave();
    });
  }
}
