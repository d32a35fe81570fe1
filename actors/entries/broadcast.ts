import type { OpenBroadcast } from '../../src/world.ts';

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
