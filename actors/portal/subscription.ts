import { fromCallback } from 'xstate';
import type { ConnectionEvent, ConnectionInput, SocketCommand } from '../../machines/connection.ts';
import { LIVENESS_REQUEST, SUBSCRIPTION_PATH, readMessage, requestText, type SubscriptionAction } from '../../src/registry/wire/index.ts';
import { keyNamed, nameOf } from '../../src/registry/index.ts';
import type { Clock, OpenSocket, Socket } from '../../src/world.ts';
import type { Report } from '../report.ts';
import type { Conduct } from './conduct.ts';
import type { Pressure } from './pressure.ts';
import type { PortalAddress } from './registry-client.ts';
import type { Wanted, WantedEntry } from './wanted.ts';

export interface SubscriptionWorld {
  readonly clock: Clock;
  readonly openSocket: OpenSocket;
  readonly frameBytes: number;
  /** The number of the connection before the first. */
  readonly numberBefore: number;
  readonly addressOf: (url: string) => PortalAddress;
  readonly wanted: Wanted;
  readonly pressure: Pressure;
  /** What a portal may send. */
  readonly conduct: Conduct;
  readonly report: (report: Report) => void;
  /** Told whether the live connection was seen to answer a subscription, and would where there is nothing. */
  readonly onAnswering: (isAnswering: boolean) => void;
}

/** Where a portal takes subscriptions. */
export const subscriptionUrl = ({ url }: PortalAddress): string => `${url.replace(/^http/, 'ws')}${SUBSCRIPTION_PATH}`;

/** What a portal's socket is opened with; a browser sends no headers. */
export const socketOptions = ({ apiKey }: PortalAddress, frameBytes: number): Parameters<OpenSocket>[2] => ({
  frameBytes,
  headers: apiKey === undefined ? {} : { 'Skynet-Api-Key': apiKey },
});

/** The socket of the connection machine: proves that the other side is alive and, once it is the live one, subscribes what is wanted and reports what it is sent. */
export function subscriptionSocket(world: SubscriptionWorld) {
  let followed = world.numberBefore;
  return fromCallback<SocketCommand, ConnectionInput>(({ input, sendBack, receive }) => {
    const portal = world.addressOf(input.url);
    const tell = (event: ConnectionEvent): void => sendBack(event);
    /** Whether the machine waits for an answer: of the rest it need not hear. */
    let isProving = false;
    let following: Following | undefined;

    const heard = (text: string | undefined): void => {
      if (!world.conduct.mayHaveSent(portal.url, text)) return;
      const message = text === undefined ? undefined : readMessage(text);
      if (message === undefined) return world.conduct.sentGarbage(portal.url, text);
      // What nobody asked for is nobody's business, costs no verdict, and is no sign of life: that is an answer, or what was subscribed.
      const wanted = 'key' in message ? world.wanted.find(nameOf(message.key)) : undefined;
      if ('key' in message && wanted === undefined) return world.conduct.sentUnasked(portal.url, text);
      if (isProving) {
        isProving = false;
        tell({ type: 'HEARD' });
      }
      if ('key' in message && wanted !== undefined) following?.heard(wanted, message);
    };
    const socket: Socket = world.openSocket(
      subscriptionUrl(portal),
      {
        opened: () => tell({ type: 'SOCKET_OPENED' }),
        message: heard,
        closed: (_reason, isOversize) => {
          if (isOversize === true) world.conduct.sentTooMuch(portal.url);
          tell({ type: 'SOCKET_CLOSED' });
        },
      },
      socketOptions(portal, world.frameBytes),
    );
    receive(({ type }) => {
      if (type === 'FOLLOW') following ??= new Following(world, { portal, connection: ++followed, socket, isNewest: (connection) => connection === followed }, tell);
      else {
        isProving = true;
        socket.send(LIVENESS_REQUEST);
      }
    });
    return () => {
      following?.end();
      socket.abandon();
    };
  });
}

type EntryMessage = Extract<NonNullable<ReturnType<typeof readMessage>>, { readonly key: unknown }>;

interface Followed {
  readonly portal: PortalAddress;
  readonly connection: number;
  readonly socket: Socket;
  /** Whether no other connection has taken its place. */
  isNewest(connection: number): boolean;
}

/** A connection that what is wanted is subscribed on. Questions are left to the newest: one that was relieved goes on to tell of updates. */
class Following {
  readonly #world: SubscriptionWorld;
  readonly #followed: Followed;
  readonly #endings: (() => void)[] = [];

  constructor(world: SubscriptionWorld, followed: Followed, tell: (event: ConnectionEvent) => void) {
    this.#world = world;
    this.#followed = followed;
    const { portal, connection, socket } = followed;
    world.report({ kind: 'connected', portal: portal.url, connection });
    const begin = (): void => {
      this.#endings.push(
        world.wanted.listen((action, wanted) => this.#request(action, wanted)),
        world.pressure.listen((isFull) => relieve(isFull, socket, tell)),
      );
      for (const wanted of world.wanted) this.#request('subscribe', wanted);
    };
    if (!world.pressure.isFull) begin();
    else {
      // Whatever is subscribed is told at once, and would pile up on top of what does.
      const relieved = world.pressure.listen(() => {
        relieved();
        begin();
      });
      this.#endings.push(relieved);
    }
  }

  #request(action: SubscriptionAction, wanted: WantedEntry): void {
    if (this.#isNewest) wanted.isAwaited = action === 'subscribe';
    this.#followed.socket.send(requestText(action, keyNamed(wanted.name)));
  }

  get #isNewest(): boolean {
    return this.#followed.isNewest(this.#followed.connection);
  }

  heard(wanted: WantedEntry, message: EntryMessage): void {
    const { portal, connection } = this.#followed;
    const inquiry = this.#isNewest ? wanted.inquiry : undefined;
    if (this.#isNewest) {
      // The other generation is silent about an entry that does not exist.
      if (wanted.isAwaited) this.#world.onAnswering(message.generation === 'B');
      wanted.isAwaited = false;
      wanted.inquiry = undefined;
    }
    const origin = { connection, inquiry: inquiry?.number };
    const word = { portal: portal.url, origin, name: wanted.name, at: this.#world.clock.now() };
    this.#world.report(message.kind === 'update' ? { ...word, kind: 'claim', claim: message.claim } : { ...word, kind: 'missing' });
    inquiry?.pushed(message.kind, portal.url);
  }

  end(): void {
    const { portal, connection } = this.#followed;
    for (const end of this.#endings) end();
    if (this.#isNewest) {
      for (const wanted of this.#world.wanted) lose(wanted);
      this.#world.onAnswering(false);
    }
    this.#world.report({ kind: 'disconnected', portal: portal.url, connection });
  }
}

/** Reads no further while reports pile up. A browser cannot pause a socket: there it is given up, and all is subscribed anew. */
function relieve(isFull: boolean, socket: Socket, tell: (event: ConnectionEvent) => void): void {
  if (!isFull) socket.resume?.();
  else if (socket.pause === undefined) tell({ type: 'SOCKET_GIVEN_UP' });
  else socket.pause();
}

/** The connection will say nothing of the entry any more. */
function lose(wanted: WantedEntry): void {
  const { inquiry } = wanted;
  wanted.isAwaited = false;
  wanted.inquiry = undefined;
  inquiry?.doWithoutPush();
}
