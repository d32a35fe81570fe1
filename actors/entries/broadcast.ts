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

/** The platform's own. */
export const openBroadcast: OpenBroadcast = (name, hear) => {
  if (typeof BroadcastChannel === 'undefined') return undefined;
  const channel = new BroadcastChannel(name);
  channel.addEventListener('message', ({ data }) => hear(data));
  // In Node it would keep the process alive.
  (channel as { unref?: () => void }).unref?.();
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has none
    post: (message) => channel.postMessage(message),
    close: () => channel.close(),
  };
};
