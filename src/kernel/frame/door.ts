import type { Port, PortEvent, Transfer } from '../../link/port.ts';
import type { Clock } from '../../world.ts';
import { reasonOf } from '../border/index.ts';
import { own } from '../own.ts';
import { readPageQuery, type KernelAuthStatus } from '../protocol.ts';
import type { FrameConfiguration } from './configuration.ts';
import { listedOrigins, type ListedOrigin } from './listed-origin.ts';
import type { ModuleHost } from './module-host.ts';
import { Session, type FrameView } from './session.ts';

/** A window that messages come from and go to. */
export interface Addressee {
  postMessage(message: unknown, targetOrigin: string, transfer?: Transfer[]): void;
}

/** A message to the frame's window, as little of it as is looked at. */
export interface WindowMessage {
  readonly source: unknown;
  readonly origin: string;
  readonly data: unknown;
  readonly ports: readonly Port[];
}

/** The frame's window, as little of it as the door needs. */
export interface FrameWindow {
  readonly parent: Addressee;
  addEventListener(type: 'message' | 'pagehide', listener: (event: never) => void): void;
  removeEventListener(type: 'message' | 'pagehide', listener: (event: never) => void): void;
}

export interface DoorOptions {
  readonly window: FrameWindow;
  /** The origins of the windows around the frame, the nearest first; undefined where the browser does not tell. */
  readonly ancestors: readonly string[] | undefined;
  readonly configuration: FrameConfiguration;
  readonly host: ModuleHost;
  /** Resolves when there is a runtime, rejects with why there is none. */
  readonly ready: Promise<unknown>;
  readonly clock: Clock;
  readonly random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array;
  readonly version: string;
}

/** Ports of one origin at a time: each is a `connectFrame` of a page. */
const MOST_PORTS = 64;
const NONCE_BYTES = 16;

/** Where pages come in: decides who is heard, and opens a session for each port and for the parent window. */
export class Door {
  readonly #options: DoorOptions;
  readonly #origins: ReadonlyMap<string, ListedOrigin>;
  /** Of the ports, by them, and of the parent window by its origin. */
  readonly #sessions = new Map<Port | string, Session>();
  readonly #ports = new Map<ListedOrigin, number>();
  readonly #onMessage = (event: WindowMessage): void => this.#hear(event);
  readonly #onPageHide = ({ persisted }: PageTransitionEvent): void => {
    if (!persisted) this.close();
  };
  #kernelLoaded = 'not yet';
  #refused = 0;

  constructor(options: DoorOptions) {
    this.#options = options;
    this.#origins = listedOrigins(options.configuration, options.clock);
    const { window, ready } = options;
    window.addEventListener('message', this.#onMessage);
    window.addEventListener('pagehide', this.#onPageHide);
    this.#tellParent();
    ready.then(
      () => this.#loaded('success'),
      (error: unknown) => this.#loaded(reasonOf('', error)),
    );
  }

  /** How many messages came from who is nobody here. */
  get refused(): number {
    return this.#refused;
  }

  /** How many sessions are open. */
  get size(): number {
    return this.#sessions.size;
  }

  /** Ends all sessions, and hears nobody any more. */
  close(): void {
    const { window } = this.#options;
    window.removeEventListener('message', this.#onMessage);
    window.removeEventListener('pagehide', this.#onPageHide);
    for (const [of, session] of this.#sessions) {
      session.close();
      if (typeof of !== 'string') of.close();
    }
    this.#sessions.clear();
  }

  /** Who sent it is looked at before what: `data` of a stranger's message is not even read out of its clone. */
  #hear(event: WindowMessage): void {
    const origin = this.#mayEnter(event) ? this.#origins.get(event.origin) : undefined;
    if (origin === undefined) {
      this.#refused++;
      for (const port of event.ports) port.close();
      return;
    }
    const { data } = event;
    if (own(data, ['method']).method === 'connectFrame') this.#connect(origin, data, event.ports);
    else this.#windowSession(origin).take(data);
  }

  #mayEnter({ source }: WindowMessage): boolean {
    const { window, ancestors } = this.#options;
    const isFramed = window.parent !== (window as unknown);
    return isFramed && source === window.parent && (ancestors === undefined || ancestors.every((ancestor) => this.#origins.has(ancestor)));
  }

  /** The answer goes over the port alone: whoever else got hold of the nonce has no use for it. */
  #connect(origin: ListedOrigin, data: unknown, ports: readonly Port[]): void {
    const [port, ...more] = ports;
    const query = readPageQuery(data);
    for (const other of more) other.close();
    if (port === undefined) return;
    const count = this.#ports.get(origin) ?? 0;
    if (query === undefined || count >= MOST_PORTS) return port.close();
    this.#ports.set(origin, count + 1);
    const session = this.#session(origin, (message, transfer) => port.postMessage(message, transfer ?? []));
    this.#sessions.set(port, session);
    const end = (): void => {
      if (!this.#sessions.delete(port)) return;
      this.#ports.set(origin, (this.#ports.get(origin) ?? 1) - 1);
      session.close();
      port.close();
    };
    port.addEventListener('message', ({ data: message }: PortEvent) => (own(message, ['method']).method === 'close' ? end() : session.take(message)));
    port.addEventListener('close', end);
    port.start();
    const { ready, version } = this.#options;
    ready.then(
      () => port.postMessage({ nonce: query.nonce, method: 'response', data: { distribution: 'secure-registry', version }, err: null }),
      () => port.postMessage({ nonce: query.nonce, method: 'response', data: {}, err: this.#kernelLoaded }),
    );
  }

  #windowSession(origin: ListedOrigin): Session {
    const known = this.#sessions.get(origin.origin);
    if (known !== undefined) return known;
    const { parent } = this.#options.window;
    const session = this.#session(origin, (message, transfer) => parent.postMessage(message, origin.origin, transfer));
    this.#sessions.set(origin.origin, session);
    return session;
  }

  #session(origin: ListedOrigin, post: (message: object | FrameView, transfer?: Transfer[]) => void): Session {
    const { host, random, version } = this.#options;
    const newNonce = (): string => Array.from(random(new Uint8Array(NONCE_BYTES)), (byte) => byte.toString(16).padStart(2, '0')).join('');
    return new Session({ origin, post, host, newNonce, version, errors: () => (/^(?:not yet|success)$/.test(this.#kernelLoaded) ? [] : [this.#kernelLoaded]) });
  }

  #loaded(kernelLoaded: string): void {
    this.#kernelLoaded = kernelLoaded;
    this.#tellParent();
  }

  /**
   * How far the frame is, to the window around it, unasked, as programs for a kernel expect: nobody logs in here, so nobody has to wait for it. There is
   * no secret in it, and where the browser does not tell whose window that is, it goes to whoever it is.
   */
  #tellParent(): void {
    const { window, ancestors } = this.#options;
    const [origin] = ancestors ?? ['*'];
    if (window.parent === (window as unknown) || origin === undefined || (origin !== '*' && !this.#origins.has(origin))) return;
    const [known] = [...this.#sessions.keys()].filter((key) => typeof key === 'string');
    const status: KernelAuthStatus = { method: 'kernelAuthStatus', data: { loginComplete: true, kernelLoaded: this.#kernelLoaded, logoutComplete: false } };
    window.parent.postMessage(status, known ?? origin);
  }
}
