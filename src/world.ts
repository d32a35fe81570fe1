/** Time as an actor sees it: XState's `Clock`, and the time of day. Simulated time replaces it whole. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Milliseconds since some moment, which no change of the time of day moves. Default: {@link Clock.now}. */
  elapsed?(): number;
  setTimeout(callback: () => void, milliseconds: number): unknown;
  clearTimeout(timer: unknown): void;
}

/** How much time has passed since some moment, in milliseconds, whoever sets the time of day; where the clock does not tell, the time of day. */
export const elapsedOn = (clock: Clock): number => clock.elapsed?.() ?? clock.now();

/** The clock of the machine this runs on. */
export const realClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  setTimeout: (callback, milliseconds) => setTimeout(callback, milliseconds),
  clearTimeout: (timer) => clearTimeout(timer as number),
};

/** A number uniform in [0, 1), like `Math.random`. */
export type Random = () => number;

/** What happens to a socket. After `closed` nothing more does. */
export interface SocketEvents {
  opened(): void;
  /** A text frame; undefined for a binary one, which no portal of ours sends. */
  message(text: string | undefined): void;
  /** @param isOversize a frame of more than `frameBytes` came */
  closed(reason: string, isOversize?: boolean): void;
}

/** One WebSocket, as little of it as the runtime needs. */
export interface Socket {
  send(text: string): void;
  /** Ends it at once, without waiting for the other side; `closed` is not called any more. */
  abandon(): void;
  /** Stops and resumes reading, where the platform can; a browser cannot. */
  readonly pause?: () => void;
  readonly resume?: () => void;
}

/** Opens a socket to a `ws:` or `wss:` URL. Frames beyond `frameBytes` close it. */
export type OpenSocket = (url: string, events: SocketEvents, options: { readonly frameBytes: number; readonly headers: Readonly<Record<string, string>> }) => Socket;

/** Tells what the platform says of the network. */
export interface Network {
  /** Calls back with every change until the answered function is called. */
  listen(changed: (isOnline: boolean) => void): () => void;
}

/** `fetch`, as little of it as the runtime needs. */
export type Fetch = (
  url: string,
  init: {
    readonly method: 'GET' | 'POST';
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly signal: AbortSignal;
    readonly redirect: 'error';
    readonly cache: 'no-store';
    readonly credentials: 'omit';
    readonly referrerPolicy: 'no-referrer';
  },
) => Promise<Pick<Response, 'status' | 'ok' | 'headers' | 'body'>>;

/** A channel that others on the same storage hear, too: tabs of one origin, threads of one process. */
export interface Broadcast {
  post(message: unknown): void;
  close(): void;
}

/**
 * Opens the channel of that name, where the platform has such a thing.
 * @param hear told what others post; anybody of the same origin may post anything
 */
export type OpenBroadcast = (name: string, hear: (message: unknown) => void) => Broadcast | undefined;
