import type { ReadResult } from '../../../actors/entries/result.ts';
import { openFloors } from '../../../actors/entries/opened-floors.ts';
import type { EntriesWorld } from '../../../actors/entries/world.ts';
import type { ActorWorld } from '../../../actors/world.ts';
import { RegistryError } from '../../error.ts';
import { takePortalUrl } from '../../portal-url.ts';
import { DEFAULT_POLICY, type Policy } from '../../policy.ts';
import type { Bytes } from '../../registry/bytes.ts';
import { entryId, takeSignedEntry, type EntryKey, type SignedEntry } from '../../registry/index.ts';
import { StorageSession, type StorageAdapter } from '../../storage/index.ts';
import type { RegistrySource } from '../source.ts';
import { Core } from './core.ts';
import { readPortals, writePortals } from './portal-setting.ts';
import { read } from './reads.ts';
import { Seal } from './seal.ts';
import { stampedFloors } from './stamped-floors.ts';
import { Stamps } from './stamps.ts';
import { Vouchers } from './vouchers.ts';
import { Watches } from './watches.ts';

export interface ModuleSourceOptions {
  readonly world: ActorWorld & Pick<EntriesWorld, 'openBroadcast'>;
  readonly storage: StorageAdapter;
  /** URLs; where there are none, every question is answered so, until some are set. */
  readonly portals: readonly string[];
  /** Whether portals may have been set, by whom that is allowed to. */
  readonly arePortalsSettable: boolean;
  /** Of a worker that may end with its answer: beside the defaults of a runtime. */
  readonly policy?: Partial<Policy>;
}

/** A worker that is alive so long after a response is kept, in milliseconds. */
const KEPT_AFTER = 1_000;
/** When actors that failed are replaced, if nobody asks before, in milliseconds. */
const RESTART_AFTER = 1_000;
/** How long the storage may take, in milliseconds, for what it is faster to do without. */
const STORAGE_DEADLINE = 2_000;
/** Subscriptions that outlive their last reader. */
const MOST_LINGERING = 1_000;
/** A kept worker is subscribed to what was read within ten minutes; its memory and its storage hold ten thousand entries. */
const MODULE_POLICY: Partial<Policy> = { linger: 600_000, maxFloors: 10_000 };

/** The module's own runtime: actors in this thread, and what they share with the module's other workers. They are started when they are first needed. */
export class ModuleSource implements RegistrySource {
  readonly #options: ModuleSourceOptions;
  readonly #policy: Policy;
  readonly #watches = new Watches();
  /** The way to what is kept beside the floors. */
  readonly #session: StorageSession;
  #seal = new Seal(undefined);
  #stamps: Stamps | undefined;
  #vouchers: Vouchers | undefined;
  #core: Promise<Core> | undefined;
  #isKept = false;
  #hasAnswered = false;

  constructor(options: ModuleSourceOptions) {
    this.#options = options;
    this.#policy = { ...DEFAULT_POLICY, ...MODULE_POLICY, ...options.policy };
    this.#session = new StorageSession(options.storage, options.world.clock, STORAGE_DEADLINE, () => {});
  }

  /** @param key 32 bytes that no other module has; what was sealed with it is believed. To be called before anything is asked */
  useKey(key: Bytes): void {
    this.#seal = new Seal(key);
  }

  /** Starts the actors, which takes a while, before they are needed. */
  prepare(): void {
    if (this.#options.portals.length > 0) this.#started().catch(() => {}); // whoever asks hears of it
  }

  async read(key: EntryKey, caller: string): Promise<ReadResult> {
    const core = await this.#asked();
    const result = await this.#unless(core, read(core, this.#vouchers, key));
    await this.#note(key, caller, result);
    this.#answered(core);
    return result;
  }

  async write(entry: SignedEntry, caller: string): Promise<{ readonly entryId: Uint8Array; readonly spread: Promise<void> }> {
    const core = await this.#asked();
    const checked = takeSignedEntry(entry);
    let tellSpread: (() => void) | undefined;
    const spread = new Promise<void>((resolve) => (tellSpread = resolve));
    const request = { entry: checked, isFinal: true, confirmations: 0 };
    const outcome = await this.#unless(core, core.entries.writing.write(request, NEVER, tellSpread), unknown);
    await this.#stamps?.note(entryId(checked), caller, undefined, undefined);
    void spread.then(() => this.#answered(core));
    return { entryId: outcome.entryId, spread };
  }

  watch(key: EntryKey, caller: string, observer: { next(result: ReadResult): void; error(error: RegistryError): void }): () => void {
    let isNoted = false;
    const end = this.#watches.watch(key, (result) => {
      if (!isNoted) void this.#note(key, caller, result);
      isNoted = true;
      observer.next(result);
    });
    this.#started().catch((error: unknown) => {
      end();
      observer.error(error instanceof RegistryError ? error : new RegistryError('WORKER_GONE', 'the module could not be started', { cause: error }));
    });
    return end;
  }

  async setPortals(portals: readonly string[]): Promise<void> {
    const urls = [...new Set(portals.map((portal, i) => takePortalUrl(portal, `portals[${i}]`)))];
    if (urls.length === 0) throw new RegistryError('INVALID_INPUT', 'portals must be one or more URLs', { field: 'portals' });
    const former = this.#core;
    await this.#begin(urls);
    await writePortals(this.#session, this.#seal, urls);
    await (await former?.catch(() => undefined))?.close();
  }

  /** The actors, for a question. A worker that was asked before, and is asked again, is kept. */
  async #asked(): Promise<Core> {
    if (this.#hasAnswered) this.#isKept = true;
    const core = await this.#started();
    if (this.#isKept) core.entries.table.rows.subscribeUsed();
    return core;
  }

  #started(): Promise<Core> {
    return this.#core ?? this.#begin(undefined);
  }

  /** Actors in the place of those that there are; others in theirs, where they fail. */
  #begin(urls: readonly string[] | undefined): Promise<Core> {
    const starting = (this.#core = this.#start(urls));
    const failed = (): void => {
      if (this.#core === starting) this.#replace();
    };
    void starting.then((core) => void core.onEnd(({ code }) => code === 'WORKER_GONE' && failed()), failed);
    return starting;
  }

  /** @param urls what to begin with; undefined for those that were set, or that the module was built with */
  async #start(urls: readonly string[] | undefined): Promise<Core> {
    const { world, storage, arePortalsSettable } = this.#options;
    const portals = urls ?? (arePortalsSettable ? await readPortals(this.#session, this.#seal) : undefined) ?? this.#options.portals;
    if (portals.length === 0) throw new RegistryError('UNREACHABLE', NO_PORTALS, { retryable: false });
    void this.#session.open(); // never rejects
    const stamps = new Stamps(this.#session, world.clock, this.#seal, this.#policy.maxFloors);
    const core = new Core({
      world: { ...world, subscriptions: { of: this.#isKept ? 'used' : 'watched', mostLingering: MOST_LINGERING } },
      portals,
      policy: this.#policy,
      openFloors: (owner) => stampedFloors(openFloors(storage, world, this.#policy, owner), stamps),
    });
    this.#stamps = stamps;
    this.#watches.connect(core);
    this.#vouchers?.close();
    this.#vouchers = world.openBroadcast && new Vouchers({ open: world.openBroadcast, clock: world.clock, seal: this.#seal, live: (name) => liveIn(core, name) });
    return core;
  }

  /** An actor failed: others take their place when they are needed, which is soon if somebody watches, and not at once, as they may fail, too. */
  #replace(): void {
    this.#core = undefined;
    this.#options.world.clock.setTimeout(() => {
      if (this.#watches.size > 0) this.prepare();
    }, RESTART_AFTER);
  }

  /** What is asked of a core that ends is answered with its end. */
  #unless<T>(core: Core, answer: Promise<T>, as = (reason: RegistryError): RegistryError => reason): Promise<T> {
    return new Promise((resolve, reject) => {
      const settled = core.onEnd((reason) => reject(as(reason)));
      answer.then(resolve, reject).finally(settled);
    });
  }

  async #note(key: EntryKey, caller: string, result: ReadResult): Promise<void> {
    if (!result.exists) return;
    const [portal] = result.confirmedBy;
    const word = portal === undefined || result.confirmedAt === 0 ? undefined : { portal, at: result.confirmedAt };
    await this.#stamps?.note(entryId(key), caller, takeSignedEntry(result), word);
  }

  #answered(core: Core): void {
    if (this.#hasAnswered) return;
    this.#hasAnswered = true;
    this.#options.world.clock.setTimeout(() => {
      this.#isKept = true;
      core.entries.table.rows.subscribeUsed();
    }, KEPT_AFTER);
  }
}

/** What the live connection of this worker vouches for. */
function liveIn({ entries }: Core, name: string): { readonly packed: string; readonly portal: string; readonly at: number } | undefined {
  const row = entries.table.rows.named(name);
  if (row?.is('live') !== true) return undefined;
  const { packed, confirmedAt: at, confirmedBy } = row.facts;
  const [portal] = confirmedBy;
  return packed === undefined || portal === undefined ? undefined : { packed, portal, at };
}

const NEVER = new AbortController().signal;
const unknown = (cause: RegistryError): RegistryError => new RegistryError('UNCONFIRMED', 'the module failed while it wrote', { cause });
const NO_PORTALS = 'this module knows no portals: name some when it is built (--portal URL, or SECURE_REGISTRY_PORTALS)';
