import { resultNamed, type ReadResult, type ResultBody } from '../../../actors/entries/result.ts';
import type { PendingRead } from '../../../actors/entries/row.ts';
import { RegistryError } from '../../error.ts';
import { takePortalUrl } from '../../portal-url.ts';
import { DEFAULT_POLICY, type Policy } from '../../policy.ts';
import type { Bytes } from '../../registry/bytes.ts';
import { entryId, nameOf, takeSignedEntry, type EntryKey, type SignedEntry } from '../../registry/index.ts';
import type { Clock } from '../../world.ts';
import type { RegistrySource } from '../source.ts';
import type { Core } from './core.ts';
import { CoreSupervisor, type CoreSupervisorOptions } from './core-supervisor.ts';
import type { Recollection } from './records.ts';
import { Seal } from './seal.ts';
import { Vouchers, type Live } from './vouchers.ts';
import { Watches } from './watches.ts';

export interface ModuleSourceOptions extends CoreSupervisorOptions {
  /** Of a worker that may end with its answer: beside the defaults of a runtime. */
  readonly policy?: Partial<Policy>;
}

/** A worker that is alive so long after a response is kept, in milliseconds. */
const KEPT_AFTER = 1_000;
/** How long the storage is waited for before portals are asked, in milliseconds. */
const RECALL_DEADLINE = 250;
/** A kept worker is subscribed to what was read within ten minutes; its memory and its storage hold ten thousand entries. */
const MODULE_POLICY: Partial<Policy> = { linger: 600_000, maxFloors: 10_000 };

/** The module's own runtime: what its other workers have left behind, or vouch for; and where that is no answer, actors in this thread. */
export class ModuleSource implements RegistrySource {
  readonly #clock: Clock;
  readonly #seal = new Seal();
  readonly #watches = new Watches();
  readonly #cores: CoreSupervisor;
  readonly #vouchers: Vouchers | undefined;
  /** What was answered without an actor, by its name. */
  readonly #early = new Set<string>();
  #hasAnswered = false;
  #isKept = false;

  constructor(options: ModuleSourceOptions) {
    const { clock, openBroadcast: open } = options.world;
    const seal = this.#seal;
    this.#clock = clock;
    this.#cores = new CoreSupervisor({
      ...options,
      seal,
      policy: { ...DEFAULT_POLICY, ...MODULE_POLICY, ...options.policy },
      isNeeded: () => this.#watches.size > 0,
      onStarted: (core) => {
        this.#watches.connect(core);
        if (this.#isKept) this.#subscribe(core);
      },
    });
    this.#vouchers = open && new Vouchers({ open, clock, seal, live: (name) => this.#live(name) });
  }

  /** @param key 32 bytes that no other module has; what was sealed with it is believed. To be called before anything is asked */
  useKey(key: Bytes): void {
    this.#seal.use(key);
  }

  async read(key: EntryKey, caller: string): Promise<ReadResult> {
    this.#noteAsked();
    const name = nameOf(key);
    const result = resultNamed(name, await this.#find(name));
    const noted = this.#note(key, caller, result);
    // Who vouches has its own stamp, and will be there for whoever comes next.
    if (result.status !== 'live') await noted;
    this.#noteAnswered();
    return result;
  }

  async write(entry: SignedEntry, caller: string): Promise<{ readonly entryId: Uint8Array; readonly spread: Promise<void> }> {
    this.#noteAsked();
    const core = await this.#cores.started();
    const checked = takeSignedEntry(entry);
    let tellSpread: (() => void) | undefined;
    const spread = new Promise<void>((resolve) => (tellSpread = resolve));
    const note = (): Promise<void> => this.#cores.records.stamps.note(entryId(checked), caller, undefined, undefined);
    const outcome = await core.write(checked, tellSpread).catch(async (error: unknown) => {
      // What portals have instead is a floor all the same, and somebody's.
      if (core.entries.table.rows.get(checked)?.latest !== undefined) await note();
      throw error;
    });
    await note();
    void spread.then(() => this.#noteAnswered());
    return { entryId: outcome.entryId, spread };
  }

  watch(key: EntryKey, caller: string, observer: { next(result: ReadResult): void; error(error: RegistryError): void }): () => void {
    let isNoted = false;
    const end = this.#watches.watch(key, (result) => {
      if (!isNoted) void this.#note(key, caller, result);
      isNoted = true;
      observer.next(result);
    });
    this.#cores.started().catch((error: unknown) => {
      end();
      observer.error(error instanceof RegistryError ? error : new RegistryError('WORKER_GONE', 'the module could not be started', { cause: error }));
    });
    return end;
  }

  async setPortals(portals: readonly string[]): Promise<void> {
    const urls = [...new Set(portals.map((portal, i) => takePortalUrl(portal, `portals[${i}]`)))];
    if (urls.length === 0) throw new RegistryError('INVALID_INPUT', 'portals must be one or more URLs', { field: 'portals' });
    await this.#cores.setPortals(urls);
  }

  /** What is known; else what another worker vouches for, or the newest that portals serve, whichever comes first. */
  #find(name: string): Promise<ResultBody> {
    const { running } = this.#cores;
    return new Promise((resolve, reject) => {
      let isSettled = false;
      let pending: PendingRead | undefined;
      let stopAsking: (() => void) | undefined;
      const settle = (outcome: ResultBody | Error): void => {
        isSettled = true;
        stopAsking?.();
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome);
      };
      let recollected: Recollection | undefined;
      const recollection = (): Recollection => (recollected ??= this.#cores.records.recollect(name));
      const ask = (core: Core): void => {
        if (!isSettled) pending = core.read(name, settle);
      };
      const known = (result: ResultBody | undefined): void => {
        if (result === undefined || isSettled) return;
        if (pending !== undefined) return pending.settle(result);
        this.#early.add(name);
        settle(result);
      };
      const recall = async (): Promise<void> => {
        if (!this.#isKept) known(await this.#recall(recollection()));
        // Actors take a while to start: whoever vouches may have spoken by now.
        if (!isSettled) await after(this.#clock, 0);
        if (!isSettled) ask(await this.#cores.started());
      };
      if (running === undefined) recall().catch(settle);
      else ask(running);
      // What cannot be verified or committed now, portals are being asked for.
      if (!isSettled) stopAsking = this.#vouchers?.ask(name, (vouched) => void recollection().vouched(vouched).then(known, () => {}));
    });
  }

  /** What is known without an actor: where that takes long, or fails, nothing. */
  async #recall(recollection: Recollection): Promise<ResultBody | undefined> {
    const fresh = recollection.fresh().catch(() => undefined);
    const [portals, result] = await Promise.all([this.#cores.portals(), Promise.race([fresh, after(this.#clock, RECALL_DEADLINE)])]);
    return portals.length > 0 ? result : undefined;
  }

  /** What the live connection of this worker vouches for. */
  #live(name: string): Live | undefined {
    const row = this.#cores.running?.entries.table.rows.named(name);
    if (row?.is('live') !== true) return undefined;
    const { packed, confirmedAt: at, confirmedBy } = row.facts;
    const [portal] = confirmedBy;
    return packed === undefined || portal === undefined ? undefined : { packed, portal, at };
  }

  async #note(key: EntryKey, caller: string, result: ReadResult): Promise<void> {
    if (!result.exists) return;
    const [portal] = result.confirmedBy;
    const word = portal === undefined || result.confirmedAt === 0 ? undefined : { portal, at: result.confirmedAt };
    await this.#cores.records.stamps.note(entryId(key), caller, takeSignedEntry(result), word);
  }

  /** A worker that is asked again after an answer is kept. */
  #noteAsked(): void {
    if (this.#hasAnswered) this.#keep();
  }

  #noteAnswered(): void {
    if (!this.#hasAnswered) this.#clock.setTimeout(() => this.#keep(), KEPT_AFTER);
    this.#hasAnswered = true;
  }

  #keep(): void {
    if (this.#isKept) return;
    this.#isKept = true;
    const { running } = this.#cores;
    if (running !== undefined) this.#subscribe(running);
    else if (this.#early.size > 0) this.#cores.started().catch(() => {}); // whoever asks next hears of it
  }

  /** From now on to what is read, too. */
  #subscribe({ entries: { table } }: Core): void {
    table.rows.subscribeUsed();
    for (const name of this.#early) table.rows.done(table.rows.demand(name));
    this.#early.clear();
  }
}

const after = (clock: Clock, milliseconds: number): Promise<undefined> => new Promise((resolve) => void clock.setTimeout(() => resolve(undefined), milliseconds));
