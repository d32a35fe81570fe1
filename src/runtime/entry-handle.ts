import type { Observable } from 'rxjs';
import type { ReadResult } from '../../actors/entries/result.ts';
import type { SignedEntry } from '../registry/index.ts';
import type { EntryUpdate, ReadOptions, UpdateOptions, WatchOptions, WriteOptions } from './requests.ts';

export interface WriteResult {
  /** 32 bytes. */
  readonly entryId: Uint8Array;
  readonly revision: bigint;
  /** URLs of the portals that had accepted it when this resolved. */
  readonly acceptedBy: readonly string[];
  /** URLs of the portals that were seen to serve it. */
  readonly confirmedBy: readonly string[];
  /** Whether a portal's compare-and-set kept concurrent writers apart. */
  readonly guarded: boolean;
}

/** One entry of a runtime. */
export interface EntryHandle {
  /** The newest that is known here; the same object until it changes. It follows the entry while somebody watches it, or reads the handle again and again. */
  readonly latest: ReadResult | undefined;
  /** {@link Runtime.read}. From the second read on the entry is followed for some time, so that what a live connection vouches for is answered at once. */
  read(options?: ReadOptions): Promise<ReadResult>;
  watch(options?: WatchOptions): Observable<ReadResult>;
  write(entry: SignedEntry, options?: WriteOptions): Promise<WriteResult>;
  /** {@link Runtime.update}, by the key of this handle. */
  update(request: EntryUpdate, options?: UpdateOptions): Promise<WriteResult | undefined>;
}
