/** What may be moved along with a message instead of copied. */
export type Transfer = Transferable | Port;

/**
 * One end of a channel: what a real MessagePort and an in-memory one have in common.
 * A `close` event is a courtesy: Chromium has none.
 */
export interface Port {
  postMessage(message: unknown, transfer?: Transfer[]): void;
  addEventListener(type: 'message' | 'close', listener: (event: PortEvent) => void): void;
  removeEventListener(type: 'message' | 'close', listener: (event: PortEvent) => void): void;
  start(): void;
  close(): void;
}

export interface PortEvent {
  readonly type: string;
  readonly data?: unknown;
}
