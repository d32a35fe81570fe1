import type { Observable } from 'rxjs';
import type { CallContext, Conflated } from '../../src/link/index.ts';
import type { Incident } from '../../src/incident.ts';
import type { CheckedEntry } from '../../src/registry/index.ts';
import type { WireError } from '../../src/error.ts';
import type { ReadRequest } from './reading.ts';
import type { ResultBody } from './result.ts';
import type { Update } from './table.ts';
import type { Base, BaseRequest, SwapOutcome, SwapRequest, TurnRequest } from './updating.ts';
import type { WriteOutcome, WriteRequest } from './writing.ts';

/** What readers in the runtime want, many in one message. They number their reads, and name entries as `nameOf` does. */
export type ReadCommand =
  | (ReadRequest & { readonly kind: 'read'; readonly read: number; readonly name: string })
  | { readonly kind: 'abandon'; readonly read: number };

/** Whether somebody in the runtime wants to be told what becomes of an entry; named as `nameOf` does. */
export interface WatchCommand {
  readonly kind: 'watch' | 'unwatch';
  readonly name: string;
}

/** What became of a read; `at` as in an {@link Update}. */
export type ReadAnswer = { readonly read: number } & ({ readonly result: ResultBody; readonly at: number } | { readonly error: WireError });

/** What the entries actor answers to, for the runtime. */
export interface EntriesService {
  readonly pipes: {
    /** Every read that is not abandoned is answered by {@link EntriesService.streams}.answers, once. */
    reads(commands: readonly ReadCommand[]): void;
    watches(commands: readonly WatchCommand[]): void;
  };
  readonly calls: {
    write(request: WriteRequest, call: CallContext): Promise<WriteOutcome>;
    /** Resolves when it is this update's turn: all others of its entry, in all processes on one storage, wait until {@link endTurn}. */
    turn(request: TurnRequest, call: CallContext): Promise<void>;
    endTurn(request: Pick<TurnRequest, 'update'>): void;
    /** What an update is made of: what the portal that decides serves, which is the newest that is known. */
    base(request: BaseRequest, call: CallContext): Promise<Base>;
    /** Has that portal put an entry in the place of another. */
    swap(request: SwapRequest, call: CallContext): Promise<SwapOutcome>;
    /** Takes entries for known that were shown before: the predecessor of this actor may have kept them in memory only. */
    recall(entries: readonly CheckedEntry[]): Promise<void>;
    /** Commits what is being committed, closes the storage, and refuses everything from now on. */
    close(): Promise<void>;
  };
  readonly streams: {
    /** What watched entries become; of each entry a slow reader gets the newest. */
    updates(): Conflated<Update>;
    /** What became of reads, many at a time. */
    answers(): Observable<readonly ReadAnswer[]>;
    /** What portals and holders of keys were seen to do: the newest that were told before, then each that is. */
    incidents(): Observable<Incident>;
  };
}
