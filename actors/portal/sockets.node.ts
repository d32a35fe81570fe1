import { WebSocket, type RawData } from 'ws';
import type { OpenSocket } from '../../src/world.ts';

/** Sockets over `ws`: Node 20 has none of its own, and `ws` refuses a large frame before it is in memory. */
export const openSocket: OpenSocket = (url, events, { frameBytes, headers }) => {
  const socket = new WebSocket(url, { maxPayload: frameBytes, headers, perMessageDeflate: false, followRedirects: false });
  let reason = '';
  let isOversize = false;
  socket.on('open', () => events.opened());
  socket.on('message', (data, isBinary) => events.message(isBinary ? undefined : textOf(data)));
  socket.on('error', (error) => {
    reason = error.message; // 'close' follows
    isOversize = 'code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
  });
  socket.on('close', () => events.closed(reason, isOversize));
  return {
    send: (text) => socket.send(text),
    abandon() {
      socket.removeAllListeners();
      socket.on('error', () => {}); // one that is still connecting reports its own end, which nobody waits for
      socket.terminate();
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  };
};

/** `ws` gives one Buffer for a frame unless another `binaryType` is asked for. */
const textOf = (data: RawData): string | undefined => (Buffer.isBuffer(data) ? data.toString('utf8') : undefined);
