import type { OpenSocket } from '../../src/world.ts';

/**
 * The browser's sockets. They take no headers and cannot be paused, and hand over a frame only when it is whole, so one that is too
 * large ends the socket after the fact.
 */
export const openSocket: OpenSocket = (url, events, { frameBytes }) => {
  const socket = new WebSocket(url);
  const listening = new AbortController();
  const { signal } = listening;
  const end = (): void => {
    listening.abort();
    socket.close();
  };
  socket.addEventListener('open', () => events.opened(), { signal });
  socket.addEventListener('close', ({ reason }) => events.closed(reason), { signal });
  socket.addEventListener(
    'message',
    ({ data }: MessageEvent<unknown>) => {
      const isText = typeof data === 'string';
      if (!isText || data.length <= frameBytes) return events.message(isText ? data : undefined);
      end();
      events.closed('a frame was too large', true);
    },
    { signal },
  );
  return {
    send(text) {
      // A socket that is closing drops what it is given; `closed` follows.
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    abandon: end,
  };
};
