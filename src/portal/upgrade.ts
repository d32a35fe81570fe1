import { ServerResponse, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';

const BODILESS = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Whether a request offers a protocol we do not speak, and is to be answered as if it had not (RFC 9110, section 7.8): Java's
 * HttpClient and `curl --http2` offer h2c with every first request. With a body it is not: Node leaves that unread.
 */
export function isIdleOffer({ method = '', headers }: IncomingMessage): boolean {
  const offersWebSocket = (headers.upgrade ?? '').split(',').some((protocol) => protocol.trim().toLowerCase() === 'websocket');
  const hasBody = Number(headers['content-length'] ?? 0) !== 0 || headers['transfer-encoding'] !== undefined;
  return !offersWebSocket && !hasBody && BODILESS.includes(method);
}

/** Hands the request to the server as one without an offer, and ends the connection with the answer: nothing reads it any more. */
export function answerOffer(server: Server, request: IncomingMessage, socket: Duplex): void {
  socket.on('error', () => socket.destroy());
  socket.once('close', () => request.destroy()); // nothing else tells the request of its end any more
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket as Socket);
  response.once('finish', () => {
    response.detachSocket(socket as Socket);
    socket.end(() => socket.destroy());
  });
  server.emit('request', request, response);
}
