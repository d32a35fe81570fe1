import { WebSocket } from '#web-socket';
import type { Subscription } from 'rxjs';
import { invalidInput } from '../error.ts';
import { hasMethods, takeRecord } from '../input.ts';
import type { InspectionEvent } from '../link/index.ts';
import { realClock, type Clock } from '../world.ts';
import { isSessionName, namedReport } from './named-report.ts';
import { isInspectionEvent, type Report } from './report.ts';
import { reportsOf, type Inspectable, type Reporter } from './reports.ts';

/** Where reports go. */
export type InspectorTarget =
  /** An inspector of `@statelyai/inspect`: `createBrowserInspector()`, `createWebSocketInspector()`; or anything with such an adapter. */
  | { readonly adapter: { send(event: never): void } }
  /** What takes a report a message: `secure-registry inspect --attach`, the server of `@statelyai/inspect`. A `ws:` or `wss:` URL. */
  | { readonly url: string | URL };

export interface InspectorOptions {
  /** What session ids begin with, where several runtimes are inspected at once: letters, digits, `.`, `-`, `_`. */
  readonly name?: string | undefined;
  /** What is sent, and what is not. Default: all of it. */
  readonly filter?: ((report: Report) => boolean) | undefined;
  readonly clock?: Clock | undefined;
}

/** How a connection stands: src/inspect/SPEC.md. */
export type ConnectionState = 'connecting' | 'open' | 'congested' | 'waiting' | 'closed';

export interface InspectorConnection extends Disposable {
  readonly state: ConnectionState;
  /** Reports sent so far. */
  readonly sent: number;
  /** Ends it. The runtime goes on as if nobody had ever looked. */
  close(): void;
}

/** Between two attempts, in milliseconds: at first, and at most. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;
/** What may wait to be sent, in bytes. */
const MOST_UNSENT = 16 * 1024 * 1024;
/** How often it is looked whether it has been sent, in milliseconds: no socket says so. */
const LOOK = 100;

/**
 * Shows a runtime to a visualizer: sends it all reports, from the births of the actors alive. A socket that cannot be opened, or is lost, is tried again, until the connection or
 * the runtime is closed; as long as it is not open, no event is built.
 * @throws RegistryError `INVALID_INPUT`
 */
export function connectInspector(source: Inspectable | Reporter, target: InspectorTarget, options: InspectorOptions = {}): InspectorConnection {
  takeRecord(options, 'options', ['name', 'filter', 'clock']);
  const { name, filter = () => true, clock = realClock } = options;
  if (typeof filter !== 'function') throw invalidInput('options.filter', 'a function');
  if (name !== undefined && !isSessionName(name)) throw invalidInput('options.name', "of letters, digits, '.', '-' and '_'");
  const renamed = name === undefined ? (report: Report) => report : namedReport(name);
  const reports = (send: (report: Report) => void, onEnd: () => void): Subscription =>
    reportsOf(source, clock).subscribe({ next: (report) => filter(report) && send(renamed(report)), error: onEnd, complete: onEnd });
  const { url, adapter } = partsOf(target);
  if (url !== undefined) return new SocketConnection(reports, socketUrl(url, name), clock);
  if (!hasMethods(adapter, ['send'])) throw invalidInput('target', 'a record with a url, or with an adapter that can send');
  return adapterConnection(reports, (event) => adapter?.send(event as never));
}

const partsOf = (target: unknown) => (typeof target === 'object' && target !== null ? target : {}) as { readonly url?: unknown; readonly adapter?: { send(event: never): void } };

type Reports = (send: (report: Report) => void, onEnd: () => void) => Subscription;

/** What a visualizer in another window says when it has come. What its adapter has kept until then are 200 events, the last ones: no births. */
const HAS_COME = '@statelyai.connected';

function adapterConnection(reports: Reports, send: (event: InspectionEvent) => void): InspectorConnection {
  let sent = 0;
  let isClosed = false;
  let subscription: Subscription | undefined;
  const close = (): void => {
    isClosed = true;
    subscription?.unsubscribe();
    globalThis.removeEventListener?.('message', onMessage);
  };
  const begin = (): void => {
    subscription?.unsubscribe();
    subscription = reports((report) => {
      if (!isInspectionEvent(report)) return; // the visualizers it is of know no other
      send(report);
      sent++;
    }, close);
    if (isClosed) subscription.unsubscribe();
  };
  function onMessage({ data }: { readonly data?: unknown }): void {
    if ((data as { readonly type?: unknown } | null | undefined)?.type === HAS_COME) begin();
  }
  globalThis.addEventListener?.('message', onMessage);
  begin();
  return {
    get state() {
      return isClosed ? 'closed' : 'open';
    },
    get sent() {
      return sent;
    },
    close,
    [Symbol.dispose]: close,
  };
}

/** The name goes along for who shows several. */
function socketUrl(url: unknown, name: string | undefined): URL {
  const parsed = (typeof url === 'string' || url instanceof URL) && URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^wss?:$/.test(parsed.protocol) || parsed.hash !== '') throw invalidInput('target.url', 'a ws: or wss: URL, without a fragment');
  if (name !== undefined) parsed.searchParams.set('name', name);
  return parsed;
}

class SocketConnection implements InspectorConnection {
  readonly #reports: Reports;
  readonly #url: URL;
  readonly #clock: Clock;
  #state: ConnectionState = 'connecting';
  #socket: WebSocket | undefined;
  #subscription: Subscription | undefined;
  #timer: unknown;
  #pause = FIRST_PAUSE;
  #sent = 0;

  constructor(reports: Reports, url: URL, clock: Clock) {
    this.#reports = reports;
    this.#url = url;
    this.#clock = clock;
    this.#connect();
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get sent(): number {
    return this.#sent;
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#leave('closed');
    this.#socket?.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #connect(): void {
    this.#state = 'connecting';
    const socket = new WebSocket(this.#url.href);
    this.#socket = socket;
    socket.addEventListener('open', () => this.#open());
    socket.addEventListener('error', () => {}); // 'close' follows
    socket.addEventListener('close', () => this.#wait());
  }

  #open(): void {
    if (this.#state === 'closed') return this.#socket?.close();
    this.#state = 'open';
    this.#pause = FIRST_PAUSE;
    this.#subscribe();
  }

  #subscribe(): void {
    const subscription = this.#reports(
      (report) => this.#send(report),
      () => this.close(),
    );
    // What it told at once may have ended it.
    if (this.#state === 'open') this.#subscription = subscription;
    else subscription.unsubscribe();
  }

  #send(report: Report): void {
    const socket = this.#socket;
    if (this.#state !== 'open' || socket?.readyState !== WebSocket.OPEN) return;
    socket.send(JSON.stringify(report));
    this.#sent++;
    if (socket.bufferedAmount > MOST_UNSENT) {
      this.#leave('congested');
      this.#look();
    }
  }

  #look(): void {
    this.#after(LOOK, () => {
      if (this.#socket?.bufferedAmount !== 0) return this.#look();
      this.#state = 'open';
      this.#send({ type: '@secure-registry.gap', createdAt: String(this.#clock.now()) });
      this.#subscribe();
    });
  }

  #wait(): void {
    if (this.#state === 'closed') return;
    this.#leave('waiting');
    this.#after(this.#pause, () => this.#connect());
    this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE);
  }

  #leave(state: ConnectionState): void {
    this.#state = state;
    this.#subscription?.unsubscribe();
    this.#subscription = undefined;
    this.#clock.clearTimeout(this.#timer);
  }

  /** A process that has nothing else to do need not wait for a visualizer. */
  #after(milliseconds: number, callback: () => void): void {
    this.#timer = this.#clock.setTimeout(callback, milliseconds);
    (this.#timer as { readonly unref?: () => void }).unref?.();
  }
}
