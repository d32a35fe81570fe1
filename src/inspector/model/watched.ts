import type { WatchedEntry } from './reports.ts';

/** Entries that are kept at most; the oldest are forgotten first. */
const MOST_WATCHED = 100_000;

/** The entries that are watched, by key. */
export class Watched {
  readonly #entries = new Map<string, WatchedEntry>();
  /** How often they changed. */
  version = 0;

  get size(): number {
    return this.#entries.size;
  }

  take(changed: readonly WatchedEntry[]): void {
    if (changed.length > 0) this.version++;
    for (const entry of changed) {
      const key = entryKey(entry);
      if (!entry.watched) this.#entries.delete(key);
      else this.#entries.set(key, entry);
      const [oldest] = this.#entries.size > MOST_WATCHED ? this.#entries.keys() : [];
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
  }

  get(key: string): WatchedEntry | undefined {
    return this.#entries.get(key);
  }

  /** Those that are wanted, in the order in which they came to be watched. */
  list(isWanted: (entry: WatchedEntry) => boolean = () => true): readonly WatchedEntry[] {
    const found: WatchedEntry[] = [];
    for (const entry of this.#entries.values()) if (isWanted(entry)) found.push(entry);
    return found;
  }

  clear(): void {
    this.#entries.clear();
    this.version++;
  }
}

export const entryKey = ({ pubkey, datakey }: Pick<WatchedEntry, 'pubkey' | 'datakey'>): string => `${pubkey}/${datakey}`;
