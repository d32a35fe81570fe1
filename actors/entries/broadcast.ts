import type { OpenBroadcast } from '../../src/world.ts';

/** The platform's own; undefined where it has none for us. */
export const openBroadcast: OpenBroadcast = (name, hear) => {
  let channel: BroadcastChannel;
  try {
    channel = new BroadcastChannel(name);
  } catch {
    return undefined; // there is none, or Firefox forbids it: to a frame of another site, where cookies are blocked
  }
  channel.addEventListener('message', ({ data }) => hear(data));
  // In Node it would keep the process alive.
  (channel as { unref?: () => void }).unref?.();
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has none
    post: (message) => channel.postMessage(message),
    close: () => channel.close(),
  };
};
