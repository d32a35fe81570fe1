import { fromCallback } from 'xstate';
import type { PortalEvent, SocketCommand } from '../../machines/portal.ts';
import { LIVENESS_REQUEST, SUBSCRIPTION_PATH, readMessage, requestText } from '../../src/registry/wire/index.ts';
import type { Clock, OpenSocket, Socket } from '../../src/world.ts';
import type { Report } from '../report.ts';
import type { PortalAddress } from './registry-client.ts';
import type { Wanted } from './wanted.ts';

export interface SubscriptionWorld {
  readonly clock: Clock;
  readonly openSocket: OpenSocket;
  readonly frameBytes: number;
  addressOf(url: string): PortalAddress;
  /** Which entries to subscribe. */
  readonly wanted: Wanted;
  report(report: Report): void;
}

/** The socket of the portal machine: subscribes what is wanted, reports what it is sent, and proves that the other side is alive. */
export function subscriptionSocket(world: SubscriptionWorld) {
  let connections = 0;
  return fromCallback<SocketCommand, { url: string }, PortalEvent>(({ input, sendBack, receive }) => {
    const connection = ++connections;
    const portal = world.addressOf(input.url);
    let isProving = false;
    let forget: (() => void) | undefined;

    const report = (text: string | undefined): void => {
      const message = text === undefined ? undefined : readMessage(text);
      if (message === undefined || !('key' in message)) return;
      // What nobody asked for is nobody's business, and costs no verdict.
      const key = world.wanted.find(message.key);
      if (key === undefined) return;
      const word = { portal: portal.url, origin: { connection }, key, at: world.clock.now() };
      world.report(message.kind === 'update' ? { ...word, kind: 'claim', claim: message.claim } : { ...word, kind: 'missing' });
    };

    const socket: Socket = world.openSocket(
      `${portal.url.replace(/^http/, 'ws')}${SUBSCRIPTION_PATH}`,
      {
        opened() {
          world.report({ kind: 'connected', portal: portal.url, connection });
          sendBack({ type: 'SOCKET_OPENED' });
          for (const key of world.wanted) socket.send(requestText('subscribe', key));
          forget = world.wanted.listen((action, key) => socket.send(requestText(action, key)));
        },
        message(text) {
          if (isProving) {
            isProving = false;
            sendBack({ type: 'HEARD' });
          }
          report(text);
        },
        closed: () => sendBack({ type: 'SOCKET_CLOSED' }),
      },
      { frameBytes: world.frameBytes, headers: portal.apiKey === undefined ? {} : { 'Skynet-Api-Key': portal.apiKey } },
    );
    receive(() => {
      isProving = true;
      socket.send(LIVENESS_REQUEST);
    });
    return () => {
      forget?.();
      socket.abandon();
      world.report({ kind: 'disconnected', portal: portal.url, connection });
    };
  });
}
