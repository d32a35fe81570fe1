import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Answer } from './answer.ts';
import type { Exchange, Resource } from './exchange.ts';

/**
 * Answers requests whose resource can be told without reading their target as a URL, which is nearly all of them: most of a read's time
 * would go into making a `Request` and a `Response` of it. Every other request is the router's, and is answered alike.
 */
export function directListener(exchange: Exchange, resources: ReadonlyMap<string, Resource>, router: RequestListener): RequestListener {
  return (request, response) => {
    const resource = plainResource(request, resources);
    if (resource === undefined) router(request, response);
    else void respond(exchange, resource, request, response); // never rejects
  };
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST']);

/** An address or a name, and a port, that every reader of URLs takes letter by letter. A name that ends in a number, or is encoded, is not. */
const PLAIN_HOST =
  /^(?!.*xn--)(?:(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!:|$)|(?=:|$))){4}|(?:[a-z\d][a-z\d-]*\.)*[a-z][a-z\d-]*)(?::(?:[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}))?$/;

/** A path of letters, and a query without anything that ends it or that a reader of URLs would change. */
const PLAIN_TARGET = /^(\/[a-z/]*)(?:\?[\w&=:.~%+-]*)?$/;

/** The resource of a request whose target and host mean what they say; undefined for any other. */
export function plainResource({ method = '', url = '', headers: { host = '' } }: Pick<IncomingMessage, 'method' | 'url' | 'headers'>, resources: ReadonlyMap<string, Resource>): Resource | undefined {
  const path = METHODS.has(method) && PLAIN_HOST.test(host) ? PLAIN_TARGET.exec(url)?.[1] : undefined;
  return path === undefined ? undefined : resources.get(path);
}

async function respond(exchange: Exchange, resource: Resource, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'POST') response.once('close', () => endUnread(request));
  const answer = await exchange.answer(request, resource);
  try {
    send(response, answer);
  } catch {
    response.destroy(); // a field that cannot be sent: nothing was, and nobody must wait for it
  }
}

function send(response: ServerResponse, { status, fields, body = '' }: Answer): void {
  response.writeHead(status, fields);
  // Head and body go out as one string where they can, in the encoding of heads (RFC 9110, section 5.5); ASCII is the same in it.
  response.end(typeof body !== 'string' || ASCII.test(body) ? body : Buffer.from(body), 'latin1');
}

// eslint-disable-next-line no-control-regex -- all of ASCII
const ASCII = /^[\0-\x7f]*$/;

/** How many milliseconds a body that nobody wanted may still take. Without it a client that trickles holds the connection. */
const UNREAD_GRACE = 500;

function endUnread(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  const deadline = setTimeout(() => request.socket.destroySoon(), UNREAD_GRACE).unref();
  request.once('close', () => clearTimeout(deadline));
}
