import { compareChecked, type CheckedEntry, type EntryKey } from '../../registry/index.ts';

/** What a topic tells: whoever is told reads the newest value from it when it can be sent. */
export interface Watcher {
  offer(topic: Topic): void;
}

/**
 * One entry that is being watched. Every watcher has been sent the newest value, has it waiting, or is reading its first one; so a
 * value that is not newer than the newest is news to nobody.
 */
export class Topic {
  readonly key: EntryKey;
  readonly id: Uint8Array;
  readonly hexId: string;
  readonly watchers = new Set<Watcher>();
  #newest: CheckedEntry | undefined;

  /** @param id the entry's, in bytes and in hex: to find a topic takes both, and a hash takes its time */
  constructor(key: EntryKey, id: Uint8Array, hexId: string) {
    this.key = key;
    this.id = id;
    this.hexId = hexId;
  }

  get newest(): CheckedEntry | undefined {
    return this.#newest;
  }

  /** Takes a value for the newest if it is, and tells the watchers. */
  advance(entry: CheckedEntry): void {
    if (this.#newest !== undefined && compareChecked(entry, this.#newest) <= 0) return;
    this.#newest = entry;
    for (const watcher of this.watchers) watcher.offer(this);
  }
}
