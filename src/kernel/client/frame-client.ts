import { Observable } from 'rxjs';
import type { ReadResult } from '../../../actors/entries/result.ts';
import type { SigningPurpose } from '../../../actors/vault/service.ts';
import { fromWire, hasCode, invalidInput, RegistryError } from '../../error.ts';
import type { Report } from '../../inspect/report.ts';
import { equalBytes } from '../../registry/bytes.ts';
import { takeEntryKey, type EntryKey, type SignedEntry } from '../../registry/entry.ts';
import type { EntryHandle, WriteResult } from '../../runtime/entry-handle.ts';
import type { ReadOptions, WatchOptions, WriteOptions } from '../../runtime/requests.ts';
import type { Clock } from '../../world.ts';
import { MORE } from '../inspection-news.ts';
import { own } from '../own.ts';
import { REGISTRY_MODULE } from '../registry-module.ts';
import type { FrameLink } from './frame-link.ts';
import { callModule, type CallOptions, type ModuleCall } from './module-call.ts';
import type { RegistryMethods } from './registry-methods.ts';

/** What the user is asked for. */
export interface SigningWish {
  /** Names of keys in the frame's vault. */
  readonly keys: readonly string[];
  readonly purposes: readonly SigningPurpose[];
}

/** One entry, as an {@link EntryHandle} of a runtime, which updates itself. */
export type FrameEntry = Omit<EntryHandle, 'update'>;

/** A runtime in a frame. Made by `connectFrame`. */
export interface FrameClient extends AsyncDisposable {
  /**
   * Calls a method of a module, for its answer; one that sends news before it answers, such as `registrySubscribe`, is for {@link connectModule}, or {@link watch}. A module that is waited for no
   * longer is sent `undefined`, which ends a subscription.
   * @throws RegistryError with the code that the reason names, or `REJECTED`; `INVALID_INPUT`, `TIMEOUT`, `ABORTED`, `WORKER_GONE`, `CLOSED`
   */
  callModule<M extends Exclude<keyof RegistryMethods, 'registrySubscribe'>>(module: typeof REGISTRY_MODULE, method: M, data: RegistryMethods[M]['input'], options?: CallOptions): Promise<RegistryMethods[M]['answer']>;
  callModule(module: string, method: string, data?: unknown, options?: CallOptions): Promise<unknown>;
  /**
   * Calls a method whose module sends news until it answers, and may be sent some. No deadline unless one is named; a module that is waited for no longer is sent `undefined`, which ends a
   * subscription.
   */
  connectModule(module: string, method: string, data: unknown, onUpdate: (data: unknown) => void, options?: CallOptions): ModuleCall;
  /** As `Runtime.read`. @throws RegistryError as that, and `FORBIDDEN` */
  read(key: EntryKey, options?: ReadOptions): Promise<ReadResult>;
  /** As `Runtime.write`. @throws RegistryError as that, and `FORBIDDEN`; `UNCONFIRMED` where the frame does not say what became of it */
  write(entry: SignedEntry, options?: WriteOptions): Promise<WriteResult>;
  /** As `Runtime.watch`; each subscription is a watch of its own in the frame. It fails with `WORKER_GONE` if the frame is gone, and completes when it is closed. */
  watch(key: EntryKey, options?: WatchOptions): Observable<ReadResult>;
  entry(key: EntryKey): FrameEntry;
  /**
   * Asks the user, inside the frame, for the use of keys; the frame is shown meanwhile. What the user allowed before is granted at once.
   * @returns a port for `grantedVault` of `secure-registry`, which signs with these keys, for these purposes, while the vault is open
   * @throws RegistryError `FORBIDDEN`, also if the user does; `TIMEOUT` if the user does not say; `THROTTLED` while another question of this origin is open; `INVALID_INPUT`, `UNSUPPORTED`, `ABORTED`, `WORKER_GONE`, `CLOSED`
   */
  requestVault(wish: SigningWish, options?: { readonly signal?: AbortSignal }): Promise<MessagePort>;
  /**
   * Shows the frame, in which the user makes, unlocks or locks the vault, and withdraws what was allowed. Resolves when the user has seen enough.
   * @throws RegistryError `THROTTLED` where the user has seen it three times just now, or a question is open; `FORBIDDEN`, `UNSUPPORTED`, `ABORTED`, `WORKER_GONE`, `CLOSED`
   */
  manageVault(options?: { readonly signal?: AbortSignal }): Promise<void>;
  /**
   * All that an inspector can be told of the frame's runtime, as `reportsOf` of `secure-registry/inspect` tells it: of what every page does. Each subscription asks anew. It fails with `FORBIDDEN` where this
   * page's origin has no permission to `inspect`.
   */
  readonly reports$: Observable<Report>;
  /** Ends all that is under way; a frame that `connectFrame` made is taken out of the page. */
  close(): Promise<void>;
}

const links = new WeakMap<FrameClient, FrameLink>();

/** The link of a client, for what speaks the kernel protocol itself. @throws RegistryError `INVALID_INPUT` */
export function linkOf(client: FrameClient): FrameLink {
  const link = links.get(client);
  if (link === undefined) throw invalidInput('frame', 'what connectFrame resolved with');
  return link;
}

/** The client over a link that was shaken hands on. */
export function frameClient(link: FrameLink, clock: Clock): FrameClient {
  const call = (method: string, data: unknown, options: CallOptions): Promise<unknown> => callModule(link, clock, { module: REGISTRY_MODULE, method, data }, options).answer;
  /** Calls of the runtime's, whose answers hold errors whole. */
  const ask = async (method: string, data: unknown, options: CallOptions): Promise<unknown> => valueOf(await call(method, data, options));
  const read = (key: EntryKey, { signal, ...options }: ReadOptions = {}): Promise<ReadResult> => ask('read', { key, options }, { signal }) as Promise<ReadResult>;
  const write = async (entry: SignedEntry, { signal, ...options }: WriteOptions = {}): Promise<WriteResult> => {
    if (link.ended !== undefined) throw link.ended;
    const outcome = await call('write', { entry, options }, { signal }).catch((cause: unknown) => {
      throw hasCode(cause, 'WORKER_GONE', 'TIMEOUT') ? new RegistryError('UNCONFIRMED', 'the frame did not say whether the entry was written', { cause }) : cause;
    });
    return valueOf(outcome) as WriteResult;
  };
  const watch = (key: EntryKey, options: WatchOptions = {}): Observable<ReadResult> => {
    const watched = { key: takeEntryKey(key), options };
    return new Observable((subscriber) => {
      const ending = new AbortController();
      const fail = (error: unknown): void => (hasCode(error, 'CLOSED') ? subscriber.complete() : subscriber.error(error));
      const onUpdate = (data: unknown): void => {
        try {
          subscriber.next(valueOf(data) as ReadResult);
        } catch (error) {
          fail(error);
        }
      };
      callModule(link, clock, { module: REGISTRY_MODULE, method: 'watch', data: watched, onUpdate }, { signal: ending.signal, deadline: Infinity })
        .answer.then(valueOf)
        .then(() => subscriber.complete(), fail);
      return () => ending.abort();
    });
  };
  const reports$ = new Observable<Report>((subscriber) => {
    const ending = new AbortController();
    const onUpdate = (data: unknown): void => {
      for (const report of valueOf(data) as readonly Report[]) subscriber.next(report);
      inspection.send(MORE);
    };
    const inspection = callModule(link, clock, { module: REGISTRY_MODULE, method: 'inspect', data: undefined, onUpdate }, { signal: ending.signal, deadline: Infinity });
    inspection.answer.then(valueOf).then(
      () => subscriber.complete(),
      (error: unknown) => (hasCode(error, 'CLOSED') ? subscriber.complete() : subscriber.error(error)),
    );
    return () => ending.abort();
  });
  const close = async (): Promise<void> => link.fail(new RegistryError('CLOSED', 'this frame was closed'));
  const client: FrameClient = {
    callModule: (module: string, method: string, data?: unknown, options?: CallOptions) => callModule(link, clock, { module, method, data }, options).answer as Promise<never>,
    connectModule: (module, method, data, onUpdate, options) => callModule(link, clock, { module, method, data, onUpdate }, { deadline: Infinity, ...options }),
    read,
    write,
    watch,
    entry: (key) => frameEntry(takeEntryKey(key), { read, write, watch }),
    requestVault: ({ keys, purposes }, options) => ask('sign', { keys, purposes }, { ...options, deadline: Infinity }) as Promise<MessagePort>,
    reports$,
    manageVault: (options) => ask('manage', undefined, { ...options, deadline: Infinity }) as Promise<never>,
    close,
    [Symbol.asyncDispose]: close,
  };
  links.set(client, link);
  return client;
}

/** @throws RegistryError that was sent in its place */
function valueOf(outcome: unknown): unknown {
  const { value, error } = own(outcome, ['value', 'error']);
  if (error !== undefined) throw fromWire(error);
  return value;
}

function frameEntry(key: EntryKey, { read, write, watch }: Pick<FrameClient, 'read' | 'write' | 'watch'>): FrameEntry {
  let latest: ReadResult | undefined;
  /** The frame tells in order; that there is nothing erases nothing. */
  const note = (result: ReadResult): ReadResult => {
    if (result.exists || latest?.exists !== true) latest = result;
    return result;
  };
  return {
    get latest() {
      return latest;
    },
    read: async (options) => note(await read(key, options)),
    watch: (options) => {
      const watched = watch(key, options);
      return new Observable((subscriber) => watched.subscribe({ next: (result) => subscriber.next(note(result)), error: (error: unknown) => subscriber.error(error), complete: () => subscriber.complete() }));
    },
    write: async (entry, options) => {
      if (!(equalBytes(entry.pubkey, key.pubkey) && equalBytes(entry.datakey, key.datakey))) throw invalidInput('entry', 'one of the key that the handle is of');
      return write(entry, options);
    },
  };
}

