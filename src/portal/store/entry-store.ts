import { bytesToHex } from '@noble/hashes/utils.js';
import { compareChecked, workChecked, type CheckedEntry } from '../../registry/index.ts';

/**
 * Where a portal keeps entries. Signatures are verified before an entry comes here, so a store only keeps order: it never replaces
 * an entry by one that `compareEntries` does not put above it. `entryStoreConformance` says whether an implementation does.
 */
export interface EntryStore {
  /**
   * @param entryId 32 bytes
   * @throws RegistryError `STORAGE`, also for a record that cannot be trusted to be what was put
   */
  get(entryId: Uint8Array): Promise<CheckedEntry | undefined>;
  /**
   * Keeps the entry if it is newer than what is kept and the precondition holds, in one atomic step. `stored` and `identical` are
   * said only once the entry would outlive the process and, for a durable store, the machine's power.
   * @throws RegistryError `STORAGE`; then nothing is promised about the entry
   */
  putIfNewer(entry: CheckedEntry, precondition?: Precondition): Promise<PutResult>;
  /** Flushes and closes. Calls after it are `STORAGE`; a second one does nothing. */
  close(): Promise<void>;
}

export type PutResult =
  | { readonly outcome: 'stored' }
  | { readonly outcome: 'identical'; readonly current: CheckedEntry }
  | { readonly outcome: 'refused'; readonly current: CheckedEntry }
  | { readonly outcome: 'precondition-failed'; readonly current: CheckedEntry | undefined };

/** What must be true of the current entry for a put to take place. Tags are work hashes in hex, as {@link entryTag} makes them. */
export interface Precondition {
  /** There is a current entry, and it has one of these tags. */
  readonly match?: '*' | readonly string[];
  /** There is no current entry, or none with one of these tags. */
  readonly noneMatch?: '*' | readonly string[];
}

/** The tag that stands for what an entry says: its work hash in hex. */
export function entryTag(entry: CheckedEntry): string {
  return bytesToHex(workChecked(entry));
}

export function holds({ match, noneMatch }: Precondition, current: CheckedEntry | undefined): boolean {
  const tag = current && entryTag(current);
  const names = (tags: '*' | readonly string[]) => tag !== undefined && (tags === '*' || tags.includes(tag));
  return (match === undefined || names(match)) && (noneMatch === undefined || !names(noneMatch));
}

/**
 * What a put comes to, for a store to carry out in the same atomic step in which it read `current`. An identical entry is no change,
 * unless the precondition fails: that the same was written already need not have been by the same writer (RFC 9110, section 13.1.1). Of two that
 * count one up at a time, both make the very same entry, and one of them has to begin anew.
 */
export function judgePut(entry: CheckedEntry, current: CheckedEntry | undefined, precondition: Precondition | undefined): PutResult {
  const order = current === undefined ? 1 : compareChecked(entry, current);
  if (precondition !== undefined && !holds(precondition, current)) return { outcome: 'precondition-failed', current };
  if (current !== undefined && order === 0) return { outcome: 'identical', current };
  if (current !== undefined && order < 0) return { outcome: 'refused', current };
  return { outcome: 'stored' };
}
