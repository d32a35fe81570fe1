import type { Conflated } from '../../src/link/index.ts';
import type { CallContext } from '../../src/link/index.ts';
import type { CheckedEntry, EntryKey } from '../../src/registry/index.ts';
import type { WireError } from '../../src/error.ts';
import type { ReadRequest } from './reading.ts';
import type { ReadResult } from './result.ts';
import type { Update } from './table.ts';
import type { WriteOutcome, WriteRequest } from './writing.ts';

/** A read's answer on its way to the runtime: many travel in one message, and one that failed does not fail the others. */
export type ReadAnswer = { readonly result: ReadResult } | { readonly error: WireError };

/** What the entries actor answers to, for the runtime. */
export interface EntriesService {
  readonly calls: {
    read(request: ReadRequest & { readonly key: EntryKey }, call: CallContext): Promise<ReadResult>;
    readMany(request: ReadRequest & { readonly keys: readonly EntryKey[] }, call: CallContext): Promise<readonly ReadAnswer[]>;
    write(request: WriteRequest, call: CallContext): Promise<WriteOutcome>;
    watch(keys: readonly EntryKey[]): void;
    unwatch(keys: readonly EntryKey[]): void;
    /** Takes entries for known that were shown before: the predecessor of this actor may have kept them in memory only. */
    recall(entries: readonly CheckedEntry[]): Promise<void>;
    /** Commits what is being committed, closes the storage, and refuses everything from now on. */
    close(): Promise<void>;
  };
  readonly streams: {
    /** What watched entries become; of each entry a slow reader gets the newest. */
    updates(): Conflated<Update>;
  };
}
