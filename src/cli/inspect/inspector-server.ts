import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable, type Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { WebSocketServer, type WebSocket } from 'ws';
import { RegistryError } from '../../error.ts';
import { isSessionName } from '../../inspect/named-report.ts';
import { PAGE_POLICY, pageFile } from './page-files.ts';

/** The largest message of a runtime, in bytes: a thousand watched entries are a sixteenth of it. */
const MAX_MESSAGE = 16 * 1024 * 1024;

export interface InspectorServerOptions {
  /** 0 for any free one. */
  readonly port: number;
  /** Origins of web pages whose runtimes may report, beside those of this machine. */
  readonly origins: ReadonlySet<string>;
  /** Files beside those of the page, by their path: the body, which may be long. */
  readonly files: ReadonlyMap<string, () => { readonly type: string; readonly body: Iterable<string> }>;
  /** A page has come. */
  readonly onPage: (socket: WebSocket) => void;
  /** A runtime has come, which says that it has this name. Without it, none may. */
  readonly onRuntime?: ((socket: WebSocket, name: string | undefined) => void) | undefined;
}

/** Serves the inspector's page to this machine, and takes what runtimes report. */
export class InspectorServer {
  readonly #options: InspectorServerOptions;
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE, perMessageDeflate: false });

  private constructor(options: InspectorServerOptions) {
    this.#options = options;
    this.#http = createServer((request, response) => void this.#answer(request, response));
    this.#http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => this.#upgrade(request, socket, head));
  }

  /** @throws RegistryError `INVALID_INPUT` where the port cannot be had */
  static async start(options: InspectorServerOptions): Promise<InspectorServer> {
    const server = new InspectorServer(options);
    server.#http.listen(options.port, '127.0.0.1');
    try {
      await once(server.#http, 'listening');
    } catch (cause) {
      throw new RegistryError('INVALID_INPUT', `port ${options.port} must be one that nobody listens at`, { field: 'port', hint: 'name another by --port, or 0 for any', cause });
    }
    return server;
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  close(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#http.close();
    this.#http.closeAllConnections();
  }

  /** By a name of this machine's: a page elsewhere that has its own name lead here is not let in. */
  #isAddressed({ headers: { host } }: IncomingMessage): boolean {
    return host === `127.0.0.1:${this.port}` || host === `localhost:${this.port}`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const target = targetOf(request);
    if (!isRead || target === undefined || !this.#isAddressed(request)) return void response.writeHead(isRead ? 403 : 405).end();
    const { pathname } = target;
    const headers = { 'cache-control': 'no-store', 'content-security-policy': PAGE_POLICY, 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' };
    const own = this.#options.files.get(pathname)?.();
    if (own !== undefined) {
      response.writeHead(200, { ...headers, 'content-type': own.type });
      return pipeline(Readable.from(own.body), response).catch(() => {}); // whoever hangs up misses the rest
    }
    const file = await pageFile(pathname);
    if (file === undefined) return void response.writeHead(404).end();
    response.writeHead(200, { ...headers, 'content-type': file.type }).end(file.content);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy()); // Node listens no more
    const target = targetOf(request);
    const { origin } = request.headers;
    const { onPage, onRuntime, origins } = this.#options;
    const isOwnPage = origin === `http://127.0.0.1:${this.port}` || origin === `http://localhost:${this.port}`;
    const isPage = target?.pathname === '/reports';
    const name = target?.searchParams.get('name') ?? undefined;
    const mayReport = onRuntime !== undefined && (origin === undefined || isOfThisMachine(origin) || origins.has(origin)) && (name === undefined || isSessionName(name));
    if (target === undefined || !this.#isAddressed(request) || !(isPage ? isOwnPage : mayReport)) {
      socket.once('finish', () => socket.destroy()); // whoever does not hang up would keep the process
      return void socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
    }
    this.#sockets.handleUpgrade(request, socket, head, (opened) => {
      opened.on('error', () => opened.terminate());
      if (isPage) onPage(opened);
      else onRuntime?.(opened, name);
    });
  }
}

/** What is asked for; undefined where that is no path, as `//` is none. */
function targetOf({ url = '/' }: IncomingMessage): URL | undefined {
  return URL.canParse(url, 'http://localhost') ? new URL(url, 'http://localhost') : undefined;
}

const isOfThisMachine = (origin: string): boolean => URL.canParse(origin) && ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(origin).hostname);
