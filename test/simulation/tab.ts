import type { Subscription } from 'rxjs';
import { nameOf, type CheckedEntry } from '../../src/registry/index.ts';
import { createRuntime, type ReadOptions, type ReadResult, type Runtime } from '../../src/runtime.ts';
import { hasCode } from '../../src/error.ts';
import { DEFAULT_POLICY, type Policy } from '../../src/policy.ts';
import type { ActorName } from '../../src/runtime.ts';
import type { SimulatedProcess, SimulatedWorld } from '../../src/testing/index.ts';
import { Broken } from './broken.ts';
import { countOf, type Counter, type Fate } from './counter.ts';
import type { Invariants, Witness } from './invariants.ts';
import type { Work } from './library.ts';

/** What calls may take, milliseconds: a read's deadline and the runtime's own grace; a write's, and the question who won. */
const GRACE = 1_500;
const READ = DEFAULT_POLICY.readDeadline + GRACE;
const WRITE = DEFAULT_POLICY.writeDeadline + DEFAULT_POLICY.readDeadline + GRACE;
/** How long a question may be under way: five portals are asked, a hedge apart, and each may take as long as a read. */
const QUESTION = DEFAULT_POLICY.readDeadline + 5 * DEFAULT_POLICY.hedgeDelay;
/** An update waits for others on its storage, and is tried again and again. */
const UPDATE = 180_000;
/** An actor that hangs is waited for as long as its heartbeat. */
const OPENING = 60_000;
const CLOSING = 20_000;

export interface Stage {
  readonly world: SimulatedWorld;
  readonly invariants: Invariants;
  readonly works: readonly Work[];
  readonly counter: Counter;
  readonly policy: Partial<Policy>;
  readonly log: (line: string) => void;
  /** What must not go unnoticed, wherever it was thrown. */
  readonly fail: (error: unknown) => void;
}

/** One runtime after the other, as a tab that is closed, crashes and is opened again, and those who use it. */
export class Tab {
  readonly #stage: Stage;
  readonly #place: number;
  #opened = 0;
  #process: SimulatedProcess | undefined;
  #runtime: Runtime | undefined;
  #witness: Witness | undefined;
  #isOpening = false;
  /** To be told that nobody knows what became of it: the update that is under way. */
  #updating: ((fate: Fate) => void) | undefined;
  readonly #watching = new Map<Work, Subscription>();
  readonly #latest = new Map<Work, ReadResult>();
  /** New values that watchers were told. */
  updates = 0;

  constructor(stage: Stage, place: number) {
    this.#stage = stage;
    this.#place = place;
  }

  /** What nobody watches, but now and then: what is known of it, the page does not keep. */
  get onlyRead(): Work | undefined {
    return this.#stage.works.at(-1 - this.#place);
  }

  get isOpen(): boolean {
    return this.#runtime !== undefined;
  }

  /** Opens it. Resolves when its runtime is there. */
  async open(): Promise<void> {
    if (this.#isOpening || this.isOpen) return;
    this.#isOpening = true;
    const { world, invariants, policy, works, log } = this.#stage;
    const process = world.host();
    const witness = invariants.begin(`tab ${this.#place}.${++this.#opened}`, process.number);
    this.#process = process;
    this.#witness = witness;
    const settled = invariants.called(witness, 'createRuntime', OPENING);
    try {
      const runtime = await createRuntime({ portals: world.urls, workers: process, policy });
      if (this.#witness !== witness) return; // it crashed meanwhile
      this.#runtime = runtime;
      log(`${witness.id} opens`);
      runtime.portals$.subscribe((views) => this.#checked(() => witness.quarantines.told(views)));
      runtime.incidents$.subscribe((incident) => this.#checked(() => invariants.incident(witness, incident)));
      for (const work of works) if (work !== this.onlyRead) this.watch(work);
    } finally {
      settled();
      if (this.#witness === witness) this.#isOpening = false;
    }
  }

  watch(work: Work): void {
    const witness = this.#witness;
    if (this.#runtime === undefined || witness === undefined || this.#watching.has(work)) return;
    witness.recollection.watched(nameOf(work.key));
    const subscription = this.#runtime.watch(work.key, { status: true }).subscribe({
      next: (result) => this.#checked(() => this.#told(witness, work, result)),
      error: (error: unknown) => this.#stage.fail(new Broken('watch', `${witness.id}: ended with ${String(error)}`)),
    });
    this.#watching.set(work, subscription);
  }

  #told(witness: Witness, work: Work, result: ReadResult): void {
    const before = this.#latest.get(work);
    const isNew = result.exists && !(before?.exists === true && before.revision === result.revision);
    if (isNew) this.updates++;
    this.#latest.set(work, result);
    this.#stage.log(`${witness.id} is told ${work.title} ${wordsOf(result)}`);
    this.#stage.invariants.saw(witness, work.key, result, 'watch');
  }

  unwatch(work: Work): void {
    this.#watching.get(work)?.unsubscribe();
    this.#witness?.recollection.unwatched(nameOf(work.key));
    this.#watching.delete(work);
    this.#latest.delete(work);
  }

  /** After everything was watched. */
  relax(): void {
    if (this.onlyRead !== undefined) this.unwatch(this.onlyRead);
  }

  read(work: Work, options: ReadOptions): void {
    const { world, invariants, log } = this.#stage;
    const { confirmations, maxStaleness = Infinity } = options;
    const since = world.clock.elapsed();
    const begunAt = world.clock.now();
    this.#call(`read ${work.title}`, READ, async (runtime, witness) => {
      const result = await runtime.read(work.key, options).catch((error: unknown) => {
        // A question that was under way when the read began does for whoever demands nothing newer: it was put to those who were well by then.
        const asked = Math.min(since, Math.max(since - maxStaleness, world.clock.elapsed() - QUESTION));
        if (confirmations === undefined) invariants.unanswered(witness, work.key, `read ${work.title}`, error, asked);
        throw error;
      });
      log(`${witness.id} reads ${work.title} ${wordsOf(result)}`);
      invariants.saw(witness, work.key, result, 'read');
      // The time of day may have been set back meanwhile.
      if (confirmations === undefined && maxStaleness < Infinity) invariants.fresh(witness, result, Math.min(begunAt, world.clock.now()) - maxStaleness);
      if (confirmations !== undefined) invariants.confirmed(witness, work.key, result, confirmations === 'all' ? world.urls.length : confirmations, since);
    });
  }

  readMany(works: readonly Work[]): void {
    this.#call('readMany', READ, async (runtime, witness) => {
      const since = new Map(witness.shown);
      const results = await runtime.readMany(works.map(({ key }) => key));
      for (const [i, result] of results.entries()) {
        const work = works[i] as Work;
        if (result instanceof Error) this.#stage.invariants.failed(witness, `readMany ${work.title}`, result, since);
        else this.#stage.invariants.saw(witness, work.key, result, 'readMany');
      }
    });
  }

  write(work: Work, entry: CheckedEntry): void {
    this.#call(`write ${work.title} ${entry.revision}`, WRITE, async (runtime, witness) => {
      const { acceptedBy } = await runtime.write(entry);
      this.#stage.log(`${witness.id} wrote ${work.title} ${entry.revision}`);
      this.#stage.invariants.wrote(witness, entry, acceptedBy);
    });
  }

  /**
   * Counts one up, unless it is doing so.
   * @param rivals somebody else does so, each time before it is sent
   */
  update(rivals: readonly (() => void)[]): void {
    if (this.#updating !== undefined || this.#runtime === undefined) return;
    const { counter, invariants, log, world } = this.#stage;
    const [waiting, since] = [[...rivals], world.clock.elapsed()];
    const fate = counter.begin();
    this.#updating = fate;
    this.#call('update', UPDATE, async (runtime, witness) => {
      try {
        const result = await runtime.update({
          signer: counter.signer,
          datakey: counter.key.datakey,
          change: (current) => {
            waiting.shift()?.();
            return new TextEncoder().encode(String(current.exists ? countOf(current) + 1 : 1));
          },
        });
        const isGuarded = result?.guarded === true;
        fate(isGuarded ? 'applied' : 'unguarded');
        log(`${witness.id} counts${isGuarded ? '' : ' unguarded'}`);
        if (!isGuarded) invariants.unguarded(witness, world.portal(0).url, since);
      } catch (error) {
        fate(hasCode(error, 'UNCONFIRMED', 'CLOSED') ? 'unsure' : 'not applied');
        throw error;
      } finally {
        if (this.#updating === fate) this.#updating = undefined;
      }
    });
  }

  retryNow(): void {
    this.#runtime?.retryNow();
  }

  kill(actor: ActorName): boolean {
    return this.#harm(actor) && this.#process?.kill(actor) === true;
  }

  hang(actor: ActorName): boolean {
    return this.#harm(actor) && this.#process?.hang(actor) === true;
  }

  #harm(actor: ActorName): boolean {
    if (this.isOpen && this.#witness !== undefined) this.#stage.invariants.harmedActor(this.#witness, actor);
    return this.isOpen;
  }

  /** Whatever watchers were last told is live is so still, but for a moment. */
  checkLive(): void {
    const witness = this.#witness;
    if (witness === undefined) return;
    for (const result of this.#latest.values()) this.#stage.invariants.checkLive(witness, result, 'watch, some time later');
  }

  /** Ends without a word. */
  crash(): void {
    const witness = this.#witness;
    if (witness === undefined) return;
    this.#stage.log(`${witness.id} crashes`);
    this.#process?.crash();
    this.#updating?.('unsure');
    this.#stage.invariants.crashed(witness);
    this.#forget();
  }

  /** Closes it in good order. */
  async close(): Promise<void> {
    const [runtime, witness] = [this.#runtime, this.#witness];
    if (runtime === undefined || witness === undefined) return;
    this.#stage.log(`${witness.id} closes`);
    this.#forget();
    const settled = this.#stage.invariants.called(witness, 'close', CLOSING);
    await runtime.close();
    settled();
    // Whoever waits is told in this turn, or in the next.
    await new Promise<void>((resolve) => void this.#stage.world.clock.setTimeout(resolve, 1));
    if (witness.calls.size > 0) this.#stage.fail(new Broken('G5', `${witness.id}: closed, and ${[...witness.calls].map(({ what }) => what).join(', ')} did not settle`));
  }

  #forget(): void {
    for (const subscription of this.#watching.values()) subscription.unsubscribe();
    this.#watching.clear();
    this.#latest.clear();
    this.#runtime = this.#witness = this.#process = undefined;
    this.#updating = undefined;
    this.#isOpening = false;
  }

  /** What watchers see is the newest there is. */
  checkSettled(): void {
    const witness = this.#witness;
    if (witness === undefined || this.#runtime === undefined) return;
    const watched = [...this.#watching.keys()];
    this.#stage.invariants.settled(
      witness,
      watched.map(({ key }) => key),
      (key) => {
        const work = watched.find((each) => each.key === key);
        return work && this.#latest.get(work);
      },
    );
  }

  #call(what: string, deadline: number, call: (runtime: Runtime, witness: Witness) => Promise<void>): void {
    const [runtime, witness] = [this.#runtime, this.#witness];
    if (runtime === undefined || witness === undefined) return;
    const settled = this.#stage.invariants.called(witness, what, deadline);
    void call(runtime, witness)
      .catch((error: unknown) => {
        if (error instanceof Broken) throw error;
        this.#stage.log(`${witness.id} ${what}: ${String((error as { code?: unknown }).code ?? error)}`);
        this.#stage.invariants.failed(witness, what, error);
      })
      .catch(this.#stage.fail)
      .finally(settled);
  }

  #checked(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.#stage.fail(error);
    }
  }
}

function wordsOf(result: ReadResult): string {
  if (!result.exists) return `absent ${result.status}`;
  return `${result.revision} ${result.status} ${result.floor} ${result.confirmedAt} by ${result.confirmedBy.length}`;
}
