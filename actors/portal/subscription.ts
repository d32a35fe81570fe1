import { fromCallback } from 'xstate';
import type { PortalEvent, SocketCommand } from '../../machines/portal.ts';
import { LIVENESS_REQUEST, SUBSCRIPTION_PATH, readMessage, requestText, type SubscriptionAction } from '../../src/registry/wire/index.ts';
import { keyNamed, nameOf } from '../../src/registry/index.ts';
import type { Clock, OpenSocket, Socket } from '../../src/world.ts';
import type { Report } from '../report.ts';
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
  readonly report: (report: Report) => void;
  /** Told whether the connection was seen to answer a subscription, and would where there is nothing. */
  readonly onAnswering: (isAnswering: boolean) => void;
}

/** The socket of the portal machine: subscribes what is wanted, reports what it is sent, and proves that the other side is alive. */
export function subscriptionSocket(world: SubscriptionWorld) {
  let connections = world.numberBefore;
  return fromCallback<SocketCommand, { url: string }>(({ input, sendBack, receive }) => {
    const connection = ++connections;
    const portal = world.addressOf(input.url);
    const endings: (() => void)[] = [];
    let isProving = false;

    const request = (action: SubscriptionAction, wanted: WantedEntry): void => {
      wanted.isAwaited = action === 'subscribe';
      socket.send(requestText(action, keyNamed(wanted.name)));
    };
    const unfollow = (): void => {
      for (const wanted of world.wanted) lose(wanted);
    };
    const follow = (): void => {
      endings.push(
        world.wanted.listen(request),
        world.pressure.listen((isFull) => relieve(isFull, socket, sendBack)),
        unfollow,
      );
      for (const wanted of world.wanted) request('subscribe', wanted);
    };
    const opened = (): void => {
      world.report({ kind: 'connected', portal: portal.url, connection });
      endings.push(() => {
        world.onAnswering(false);
        world.report({ kind: 'disconnected', portal: portal.url, connection });
      });
      sendBack({ type: 'SOCKET_OPENED' });
      if (!world.pressure.isFull) return follow();
      // Whatever is subscribed is told at once, and would pile up on top of what does.
      const relieved = world.pressure.listen(() => {
        relieved();
        follow();
      });
      endings.push(relieved);
    };
    const heard = (text: string | undefined): void => {
      if (isProving) {
        isProving = false;
        sendBack({ type: 'HEARD' });
      }
      const message = text === undefined ? undefined : readMessage(text);
      if (message === undefined || !('key' in message)) return;
      // What nobody asked for is nobody's business, and costs no verdict.
      const wanted = world.wanted.find(nameOf(message.key));
      if (wanted === undefined) return;
      const { inquiry } = wanted;
      // The other generation is silent about an entry that does not exist.
      if (wanted.isAwaited) world.onAnswering(message.generation === 'B');
      wanted.isAwaited = false;
      wanted.inquiry = undefined;
      const word = { portal: portal.url, origin: { connection, inquiry: inquiry?.number }, name: wanted.name, at: world.clock.now() };
      world.report(message.kind === 'update' ? { ...word, kind: 'claim', claim: message.claim } : { ...word, kind: 'missing' });
      inquiry?.pushed(message.kind);
    };
    const socket: Socket = world.openSocket(
      `${portal.url.replace(/^http/, 'ws')}${SUBSCRIPTION_PATH}`,
      { opened, message: heard, closed: () => sendBack({ type: 'SOCKET_CLOSED' }) },
      { frameBytes: world.frameBytes, headers: portal.apiKey === undefined ? {} : { 'Skynet-Api-Key': portal.apiKey } },
    );
    receive(() => {
      isProving = true;
      socket.send(LIVENESS_REQUEST);
    });
    return () => {
      for (const end of endings) end();
      socket.abandon();
    };
  });
}

/** Reads no further while reports pile up. A browser cannot pause a socket: there it is given up, and all is subscribed anew. */
function relieve(isFull: boolean, socket: Socket, sendBack: (event: PortalEvent) => void): void {
  if (!isFull) socket.resume?.();
  else if (socket.pause === undefined) sendBack({ type: 'SOCKET_CLOSED' });
  else socket.pause();
}

/** The connection will say nothing of the entry any more. */
function lose(wanted: WantedEntry): void {
  const { inquiry } = wanted;
  wanted.isAwaited = false;
  wanted.inquiry = undefined;
  inquiry?.doWithoutPush();
}
