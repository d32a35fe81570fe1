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
  /** How often it told a subscriber of an entry since it started, truly or not. */
  readonly told: number;
  /** API keys that were sent. */
  readonly apiKeys: readonly string[];
}

/** What is waited for: of counts that only grow at least so many, of others exactly so many. */
export type AwaitedTraffic = Partial<Omit<Traffic, 'apiKeys'>>;

export const isReached = (traffic: Traffic, { sockets, subscriptions, ...grown }: AwaitedTraffic): boolean =>
  (sockets === undefined || traffic.sockets === sockets) &&
  (subscriptions === undefined || traffic.subscriptions === subscriptions) &&
  Object.entries(grown).every(([name, least]) => traffic[name as keyof typeof grown] >= least);

/** Counts what a portal sees of its clients, and tells who waits for it. */
export class Tally {
  readonly #counts = { reads: 0, writes: 0, accepted: 0, opened: 0, subscribes: 0, told: 0 };
  readonly #apiKeys = new Set<string>();
  readonly #looking = new Set<() => void>();

  count(what: Exclude<keyof AwaitedTraffic, 'sockets' | 'subscriptions'>): void {
    this.#counts[what]++;
    this.changed();
  }

  noteKey(apiKey: unknown): void {
    if (typeof apiKey === 'string') this.#apiKeys.add(apiKey);
  }

  /** @param open how many sockets and subscriptions there are now */
  traffic(open: Pick<Traffic, 'sockets' | 'subscriptions'>): Traffic {
    return { ...this.#counts, ...open, apiKeys: [...this.#apiKeys] };
  }

  /** Something that may be waited for is other than before. */
  changed(): void {
    for (const look of this.#looking) look();
  }

  /** Asks now, and after every change, until it is so. What is answered ends it before. */
  until(isSo: () => boolean, then: () => void): () => void {
    const stop = (): void => void this.#looking.delete(look);
    const look = (): void => {
      if (!isSo()) return;
      stop();
      then();
    };
    this.#looking.add(look);
    look();
    return stop;
  }
}
