import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createWebSocketInspector } from '@statelyai/inspect';
import { Observable, Subject } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { connectInspector, type InspectionEvent, type InspectorConnection, type Report } from '../../src/inspect.ts';
import { StepClock } from '../machines/step-clock.ts';

const birth = { type: '@xstate.actor', name: 'portal', sessionId: 'portal/x:0', rootId: 'portal/x:0', createdAt: '0', _version: '0.7.2', id: null, definition: '{}', snapshot: { status: 'active' } } as const;
const eventOf = (type: string): InspectionEvent => ({ type: '@xstate.event', sessionId: 'portal/x:0', rootId: 'portal/x:0', createdAt: '0', _version: '0.7.2', id: null, event: { type } });

/** A runtime of which a test says what happens; how often it was asked, and whether it is asked now. */
function aSource() {
  const events = new Subject<InspectionEvent>();
  const source = { asked: 0, isAsked: false, events };
  const inspect$ = new Observable<InspectionEvent>((subscriber) => {
    source.asked++;
    source.isAsked = true;
    subscriber.next(birth);
    const subscription = events.subscribe(subscriber);
    return () => {
      source.isAsked = false;
      subscription.unsubscribe();
    };
  });
  return Object.assign(source, { inspect$ });
}

/** What takes reports, from when it is there on. Its port is its own before, too, but nobody is let in. */
async function startReceiver({ isThere } = { isThere: true }) {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socketServer = new WebSocketServer({ noServer: true });
  let isOpen = isThere;
  server.on('upgrade', (request, socket, head) => {
    if (isOpen) socketServer.handleUpgrade(request, socket, head, (accepted) => socketServer.emit('connection', accepted, request));
    else socket.destroy();
  });
  const received: Report[] = [];
  const sockets: WebSocket[] = [];
  const waiting: (() => void)[] = [];
  const tell = (): void => {
    for (const look of waiting.splice(0)) look();
  };
  socketServer.on('connection', (socket, { url }) => {
    sockets.push(Object.assign(socket, { requested: url }));
    socket.on('message', (data) => {
      received.push(JSON.parse((data as Buffer).toString()) as Report);
      tell();
    });
    socket.on('close', tell);
    tell();
  });
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.terminate();
    server.close();
    await once(server, 'close');
  };
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}`,
    come: () => void (isOpen = true),
    received,
    sockets,
    close,
    async until(holds: () => boolean): Promise<void> {
      while (!holds()) await new Promise<void>((resolve) => waiting.push(resolve));
    },
  };
}

/** Looks at every turn of the event loop. */
const turns = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise<void>((resolve) => setImmediate(resolve));
};

describe('a connection to a visualizer', () => {
  it('sends the births first, then each report in a message of its own, and ends with the runtime', async () => {
    const receiver = await startReceiver();
    onTestFinished(receiver.close);
    const source = aSource();
    const connection = connectInspector(source, { url: receiver.url });
    expect(connection.state).toBe('connecting');
    await receiver.until(() => receiver.received.length === 1);
    source.events.next(eventOf('A'));
    source.events.next(eventOf('B'));
    await receiver.until(() => receiver.received.length === 3);
    expect(receiver.received).toEqual([birth, eventOf('A'), eventOf('B')]);
    expect([connection.state, connection.sent]).toEqual(['open', 3]);
    source.events.complete();
    await receiver.until(() => receiver.sockets[0]?.readyState === 3);
    expect(connection.state).toBe('closed');
  });

  it('builds nothing while the visualizer is not there, tries again after a second, and later ones, and begins anew whenever it comes (N1)', async () => {
    const visualizer = await startReceiver({ isThere: false });
    onTestFinished(visualizer.close);
    const [source, clock] = [aSource(), new StepClock()];
    const connection = connectInspector(source, { url: visualizer.url }, { clock });
    onTestFinished(() => connection.close());
    const pauses: number[] = [];
    for (let i = 0; i < 7; i++) {
      await turns(() => connection.state === 'waiting');
      pauses.push(...clock.waits);
      expect(source.asked).toBe(0);
      clock.pass(clock.waits[0] ?? 0);
      expect(connection.state).toBe('connecting');
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    await turns(() => connection.state === 'waiting');
    visualizer.come();
    clock.pass(30_000);
    await visualizer.until(() => visualizer.received.length === 1);
    expect([connection.state, source.asked]).toEqual(['open', 1]);
    visualizer.sockets[0]?.terminate();
    await turns(() => connection.state === 'waiting');
    expect(source.isAsked).toBe(false);
    source.events.next(eventOf('UNSEEN'));
    expect(clock.waits).toEqual([1_000]);
    clock.pass(1_000);
    await visualizer.until(() => visualizer.received.length === 2);
    expect(visualizer.received).toEqual([birth, birth]);
  });

  it('stops asking where more waits to be sent than 16 MiB, and begins anew with a gap when it is sent', async () => {
    const receiver = await startReceiver();
    onTestFinished(receiver.close);
    const [source, clock] = [aSource(), new StepClock()];
    const connection = connectInspector(source, { url: receiver.url }, { clock });
    onTestFinished(() => connection.close());
    await receiver.until(() => receiver.received.length === 1);
    receiver.sockets[0]?.pause();
    const large = 'x'.repeat(1024 * 1024);
    let sent = 0;
    while (connection.state === 'open') {
      source.events.next(eventOf(large));
      sent++;
    }
    expect([connection.state, source.isAsked]).toEqual(['congested', false]);
    clock.pass(100);
    expect(connection.state).toBe('congested');
    receiver.sockets[0]?.resume();
    await receiver.until(() => receiver.received.length === 1 + sent);
    await turns(() => {
      clock.pass(100);
      return connection.state !== 'congested';
    });
    await receiver.until(() => receiver.received.length === 3 + sent);
    expect(receiver.received.slice(-2)).toEqual([{ type: '@secure-registry.gap', createdAt: String(clock.now()) }, birth]);
    expect(source.asked).toBe(2);
  });

  it.each<[string, (connection: InspectorConnection) => void]>([
    ['close', (connection) => connection.close()],
    ['using', (connection) => connection[Symbol.dispose]()],
  ])('is over after %s, in whatever state, and tries no more', async (_how, end) => {
    const receiver = await startReceiver();
    onTestFinished(receiver.close);
    const [source, clock] = [aSource(), new StepClock()];
    const early = connectInspector(source, { url: receiver.url }, { clock });
    end(early);
    expect([early.state, source.asked]).toEqual(['closed', 0]);
    const open = connectInspector(source, { url: receiver.url }, { clock });
    await receiver.until(() => receiver.received.length === 1);
    end(open);
    expect([open.state, source.isAsked]).toEqual(['closed', false]);
    await receiver.until(() => receiver.sockets.every(({ readyState }) => readyState === 3));
    expect(clock.waits).toEqual([]);
    expect(source.asked).toBe(1);
  });

  it('tells runtimes apart by a name, and sends what passes the filter', async () => {
    const receiver = await startReceiver();
    onTestFinished(receiver.close);
    const source = aSource();
    const connection = connectInspector(source, { url: receiver.url }, { name: 'author', filter: ({ type }) => type === '@xstate.event' });
    onTestFinished(() => connection.close());
    await receiver.until(() => receiver.sockets.length === 1);
    await turns(() => source.isAsked);
    source.events.next({ ...eventOf('A'), sourceId: 'portal/x:1' } as InspectionEvent);
    await receiver.until(() => receiver.received.length === 1);
    expect(receiver.received).toEqual([{ ...eventOf('A'), sessionId: 'author/portal/x:0', rootId: 'author/portal/x:0', sourceId: 'author/portal/x:1' }]);
    expect(receiver.sockets[0]).toMatchObject({ requested: '/?name=author' });
  });

  it("goes through Stately's own inspector, as that's events do", async () => {
    const receiver = await startReceiver();
    onTestFinished(receiver.close);
    const inspector = createWebSocketInspector({ url: receiver.url });
    onTestFinished(() => inspector.stop());
    await receiver.until(() => receiver.sockets.length === 1);
    const source = { ...aSource(), portals$: new Subject<never>() };
    const connection = connectInspector(source, inspector);
    onTestFinished(() => connection.close());
    source.events.next(eventOf('A'));
    source.portals$.next([] as never);
    source.events.next(eventOf('B'));
    await receiver.until(() => receiver.received.length === 3);
    expect(receiver.received).toEqual([birth, eventOf('A'), eventOf('B')]);
    expect([connection.state, connection.sent]).toEqual(['open', 3]);
    source.events.complete();
    expect(connection.state).toBe('closed');
  });

  it.each<[string, unknown, unknown?]>([
    ['target.url', { url: 'http://127.0.0.1' }],
    ['target.url', { url: 'nowhere' }],
    ['target.url', { url: 7 }],
    ['target', {}],
    ['target', { adapter: {} }],
    ['options.name', { url: 'ws://127.0.0.1' }, { name: 'a/b' }],
    ['target.url', { url: 'ws://127.0.0.1/#fragment' }],
    ['target', 'ws://127.0.0.1'],
    ['target', undefined],
    ['options', { url: 'ws://127.0.0.1' }, null],
    ['options.nmae', { url: 'ws://127.0.0.1' }, { nmae: 'a' }],
    ['options.filter', { url: 'ws://127.0.0.1' }, { filter: 'all' }],
    ['options.name', { url: 'ws://127.0.0.1' }, { name: 7 }],
    ['options.name', { url: 'ws://127.0.0.1' }, { name: '' }],
  ])('refuses a %s that is none, and asks nothing', (field, target, options) => {
    const source = aSource();
    expect(() => connectInspector(source, target as never, options as never)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', field }) as Error);
    expect(source.asked).toBe(0);
  });
});
