import { RegistryError } from '../../src/error.ts';
import { compareChecked, nameOf, packEntry, takeSignedEntry, type CheckedEntry, type EntryKey } from '../../src/registry/index.ts';
import type { ReadResult } from '../../src/runtime.ts';
import { isGenuine } from '../../src/testing/genuine.ts';
import type { SimulatedWorld, WorldEvent } from '../../src/testing/index.ts';

/** An invariant of SPEC.md that did not hold. */
export class Broken extends Error {
  readonly invariant: string;

  constructor(invariant: string, what: string) {
    super(`${invariant}: ${what}`);
    this.name = 'Broken';
    this.invariant = invariant;
  }
}

/** A call that has not settled. */
interface OpenCall {
  readonly what: string;
  /** On the clock of {@link Invariants}, by when it has to settle. */
  due: number;
  readonly deadline: number;
}

/** What one runtime has shown, and what it owes. */
export class Witness {
  readonly id: string;
  /** The newest that was shown of each entry; from before, what was shown as durable. */
  readonly shown = new Map<string, CheckedEntry>();
  /** What was shown as durable before it began. */
  readonly inherited: ReadonlyMap<string, CheckedEntry>;
  /** Whether its storage could be read ever since it began: else it may not know what it inherited, and says so of what it shows. */
  isStorageSound: boolean;
  readonly calls = new Set<OpenCall>();

  constructor(id: string, inherited: ReadonlyMap<string, CheckedEntry>, isStorageSound: boolean) {
    this.id = id;
    this.inherited = new Map(inherited);
    this.isStorageSound = isStorageSound;
  }
}

/** How long nothing may have come from any portal before nothing is vouched for any more: every deadline of a connection, and a margin. */
const LIVE_WITHIN = 5_000 + 3_000 + 5_000 + 3_000 + 2_000;

/**
 * Is told everything that portals said and did, and everything that callers saw, and throws {@link Broken} as soon as the two do not go together: G1 to
 * G5 and the truth of what is said about a value at once, G6 when it is asked to.
 */
export class Invariants {
  readonly #world: SimulatedWorld;
  /** By portal, entry and its bytes, when it was served. */
  readonly #served = new Map<string, Set<number>>();
  readonly #missing = new Set<string>();
  readonly #accepted = new Set<string>();
  /** What was shown as durable, and the storage has not lost. */
  readonly #durable = new Map<string, CheckedEntry>();
  readonly #open = new Set<OpenCall>();
  readonly #witnesses = new Set<Witness>();
  #slept = 0;
  #heardAt = -Infinity;
  /** How often something was checked. */
  checks = 0;

  constructor(world: SimulatedWorld) {
    this.#world = world;
    world.observe((event) => this.#note(event));
  }

  /** Time in which the machine was awake, in milliseconds. */
  get awake(): number {
    return this.#world.clock.elapsed() - this.#slept;
  }

  #note(event: WorldEvent): void {
    if (event.kind === 'served' || event.kind === 'missing' || (event.kind === 'passed' && /^(?:lives|tells)/.test(event.what))) this.#heardAt = this.awake;
    if (event.kind === 'served') this.#timesOf(event.portal, event.name, packEntry(event.entry)).add(event.at);
    if (event.kind === 'missing') this.#missing.add(`${event.portal} ${event.name}`);
    if (event.kind === 'accepted') this.#accepted.add(`${event.portal} ${nameOf(event.entry)} ${packEntry(event.entry)}`);
  }

  #timesOf(portal: string, name: string, packed: string): Set<number> {
    const id = `${portal} ${name} ${packed}`;
    let times = this.#served.get(id);
    if (times === undefined) this.#served.set(id, (times = new Set()));
    return times;
  }

  /** A runtime begins. */
  begin(id: string): Witness {
    const { fault } = this.#world.storage;
    const witness = new Witness(id, this.#durable, fault === undefined);
    this.#witnesses.add(witness);
    return witness;
  }

  /** The storage fails from now on. */
  harmed(): void {
    for (const witness of this.#witnesses) witness.isStorageSound = false;
  }

  /** The machine slept for so long. */
  slept(milliseconds: number): void {
    this.#slept += milliseconds;
  }

  /** The time of day was set back: deadlines that are counted by it begin anew. */
  setBack(): void {
    for (const call of this.#open) call.due = Math.max(call.due, this.awake + 2 * call.deadline);
  }

  /** The storage lost, or may have lost, what was durable. */
  forgot(): void {
    this.#durable.clear();
    this.harmed();
  }

  /**
   * A caller of this runtime sees a result.
   * @param since what had been shown when a call began whose answers come together: while the last of them is waited for, others grow older
   */
  saw(witness: Witness, key: EntryKey, result: ReadResult, how: string, since: ReadonlyMap<string, CheckedEntry> = witness.shown): void {
    this.checks++;
    const name = nameOf(key);
    if (nameOf(result) !== name) throw new Broken('G1', `${witness.id} ${how}: an entry of another key`);
    if (!result.exists) {
      const known = since.get(name) ?? (witness.isStorageSound ? witness.inherited.get(name) : undefined);
      if (known !== undefined) throw new Broken('G4', `${witness.id} ${how}: absent after revision ${known.revision}`);
      if (result.claimedBy.length === 0) throw new Broken('absence', `${witness.id} ${how}: nobody claims it`);
      for (const portal of result.claimedBy) if (!this.#missing.has(`${portal} ${name}`)) throw new Broken('absence', `${witness.id} ${how}: ${portal} never claimed so`);
      return;
    }
    const entry = takeSignedEntry(result);
    this.sawEntry(witness, entry, how, since);
    const inherited = witness.inherited.get(name);
    if (inherited !== undefined && result.floor === 'durable' && compareChecked(entry, inherited) < 0) throw new Broken('G2', `${witness.id} ${how}: revision ${entry.revision} as durable, and ${inherited.revision} was so before it began`);
    this.#checkConfirmations(witness, name, entry, result, how);
    if (result.status === 'live' && this.awake - this.#heardAt > LIVE_WITHIN) throw new Broken('live', `${witness.id} ${how}: live, and no portal said anything for ${this.awake - this.#heardAt} ms`);
    if (result.floor === 'durable') this.#raise(name, entry);
  }

  #raise(name: string, entry: CheckedEntry): void {
    const before = this.#durable.get(name);
    if (before === undefined || compareChecked(entry, before) > 0) this.#durable.set(name, entry);
  }

  /** A caller sees an entry, whatever is said of it: it was written, or comes with an error. */
  sawEntry(witness: Witness, entry: CheckedEntry, how: string, since: ReadonlyMap<string, CheckedEntry> = witness.shown): void {
    const name = nameOf(entry);
    if (!isGenuine(entry)) throw new Broken('G1', `${witness.id} ${how}: revision ${entry.revision}, which its key did not sign`);
    const inherited = witness.isStorageSound ? witness.inherited.get(name) : undefined;
    const before = since.get(name) ?? inherited;
    if (before !== undefined && compareChecked(entry, before) < 0) throw new Broken('G2', `${witness.id} ${how}: revision ${entry.revision} after ${before.revision}`);
    const newest = witness.shown.get(name);
    if (newest === undefined || compareChecked(entry, newest) > 0) witness.shown.set(name, entry);
  }

  #checkConfirmations(witness: Witness, name: string, entry: CheckedEntry, { confirmedAt, confirmedBy }: Extract<ReadResult, { exists: true }>, how: string): void {
    const packed = packEntry(entry);
    for (const portal of confirmedBy) {
      if ((this.#served.get(`${portal} ${name} ${packed}`)?.size ?? 0) === 0) throw new Broken('confirmedBy', `${witness.id} ${how}: ${portal} never served revision ${entry.revision}`);
    }
    if (confirmedAt === 0 && confirmedBy.length === 0) return;
    const isTrue = this.#world.urls.some((portal) => this.#served.get(`${portal} ${name} ${packed}`)?.has(confirmedAt) === true);
    if (!isTrue) throw new Broken('confirmedAt', `${witness.id} ${how}: nobody served revision ${entry.revision} at ${confirmedAt}`);
  }

  /** Who accepted a write did say so. */
  wrote(witness: Witness, entry: CheckedEntry, acceptedBy: readonly string[]): void {
    this.checks++;
    if (acceptedBy.length === 0) throw new Broken('acceptedBy', `${witness.id}: nobody accepted what was written`);
    for (const portal of acceptedBy) {
      if (!this.#accepted.has(`${portal} ${nameOf(entry)} ${packEntry(entry)}`)) throw new Broken('acceptedBy', `${witness.id}: ${portal} never accepted revision ${entry.revision}`);
    }
    // What was written may be replaced already when the first portal says that it took it.
    const before = witness.shown.get(nameOf(entry));
    if (before === undefined || compareChecked(entry, before) > 0) this.sawEntry(witness, entry, 'write');
  }

  /** A call begins that has to settle within so many milliseconds. What is answered is to be called when it does. */
  called(witness: Witness, what: string, deadline: number): () => void {
    const call = { what: `${witness.id} ${what}`, due: this.awake + deadline, deadline };
    this.#open.add(call);
    witness.calls.add(call);
    return () => {
      this.#open.delete(call);
      witness.calls.delete(call);
    };
  }

  /** A runtime is gone with all that it owed. */
  crashed(witness: Witness): void {
    for (const call of witness.calls) this.#open.delete(call);
    witness.calls.clear();
    this.#witnesses.delete(witness);
  }

  /** What an error of a call tells. */
  failed(witness: Witness, what: string, error: unknown, since?: ReadonlyMap<string, CheckedEntry>): void {
    this.checks++;
    if (!(error instanceof RegistryError)) throw new Broken('G5', `${witness.id} ${what}: an error without a code: ${String(error)}`);
    if (error.current !== undefined) this.sawEntry(witness, takeSignedEntry(error.current), `${what} ${error.code}`, since);
  }

  /** Something was delivered: nothing may be overdue. */
  step(): void {
    for (const { what, due } of this.#open) if (this.awake > due) throw new Broken('G5', `${what} did not settle within its deadline`);
  }

  /** Every portal is well and was for some time: who watches sees the newest that any of them has. */
  settled(witness: Witness, keys: readonly EntryKey[], latest: (key: EntryKey) => ReadResult | undefined): void {
    for (const key of keys) {
      this.checks++;
      const entries = this.#world.portals.flatMap((portal) => portal.get(key) ?? []).map((entry) => takeSignedEntry(entry));
      const newest = entries.reduce<CheckedEntry | undefined>((best, entry) => (best === undefined || compareChecked(entry, best) > 0 ? entry : best), undefined);
      if (newest === undefined) continue;
      const seen = latest(key);
      const isSeen = seen?.exists === true && compareChecked(takeSignedEntry(seen), newest) >= 0;
      if (!isSeen) throw new Broken('G6', `${witness.id}: a watcher sees ${seen?.exists === true ? `revision ${seen.revision}` : (seen && 'nothing') ?? 'no result'}, portals have ${newest.revision}`);
      if (seen.status !== 'live') throw new Broken('G7', `${witness.id}: what is watched is ${seen.status} though every portal is well`);
    }
  }
}
