import type { Observable } from 'rxjs';
import type { ReadRequest } from '../../actors/entries/reading.ts';
import type { ReadResult } from '../../actors/entries/result.ts';
import type { WriteOutcome } from '../../actors/entries/writing.ts';
import { closed, hasCode, invalidInput, RegistryError } from '../error.ts';
import type { Incident } from '../incident.ts';
import type { InspectionEvent, Scheduler } from '../link/index.ts';
import type { Policy } from '../policy.ts';
import { originsOf } from '../portal-url.ts';
import { charactersOf, nameOf, takeEntryKey, takeSignedEntry, type CheckedEntry, type EntryKey, type SignedEntry } from '../registry/index.ts';
import type { Clock } from '../world.ts';
import { askWithin, lateReason } from './asking.ts';
import { confirmedWatch } from './confirmed-watch.ts';
import type { EntryHandle, WriteResult } from './entry-handle.ts';
import { handlesOf, type ActorHandles } from './handles.ts';
import type { ActorHost } from './hosting.ts';
import { mapped, merged, shared } from './observables.ts';
import type { CheckedOptions } from './options.ts';
import { portalViews, type PortalView } from './portal-view.ts';
import { Reads } from './reads.ts';
import {
  takeKeys,
  takeReadOptions,
  takeUpdate,
  takeWatchOptions,
  takeWriteOptions,
  type ReadOptions,
  type TakenUpdate,
  type UpdateOptions,
  type UpdateRequest,
  type WatchOptions,
  type WriteOptions,
} from './requests.ts';
import type { LinkTo } from './slot.ts';
import type { Supervisor } from './supervisor.ts';
import { Updates } from './updating.ts';
import { vaultHandle, type VaultHandle } from './vault.ts';
import { Watches, type WatchedEntry } from './watches.ts';

/** What a call may take beyond the deadline that the entries actor keeps, before the runtime itself gives up on it. */
const GRACE = 1_000;

/** How many incidents are told first to who comes later. */
const INCIDENTS = 32;

/** How long closing may take: what is being committed is waited for, a worker that hangs is not. */
const CLOSE_DEADLINE = 5_000;

/** Reads, writes and watches registry entries through portals that nobody has to trust. Made by `createRuntime`. */
export class Runtime implements AsyncDisposable {
  /** The portals in order of preference: now, and whenever something changes. */
  readonly portals$: Observable<readonly PortalView[]>;
  /**
   * What portals, and holders of keys, were seen to do, once each: the newest that were told before (at most 32, of the entries actor that is alive), then
   * each that is; at most 20 a second.
   */
  readonly incidents$: Observable<Incident>;
  readonly actors: ActorHandles;
  /** The keyring in its worker, which is started when this is first used. */
  readonly vault: VaultHandle;
  /** Everything that happens in all actors, in Stately's wire shape. Nothing is built until somebody subscribes. */
  readonly inspect$: Observable<InspectionEvent>;

  /** Every entry that is watched: first what is known of each, then whatever becomes of one, its status too, and that nobody watches it any more. For who looks at all of them, such as an inspector. */
  readonly watched$: Observable<WatchedEntry>;

  readonly #supervisor: Supervisor;
  /** How many there are among the portals. */
  readonly #origins: number;
  readonly #policy: Policy;
  readonly #clock: Clock;
  readonly #scheduler: Scheduler;
  readonly #watches: Watches;
  readonly #reads: Reads;
  /** The caller's: it may outlive this. */
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = (): void => void this.close();
  /** Once something is updated. */
  #updates: Updates | undefined;
  #closing: Promise<void> | undefined;

  /** @internal */
  constructor(supervisor: Supervisor, { portals, policy, signal }: Pick<CheckedOptions, 'portals' | 'policy' | 'signal'>, { clock, scheduler }: Pick<ActorHost, 'clock' | 'scheduler'>) {
    this.#supervisor = supervisor;
    this.#origins = originsOf(portals.map(({ url }) => url)).size;
    this.#policy = policy;
    this.#clock = clock;
    this.#scheduler = scheduler;
    this.#watches = new Watches(policy, clock);
    this.watched$ = this.#watches.survey;
    const deadline = policy.readDeadline + GRACE;
    supervisor.entryCount = () => this.#watches.size + this.#reads.size;
    this.#reads = new Reads({
      clock,
      demand: supervisor.demand,
      deadline,
      onResult: (...read) => this.#watches.takeRead(...read),
      onFailure: (name, error) => this.#watches.noteError(name, error),
      late: () => lateReason(supervisor.entries, deadline),
    });
    this.actors = handlesOf(supervisor, { clock, milliseconds: deadline });
    this.vault = vaultHandle(supervisor, clock);
    this.portals$ = mapped(this.actors.portal.snapshot$, portalViews);
    // In bytes of each subscriber's own.
    this.incidents$ = mapped(shared(supervisor.entries.stream((link) => link.stream('incidents', undefined, { deadline: Infinity })), INCIDENTS), structuredClone<Incident>);
    this.inspect$ = merged(supervisor.slots.map((slot) => slot.stream((link) => link.inspect$)));
    supervisor.entries.follow((entries) => this.#attend(entries));
    this.#signal = signal;
    signal?.addEventListener('abort', this.#onAbort);
  }

  /**
   * The newest value of an entry, verified, or that it does not exist, as every portal that answered claims.
   * @throws RegistryError `INVALID_INPUT`, `UNREACHABLE`, `TIMEOUT`, `STALE` and `STORAGE` (with what is known as `current`); `TOO_LARGE`, `THROTTLED`, `FORBIDDEN`
   * where every portal says so; `ABORTED`, `CLOSED`, `WORKER_GONE`
   */
  async read(key: EntryKey, options?: ReadOptions): Promise<ReadResult> {
    const name = nameOf(takeEntryKey(key));
    const { signal, ...request } = takeReadOptions(options, this.#origins);
    return this.#answer(this.#watches.answer(name), request, signal) ?? this.#reads.read(name, request, signal);
  }

  /** The caller sees what an error tells is current. */
  #rejectSeen(name: string, error: unknown): never {
    throw error instanceof RegistryError ? this.#watches.noteError(name, error) : error;
  }

  /** What is told here anyhow as it becomes known need not be asked of the worker, where a live connection may vouch for it. */
  #answer(known: ReadResult | undefined, { maxStaleness = Infinity, confirmations }: ReadRequest, signal: AbortSignal | undefined): ReadResult | undefined {
    return signal?.aborted !== true && maxStaleness === Infinity && confirmations < 2 ? known : undefined;
  }

  /**
   * Reads many entries at once: for each, in order, what {@link read} would resolve or reject with.
   * @throws RegistryError `INVALID_INPUT`, `ABORTED`, `CLOSED`
   */
  async readMany(keys: readonly EntryKey[], options?: ReadOptions): Promise<(ReadResult | RegistryError)[]> {
    const checked = takeKeys(keys);
    const { signal, ...request } = takeReadOptions(options, this.#origins);
    const names = checked.map(nameOf);
    const release = this.#watches.hold(names);
    try {
      return await this.#reads.readMany(names, request, signal);
    } finally {
      release();
    }
  }

  /**
   * Writes a signed entry. Resolves when the first portal has accepted it, or when as many as `confirmations` asks for serve it; the others are sent it all
   * the same.
   * @throws RegistryError `INVALID_INPUT`, `BAD_SIGNATURE`, `REVISION_LIMIT`, `CONFLICT` (with the winner as `current`), `REJECTED`, `UNREACHABLE`,
   * `UNCONFIRMED` (it was sent, and may be sent again); `THROTTLED`, `FORBIDDEN` where every portal says so; `STORAGE`, `ABORTED`, `CLOSED`, `WORKER_GONE`
   */
  async write(entry: SignedEntry, options?: WriteOptions): Promise<WriteResult> {
    const checked = takeSignedEntry(entry);
    const { signal, ...request } = takeWriteOptions(options, this.#origins);
    const milliseconds = this.#policy.writeDeadline + this.#policy.readDeadline + GRACE;
    const name = nameOf(checked);
    let isAsked = false;
    const outcome = await askWithin(this.#supervisor.entries, { clock: this.#clock, milliseconds, signal }, (entries, inner) => {
      isAsked = true;
      return entries.call('write', { ...request, entry: checked }, { signal: inner, deadline: Infinity });
    }).catch((error: unknown) => this.#rejectSeen(name, isAsked && hasCode(error, 'WORKER_GONE', 'TIMEOUT') ? unconfirmed(error) : error));
    return this.#written(checked, outcome, false);
  }

  /** What is written is known here from now on. */
  #written(entry: CheckedEntry, { entryId, acceptedBy, confirmedBy, floor, told }: WriteOutcome, guarded: boolean): WriteResult {
    const name = nameOf(entry);
    this.#watches.volatileFloors.note(name, told, floor);
    this.#watches.noteSeen(name, entry);
    return { entryId, revision: entry.revision, acceptedBy, confirmedBy, guarded };
  }

  /**
   * Changes an entry: has new data made of the newest that is known, signs it with the next revision, and writes it. It goes to one portal, the first, or `policy.updatePortal`, under
   * the condition that nobody was faster; where somebody was, all begins anew. So of concurrent updates none is lost where that portal keeps such conditions (`guarded`). The other
   * portals are sent what it has taken; none of them takes its place when it cannot be reached.
   *
   * Updates of one entry, by all programs on one storage, wait for each other: also for what `change` and the signer take, for a minute at most.
   * @returns undefined where `change` left the entry as it is
   * @throws RegistryError `INVALID_INPUT`, `LOCKED`, `UNKNOWN_KEY`, `REVISION_LIMIT`; `CONFLICT` if others were faster `maxAttempts` times; `UNREACHABLE`, `TIMEOUT`, `STALE`, `FORBIDDEN`,
   * `THROTTLED`, `TOO_LARGE` of that portal; `REJECTED`, `BAD_SIGNATURE`; `UNCONFIRMED` if it was sent and what became of it is not known; `STORAGE`, `ABORTED`, `CLOSED`, `WORKER_GONE`
   */
  async update(request: UpdateRequest, options?: UpdateOptions): Promise<WriteResult | undefined> {
    return this.#update(takeUpdate(request), options);
  }

  async #update(request: TakenUpdate, options: unknown): Promise<WriteResult | undefined> {
    if (this.#closing !== undefined) throw closed();
    this.#updates ??= new Updates({
      clock: this.#clock,
      entries: this.#supervisor.entries,
      deadline: this.#policy.writeDeadline + this.#policy.readDeadline + GRACE,
      patience: this.#policy.writeDeadline,
      origins: this.#origins,
      signer: (name) => this.vault.signer(name),
      onRead: (name, result, at) => this.#watches.takeRead(name, result, at),
      onTaken: (entry, outcome, isGuarded) => this.#written(entry, outcome, isGuarded),
      onFailure: (name, error) => this.#rejectSeen(name, error),
    });
    return this.#updates.update(request, options);
  }

  /**
   * An entry as it is and becomes: the newest known value first, then every newer one. In-between values may be skipped, the last always
   * arrives, and none is older than the one before. Lazy and multicast; portals' trouble never ends it, closing the runtime completes it.
   * @throws RegistryError `INVALID_INPUT`, at the call
   */
  watch(key: EntryKey, options?: WatchOptions): Observable<ReadResult> {
    const checked = takeEntryKey(key);
    const { withStatus, confirmations } = takeWatchOptions(options, this.#origins);
    if (confirmations < 2) return this.#watches.watch(checked, withStatus);
    const world = { plain: this.#watches.watch(checked, true), withStatus, read: (signal: AbortSignal) => this.read(checked, { confirmations, signal }), clock: this.#clock, pause: this.#policy.retryInterval };
    return confirmedWatch(world);
  }

  /** @throws RegistryError `INVALID_INPUT` */
  entry(key: EntryKey): EntryHandle {
    const checked = takeEntryKey(key);
    const view = this.#watches.view(checked);
    return {
      get latest() {
        return view.latest;
      },
      read: async (options) => {
        const { signal, ...request } = takeReadOptions(options, this.#origins);
        view.noteRead();
        return this.#answer(view.answer(), request, signal) ?? this.#reads.read(nameOf(checked), request, signal);
      },
      watch: (options) => this.watch(checked, options),
      write: (entry, options) => this.write(takeEntryOf(checked, entry), options),
      update: async (request, options) => this.#update(takeUpdate(request, checked), options),
    };
  }

  /** Tries portals again at once, without waiting for the end of a pause. */
  retryNow(): void {
    this.#supervisor.portal.link?.send({ type: 'RETRY_NOW' }).catch(() => {}); // one that is gone is replaced, and tries by itself
  }

  /** Commits what is being committed, stops all actors, completes all streams. What waits is `CLOSED`. Safe to call twice. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#watches.close();
    this.#reads.close(closed());
    this.#updates?.close(closed());
    const { link } = this.#supervisor.entries;
    await link?.call('close', undefined, { deadline: CLOSE_DEADLINE }).catch(() => {}); // what cannot be closed is terminated
    await this.#supervisor.close();
  }

  /**
   * Takes in what an entries actor tells. One that took another's place is told what was shown, what is watched and what is being read: after the
   * streams were asked for, so that nothing it tells is missed, and in this order, so that no read comes before what was shown.
   */
  #attend(entries: LinkTo<'entries'>): void {
    const error = (cause: unknown): void => {
      const reason = goneFor(cause);
      this.#reads.disconnect(reason);
      this.#watches.disconnect();
      // An actor that cannot be heard any more is of no use, alive or not; another one takes its place.
      entries.fail(reason);
    };
    entries.stream('updates', undefined, { deadline: Infinity }).subscribe({ next: ({ name, result, at }) => this.#watches.take(name, result, at), error });
    entries.stream('answers', undefined, { deadline: Infinity }).subscribe({ next: (batch) => this.#reads.take(batch), error });
    const shown = this.#watches.volatileFloors.entries;
    if (shown.length > 0) entries.call('recall', shown, { deadline: Infinity }).catch(error);
    this.#watches.connect(entries.pipe('watches', this.#scheduler));
    this.#reads.connect(entries.pipe('reads', this.#scheduler));
  }
}

/** The end of a stream as what it means to whoever waits for more. */
const goneFor = (error: unknown): RegistryError =>
  hasCode(error, 'WORKER_GONE', 'CLOSED') ? error : new RegistryError('WORKER_GONE', 'an actor failed', { cause: error });

/** What becomes of a write whose worker was asked, and did not say what came of it. */
const unconfirmed = (cause: unknown): RegistryError =>
  new RegistryError('UNCONFIRMED', 'the worker did not say what became of it', { cause, hint: 'the same bytes may be sent again' });

/** @throws RegistryError `INVALID_INPUT` for an entry of another key than the handle's */
function takeEntryOf(key: EntryKey, entry: unknown): SignedEntry {
  const checked = takeSignedEntry(entry);
  for (const field of ['pubkey', 'datakey'] as const) {
    if (charactersOf(checked[field]) !== charactersOf(key[field])) throw invalidInput(`entry.${field}`, `the ${field} of this handle`);
  }
  return checked;
}
