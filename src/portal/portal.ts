import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { RegistryError } from '../error.ts';
import { Verdict } from '../registry/index.ts';
import { REGISTRY_PATH, SUBSCRIPTION_PATH } from '../registry/wire/index.ts';
import { Access } from './access.ts';
import { LocalBus } from './bus.ts';
import { Customers } from './customer.ts';
import { directListener } from './direct.ts';
import { Exchange, NOWHERE } from './exchange.ts';
import { DirectoryFileStore, fileResources, Library, MemoryFileStore, type FileStore } from './files/index.ts';
import { identityHeaders } from './headers.ts';
import { HOME } from './home.ts';
import { Intake } from './intake.ts';
import type { PortalLimits } from './limits.ts';
import { takePortalOptions, type CheckedOptions, type PortalOptions } from './options.ts';
import { RateLimit } from './rate.ts';
import { refuseSocket } from './refusal.ts';
import { registryResource } from './registry-resource.ts';
import { Counters, type PortalStats } from './stats.ts';
import type { EntryStore } from './store/entry-store.ts';
import { LmdbStore } from './store/lmdb.ts';
import { MemoryStore } from './store/memory.ts';
import { routerListener } from './router.ts';
import { SubscriptionHub } from './subscription/hub.ts';
import { SUBSCRIPTION_RESOURCE } from './subscription/resource.ts';
import { Sockets } from './subscription/sockets.ts';
import { answerOffer, isIdleOffer } from './upgrade.ts';

/** A portal that runs. */
export interface Portal {
  /** Where it listens, without a slash at the end. */
  readonly url: string;
  /** Stops: requests in flight are answered, WebSockets closed with 1001, the store flushed and closed. Takes `closeTimeout` at most. */
  close(): Promise<void>;
  stats(): PortalStats;
}

/**
 * Starts a portal: the registry of the Skynet protocol over HTTP and WebSocket.
 * @throws RegistryError `INVALID_INPUT` naming the option, also for a port or address that cannot be listened at (`retryable` if
 * another program holds it); `STORAGE` for a data directory that cannot be used; what the bus throws. Nothing stays open then.
 */
export async function createPortal(options: PortalOptions = {}): Promise<Portal> {
  const checked = takePortalOptions(options);
  const server = httpServer(checked.limits);
  const stores = await openStores(checked);
  try {
    await listen(server, checked);
    return serve(server, stores, checked);
  } catch (error) {
    await closeServer(server, checked.limits.closeTimeout);
    await stores.close();
    throw error;
  }
}

interface Stores {
  readonly entries: EntryStore;
  /** Undefined where the portal takes no files. */
  readonly files: FileStore | undefined;
  /** Closes those that are not the caller's. */
  close(): Promise<void>;
}

async function openStores({ store, files, data, limits }: CheckedOptions): Promise<Stores> {
  const entries = store ?? (data === 'memory' ? new MemoryStore() : await LmdbStore.open(data));
  const closeEntries = async () => {
    if (store === undefined) await entries.close();
  };
  if (files !== undefined) return { entries, files: files === false ? undefined : files, close: closeEntries };
  try {
    const own = data === 'memory' ? new MemoryFileStore(limits.filesBytes) : await DirectoryFileStore.open(join(data, 'files'), limits.filesBytes);
    return {
      entries,
      files: own,
      close: async () => {
        await Promise.all([closeEntries(), own.close()]);
      },
    };
  } catch (error) {
    await closeEntries();
    throw error;
  }
}

function serve(server: Server, stores: Stores, options: CheckedOptions): Portal {
  const store = stores.entries;
  const { limits, generation, publicUrl, trustProxy } = options;
  const url = urlOf(server, options.host);
  const identity = identityHeaders(publicUrl ?? url);
  const counters = new Counters();
  const access = new Access(options.apiKey);
  const customers = new Customers(limits, trustProxy);
  const rate = new RateLimit(limits, customers);
  const bus = options.bus ?? new LocalBus();
  const hub = new SubscriptionHub(store, generation);
  const unsubscribe = bus.subscribe((entry) => hub.update(entry));
  const sockets = new Sockets({ hub, access, rate, limits, counters, identity });
  const intake = new Intake(new Verdict(), store, bus, counters);
  const exchange = new Exchange({ access, rate, counters, identity, isClosing: () => !server.listening });
  const files = stores.files && fileResources({ library: new Library(store, stores.files), customers, rate, limits, counters });
  const resources = new Map([
    ['/', HOME],
    [REGISTRY_PATH, registryResource({ store, intake, limits })],
    [SUBSCRIPTION_PATH, SUBSCRIPTION_RESOURCE],
    ...(files?.named ?? []),
  ]);
  server.on('request', directListener(exchange, resources, routerListener(exchange, resources, identity, files?.elsewhere ?? (() => NOWHERE))));
  server.on('upgrade', (request, socket, head) => {
    if (isIdleOffer(request)) answerOffer(server, request, socket);
    else void sockets.upgrade(request, socket, head);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuseUnreadable(error, socket, counters, identity));
  server.on('drop', () => counters.droppedConnections++);

  let connections = 0;
  server.on('connection', (socket) => {
    connections++;
    socket.once('close', () => connections--);
  });

  let closed: Promise<void> | undefined;
  const close = async () => {
    await Promise.all([closeServer(server, limits.closeTimeout), sockets.close()]);
    unsubscribe();
    await stores.close();
  };

  return {
    url,
    close: () => (closed ??= close()),
    stats: () => ({
      connections,
      droppedConnections: counters.droppedConnections,
      sockets: sockets.size,
      subscriptions: hub.subscriptions,
      watchedEntries: hub.watchedEntries,
      responses: { ...counters.responses },
      puts: { ...counters.puts },
      uploads: { ...counters.uploads },
      notifications: counters.notifications,
      slowSocketsClosed: counters.slowSocketsClosed,
      publishFailures: counters.publishFailures,
    }),
  };
}

function httpServer(limits: PortalLimits): Server {
  const server = createServer({
    headersTimeout: limits.headersTimeout,
    // The longest there is: a body that is to come sooner is given up by who reads it.
    requestTimeout: Math.max(limits.headersTimeout, limits.requestTimeout, limits.uploadTimeout),
    keepAliveTimeout: limits.keepAliveTimeout,
    connectionsCheckingInterval: Math.ceil(Math.min(limits.headersTimeout, limits.requestTimeout) / 4),
    // The system asks silent peers whether they are still there, so WebSockets of clients that vanished do not stay.
    keepAlive: true,
    keepAliveInitialDelay: 60_000,
    noDelay: true,
  });
  server.maxConnections = limits.connections;
  server.timeout = limits.stallTimeout;
  return server;
}

async function listen(server: Server, { port, host }: CheckedOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(cannotListen(cause, port, host)));
    server.listen({ port, host, exclusive: true }, resolve);
  });
  server.removeAllListeners('error');
}

function cannotListen(cause: NodeJS.ErrnoException, port: number, host: string): RegistryError {
  if (cause.code === 'EADDRINUSE') {
    return new RegistryError('INVALID_INPUT', `port ${port} of ${host} is in use`, {
      cause,
      field: 'options.port',
      retryable: true,
      hint: 'stop the program that holds it, or choose another port (0: any free one)',
    });
  }
  if (cause.code === 'EACCES') {
    return new RegistryError('INVALID_INPUT', `port ${port} may not be listened at`, { cause, field: 'options.port', hint: 'choose a port above 1023' });
  }
  return new RegistryError('INVALID_INPUT', `${host} cannot be listened at (${cause.code ?? cause.name})`, {
    cause,
    field: 'options.host',
    hint: 'choose an address of this machine: 127.0.0.1 for itself, 0.0.0.0 for all',
  });
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo; // a server at a port has one
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** What Node could not read as a request, or not in time. */
function refuseUnreadable(error: NodeJS.ErrnoException, socket: Duplex, counters: Counters, identity: Readonly<Record<string, string>>): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 }[error.code ?? ''] ?? 400;
  counters.answered(status);
  refuseSocket(socket, { status, message: UNREADABLE[status] ?? '' }, identity);
}

const UNREADABLE: Readonly<Record<number, string>> = {
  400: 'this is not HTTP',
  408: 'the request took too long to arrive',
  431: 'the headers are too large',
};

/** Resolves when every connection has ended; those that have not by then are ended. WebSockets have ends of their own. */
async function closeServer(server: Server, timeout: number): Promise<void> {
  const deadline = setTimeout(() => server.closeAllConnections(), timeout);
  await new Promise((resolve) => server.close(resolve)); // closes idle connections; the others end with their answer
  clearTimeout(deadline);
}
