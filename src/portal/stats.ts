/** What a portal has done since it started, and what it is holding: plain numbers. */
export interface PortalStats {
  /** Connections open now, WebSockets among them, and those closed at once because there were too many. */
  readonly connections: number;
  readonly droppedConnections: number;
  /** WebSockets open now, what they watch together, and how many different entries that is. */
  readonly sockets: number;
  readonly subscriptions: number;
  readonly watchedEntries: number;
  /** Answers by HTTP status. */
  readonly responses: Readonly<Record<number, number>>;
  /** What became of writes that were well-formed. */
  readonly puts: Readonly<Record<PutOutcome, number>>;
  /** What became of uploads, backups among them; one that was refused need not have been a file. */
  readonly uploads: Readonly<Record<UploadOutcome, number>>;
  /** Updates sent to subscribers, first values included. */
  readonly notifications: number;
  /** WebSockets closed because they did not read. */
  readonly slowSocketsClosed: number;
  /** Stored entries that the bus did not take; their subscribers see them at their next read. */
  readonly publishFailures: number;
}

export type PutOutcome = 'stored' | 'identical' | 'refused' | 'precondition-failed' | 'bad-signature' | 'store-failed';

export type UploadOutcome = 'stored' | 'identical' | 'full' | 'refused' | 'store-failed';

/** The counters behind {@link PortalStats}. */
export class Counters {
  droppedConnections = 0;
  notifications = 0;
  slowSocketsClosed = 0;
  publishFailures = 0;
  readonly responses: Record<number, number> = {};
  readonly puts: Record<PutOutcome, number> = {
    stored: 0,
    identical: 0,
    refused: 0,
    'precondition-failed': 0,
    'bad-signature': 0,
    'store-failed': 0,
  };

  readonly uploads: Record<UploadOutcome, number> = { stored: 0, identical: 0, full: 0, refused: 0, 'store-failed': 0 };

  answered(status: number): void {
    this.responses[status] = (this.responses[status] ?? 0) + 1;
  }
}
