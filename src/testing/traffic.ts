/** What a portal has seen of its clients. */
export interface Traffic {
  /** Requests since it started. */
  readonly reads: number;
  readonly writes: number;
  /** Writes that it has stored, which is later than they came. */
  readonly accepted: number;
  /** Sockets that were opened since it started, and those that are open. */
  readonly opened: number;
  readonly sockets: number;
  /** Subscriptions on open sockets. */
  readonly subscriptions: number;
  /** Subscribe requests since it started. */
  readonly subscribes: number;
  /** Entries that it told subscribers since it started. */
  readonly told: number;
  /** API keys that were sent. */
  readonly apiKeys: readonly string[];
}

/** What is waited for: of counts that only grow at least so many, of others exactly so many. */
export type Awaited = Partial<Omit<Traffic, 'apiKeys'>>;

export const isReached = (traffic: Traffic, { sockets, subscriptions, ...grown }: Awaited): boolean =>
  (sockets === undefined || traffic.sockets === sockets) &&
  (subscriptions === undefined || traffic.subscriptions === subscriptions) &&
  Object.entries(grown).every(([name, least]) => traffic[name as keyof typeof grown] >= least);
