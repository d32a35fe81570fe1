import type { Port, PortEvent, Transfer } from '../../link/port.ts';
import type { Clock } from '../../world.ts';
import { reasonOf } from '../border/index.ts';
import { own } from '../own.ts';
import { readPageQuery, type Nonce } from '../protocol.ts';
import type { FrameConfiguration } from './configuration.ts';
import { statusTarget, tellStatus } from './frame-status.ts';
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

const NONCE_BYTES = 16;

/** Where pages come in: decides who is heard, and opens a session for each port and for the parent window. */
export class Door {
  readonly #options: DoorOptions;
  readonly #origins: ReadonlyMap<string, ListedOrigin>;
  /** Of the ports, by them, and of the parent window by its origin. */
  readonly #sessions = new Map<Port | string, Session>();
  /** Ports that have no answer before it is known whether there is a runtime, and the nonces they are answered by: of one that was closed meanwhile nothing is kept. */
  readonly #waiting = new Map<Port, Nonce>();
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
    this.#waiting.clear();
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
    else {
      for (const port of event.ports) port.close();
      this.#windowSession(origin).take(data);
    }
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
    if (query === undefined) return port.close();
    const refusal = origin.enterPort();
    if (refusal !== undefined) {
      port.postMessage({ nonce: query.nonce, method: 'response', data: {}, err: refusal });
      return port.close();
    }
    const session = this.#session(origin, (message, transfer) => port.postMessage(message, transfer ?? []));
    this.#sessions.set(port, session);
    const end = (): void => {
      if (!this.#sessions.delete(port)) return;
      this.#waiting.delete(port);
      origin.leavePort();
      session.close();
      port.close();
    };
    port.addEventListener('message', ({ data: message }: PortEvent) => (own(message, ['method']).method === 'close' ? end() : session.take(message)));
    port.addEventListener('close', end);
    port.start();
    if (this.#kernelLoaded === 'not yet') this.#waiting.set(port, query.nonce);
    else this.#welcome(port, query.nonce);
  }

  #welcome(port: Port, nonce: Nonce): void {
    const isUp = this.#kernelLoaded === 'success';
    port.postMessage({ nonce, method: 'response', ...(isUp ? { data: { distribution: 'secure-registry', version: this.#options.version }, err: null } : { data: {}, err: this.#kernelLoaded }) });
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
    for (const [port, nonce] of this.#waiting) this.#welcome(port, nonce);
    this.#waiting.clear();
  }

  /** To who has asked; before anyone has, to who is around the frame, unless that is nobody here. */
  #tellParent(): void {
    const { window, ancestors } = this.#options;
    const nearest = statusTarget(ancestors);
    if (nearest === undefined || (nearest !== '*' && !this.#origins.has(nearest))) return;
    const [known] = [...this.#sessions.keys()].filter((key) => typeof key === 'string');
    tellStatus(window, known ?? nearest, this.#kernelLoaded);
  }
}
