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
  /** Makes a channel of this port's own kind. The platform's ports have no such method: theirs is a `MessageChannel`. */
  newChannel?(): [Port, Port];
}

export interface PortEvent {
  readonly type: string;
  readonly data?: unknown;
}

/** A channel of the platform's. */
export function messageChannel(): [Port, Port] {
  const { port1, port2 } = new MessageChannel();
  return [port1, port2];
}

/** A new channel of the kind that `port` belongs to. */
export const channelLike = (port: Port): [Port, Port] => port.newChannel?.() ?? messageChannel();
