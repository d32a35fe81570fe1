/** What a portal grants its clients. Times are milliseconds, sizes bytes. Every default is in {@link DEFAULT_LIMITS}. */
export interface PortalLimits {
  /** The body of a write. Without it one request could fill the memory. As in the original's nginx. */
  readonly bodyBytes: number;
  /** A frame on a WebSocket. Without it one frame could fill the memory; a request takes some 200 bytes. */
  readonly frameBytes: number;
  /** Until a request's headers are whole. Without it clients that send a byte now and then hold every connection there is. */
  readonly headersTimeout: number;
  /** Until a request's body is whole: the same for bodies. */
  readonly requestTimeout: number;
  /** An idle connection is kept this long. Without it clients that left hold connections. */
  readonly keepAliveTimeout: number;
  /** Connections at a time, WebSockets among them; more are closed at once. Without it the process runs out of file descriptors. */
  readonly connections: number;
  /** WebSockets at a time; more are refused with 503. Without it they leave no connection for reads and writes. */
  readonly sockets: number;
  /** Entries one WebSocket may watch. Without it one client fills the memory; it must suffice for clients that watch 100,000. */
  readonly subscriptionsPerSocket: number;
  /** Entries all WebSockets may watch together, each counted once for each that watches it; a subscription takes some 2 kB. Without it many clients fill the memory. */
  readonly subscriptions: number;
  /**
   * What may wait to be sent on one WebSocket. Above it the newest of each entry is kept until the client has read, and no more
   * requests are taken from it. Without it a client that does not read fills the memory.
   */
  readonly backlogBytes: number;
  /** A WebSocket above {@link backlogBytes} for this long is closed with 1013. Without it clients that hang hold their backlog for ever. */
  readonly drainTimeout: number;
  /** How long `close` waits for requests in flight and for clients to say good-bye. Without it one client keeps a portal from stopping. */
  readonly closeTimeout: number;
  /**
   * Requests a minute from one address (IPv6: from one /64), WebSocket upgrades included; more are refused with 429. As in the
   * original's nginx: 60 a minute and bursts of 600. An upload, a backup and a proof count one more for every 256 KiB that are sent or
   * hashed for them: the largest 17, so that one address has some 35 of those a minute. Without it one client takes the time of all.
   */
  readonly requestsPerMinute: number;
  /**
   * Whether loopback, private and link-local addresses are free of the limits of one address, as in the original's nginx. A reverse proxy at such an address is not: whoever comes
   * through it (`X-Forwarded-For`, `Forwarded`, `X-Real-IP`) counts as the proxy, unless `trustProxy` is said, and then as the address that it tells.
   */
  readonly exemptPrivateAddresses: boolean;
  /** One file, its layout and metadata included; a base sector (4,194,304) is the most there is. */
  readonly fileBytes: number;
  /** All files together, each counted for at least 4,096; when they are full, more are refused with 507. Without it strangers fill the disk. */
  readonly filesBytes: number;
  /** Uploads at a time, each of which takes some three times its size; more are refused with 503. Without it they fill the memory. */
  readonly uploads: number;
  /** Of these from one address, counted as for {@link requestsPerMinute}, as in the original's nginx; more are refused with 429. Without it one client that trickles keeps all others out. */
  readonly uploadsPerAddress: number;
  /** Until an upload is whole, in the place of {@link requestTimeout}. Without it clients that send a byte now and then hold every upload there is. */
  readonly uploadTimeout: number;
  /** Answers with files at a time, until they have been sent; more are refused with 503. Without it clients that do not read fill the memory. */
  readonly downloads: number;
  /** Of these to one address; more are refused with 429. Without it one client keeps all others out. */
  readonly downloadsPerAddress: number;
  /** A connection on which nothing moves for this long, while a request or its answer is on its way, is closed. Without it clients that do not read hold an answer for ever. */
  readonly stallTimeout: number;
}

export const DEFAULT_LIMITS: PortalLimits = {
  bodyBytes: 128 * 1024,
  frameBytes: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
  connections: 20_000,
  sockets: 10_000,
  subscriptionsPerSocket: 250_000,
  subscriptions: 500_000,
  backlogBytes: 1024 * 1024,
  drainTimeout: 30_000,
  closeTimeout: 5_000,
  requestsPerMinute: 600,
  exemptPrivateAddresses: true,
  fileBytes: 4 * 1024 * 1024,
  filesBytes: 10 * 1024 * 1024 * 1024,
  uploads: 32,
  uploadsPerAddress: 5,
  uploadTimeout: 120_000,
  downloads: 256,
  downloadsPerAddress: 32,
  stallTimeout: 120_000,
};
