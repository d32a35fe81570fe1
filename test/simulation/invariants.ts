import { RegistryError } from '../../src/error.ts';
import { compareChecked, nameOf, packEntry, takeSignedEntry, type CheckedEntry, type EntryKey } from '../../src/registry/index.ts';
import type { ReadResult } from '../../src/runtime.ts';
import { parseFloor } from '../../src/storage/record.ts';
import { isGenuine } from '../../src/testing/genuine.ts';
import type { SimulatedWorld, WorldEvent } from '../../src/testing/index.ts';
import { verifyProof } from '../../src/registry/index.ts';
import type { Incident } from '../../src/incident.ts';
import { Answers } from './answers.ts';
import { Broken } from './broken.ts';
import { Deeds } from './deeds.ts';
import { Quarantines } from './quarantines.ts';
import { Recollection } from './recollection.ts';
import { Words } from './words.ts';

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
  /** Its process, as the world numbers it. */
  readonly client: number;
  readonly quarantines: Quarantines;
  /** When something last became of its actors that calls may suffer from, on the world's clock. */
  disturbedAt = 0;
  /** The newest that was shown of each entry; from before, what was shown as durable. */
  readonly shown = new Map<string, CheckedEntry>();
  /** What was shown as durable before it began. */
  readonly inherited: Map<string, CheckedEntry>;
  readonly recollection = new Recollection();
  /** Whether its storage could be read ever since it began: else it may not know what it inherited, and says so of what it shows. */
  isStorageSound: boolean;
  readonly calls = new Set<OpenCall>();

  constructor(id: string, client: number, quarantines: Quarantines, inherited: ReadonlyMap<string, CheckedEntry>, isStorageSound: boolean) {
    this.id = id;
    this.client = client;
    this.quarantines = quarantines;
    this.inherited = new Map(inherited);
    this.isStorageSound = isStorageSound;
  }
}

/** How long after another word, or the end of its connection, a word may still be shown as live: an actor that hangs is missed for some time, and so is a storage that does. */
const TOLD_WITHIN = 12_000;

/** How long nothing may have come from any portal before nothing is vouched for any more: every deadline of a connection, and a margin. */
const LIVE_WITHIN = 5_000 + 3_000 + 5_000 + 3_000 + 2_000;

/**
 * Is told everything that portals said and did, and that the storage committed, and everything that callers saw, and throws {@link Broken} as soon as these do
 * not go together: G1 to G4 and the truth of what is said about a value whenever a caller sees one, the deadlines of G5 and quarantines after every step,
 * G6 and G7 when it is asked to, in a calm.
 */
export class Invariants {
  readonly #world: SimulatedWorld;
  readonly deeds: Deeds;
  readonly #words: Words;
  readonly #answers: Answers;
  /** By portal, entry and its bytes, when it was served by the time of day, and when last on the world's clock. */
  readonly #served = new Map<string, { readonly times: Set<number>; last: number }>();
  readonly #missing = new Set<string>();
  readonly #accepted = new Set<string>();
  /** What was shown as durable, and the storage has not lost. */
  readonly #durable = new Map<string, CheckedEntry>();
  /** Of each entry the highest floor that was ever committed. */
  readonly #kept = new Map<string, CheckedEntry>();
  /** A floor went down: thrown after the step, as nobody who commits something waits for this. */
  #lowered: Broken | undefined;
  readonly #open = new Set<OpenCall>();
  readonly #witnesses = new Set<Witness>();
  #slept = 0;
  /** When the machine, the network or the storage last gave trouble to everybody. */
  #disturbedAt = 0;
  /** How often something was checked. */
  checks = 0;

  /** @param lagGrace how long an honest portal may lag behind, in milliseconds */
  constructor(world: SimulatedWorld, lagGrace: number) {
    this.#world = world;
    this.deeds = new Deeds(world, lagGrace);
    this.#words = new Words(world, () => this.awake);
    this.#answers = new Answers(world);
    world.observe((event) => this.#note(event));
  }

  /** Time in which the machine was awake, in milliseconds. */
  get awake(): number {
    return this.#world.clock.elapsed() - this.#slept;
  }

  #note(event: WorldEvent): void {
    if (event.kind === 'served') {
      const served = this.#servedBy(event.portal, event.name, packEntry(event.entry));
      served.times.add(event.at);
      served.last = this.#world.clock.elapsed();
    }
    if (event.kind === 'asked') for (const witness of this.#witnesses) if (witness.client === event.client) witness.quarantines.asked(event.portal);
    if (event.kind === 'kept') this.#keep(event);
    if (event.kind === 'missing') this.#missing.add(`${event.portal} ${event.name}`);
    if (event.kind === 'accepted') this.#accepted.add(`${event.portal} ${nameOf(event.entry)} ${packEntry(event.entry)}`);
  }

  /** What is no floor is something else that runtimes keep. */
  #keep({ record, replaced }: Extract<WorldEvent, { kind: 'kept' }>): void {
    const entry = parseFloor(new Uint8Array(record));
    if (entry === undefined) return;
    const name = nameOf(entry);
    const stood = replaced && parseFloor(new Uint8Array(replaced));
    // What is no floor, such as what somebody changed, is replaced.
    if (stood !== undefined && nameOf(stood) === name && compareChecked(entry, stood) < 0 && isGenuine(stood)) this.#lowered ??= new Broken('S1', `revision ${entry.revision} took the place of the floor ${stood.revision}`);
    const before = this.#kept.get(name);
    if (before === undefined || compareChecked(entry, before) > 0) this.#kept.set(name, entry);
  }

  #servedBy(portal: string, name: string, packed: string): { readonly times: Set<number>; last: number } {
    const id = `${portal} ${name} ${packed}`;
    let served = this.#served.get(id);
    if (served === undefined) this.#served.set(id, (served = { times: new Set(), last: -Infinity }));
    return served;
  }

  /** A runtime begins. */
  begin(id: string, client: number): Witness {
    const { fault } = this.#world.storage;
    const quarantines = new Quarantines(this.deeds, () => this.#world.clock.elapsed());
    const witness = new Witness(id, client, quarantines, this.#durable, fault === undefined);
    this.#witnesses.add(witness);
    return witness;
  }

  /** The storage fails from now on. */
  harmed(): void {
    for (const witness of this.#witnesses) witness.isStorageSound = false;
  }

  /** Something happened to the machine, the network or the storage. */
  disturbed(): void {
    this.#disturbedAt = this.#world.clock.elapsed();
    this.deeds.disturbed();
  }

  /** Something happened to the actors of a runtime. */
  harmedActor(witness: Witness, actor: string): void {
    witness.disturbedAt = this.#world.clock.elapsed();
    if (actor === 'portal') witness.quarantines.forget();
    if (actor === 'entries') witness.recollection.died();
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
    for (const { inherited } of this.#witnesses) inherited.clear();
    this.harmed();
  }

  /**
   * A caller of this runtime sees a result.
   */
  saw(witness: Witness, key: EntryKey, result: ReadResult, how: string): void {
    this.checks++;
    const name = nameOf(key);
    if (nameOf(result) !== name) throw new Broken('G1', `${witness.id} ${how}: an entry of another key`);
    if (!result.exists) {
      this.checkLive(witness, result, how);
      const known = witness.shown.get(name) ?? (witness.isStorageSound ? witness.inherited.get(name) : undefined);
      if (known !== undefined && !this.#isForgotten(witness, name)) throw new Broken('G4', `${witness.id} ${how}: absent after revision ${known.revision}`);
      if (result.claimedBy.length === 0) throw new Broken('absence', `${witness.id} ${how}: nobody claims it`);
      for (const portal of result.claimedBy) if (!this.#missing.has(`${portal} ${name}`)) throw new Broken('absence', `${witness.id} ${how}: ${portal} never claimed so`);
      return;
    }
    const entry = takeSignedEntry(result);
    this.sawEntry(witness, entry, how);
    witness.recollection.showed(name, result.floor === 'durable');
    const inherited = witness.inherited.get(name);
    if (inherited !== undefined && result.floor === 'durable' && compareChecked(entry, inherited) < 0) throw new Broken('G2', `${witness.id} ${how}: revision ${entry.revision} as durable, and ${inherited.revision} was so before it began`);
    if (result.floor === 'durable') this.#checkKept(witness, name, entry, how);
    this.#checkConfirmations(witness, name, entry, result, how);
    this.checkLive(witness, result, how);
    if (result.floor === 'durable') this.#raise(name, entry);
  }

  /** What is live was the last word of a connection of this very runtime, which is not silent. */
  checkLive({ id, client }: Witness, result: ReadResult, how: string): void {
    if (result.status !== 'live') return;
    const silence = this.#words.silence(client);
    if (silence > LIVE_WITHIN) throw new Broken('live', `${id} ${how}: live, and no portal told this runtime anything for ${silence} ms`);
    const packed = result.exists ? packEntry({ ...result, type: result.type ?? 1 }) : undefined;
    // Of generation A, a connection says nothing where there is nothing.
    if (packed !== undefined && !this.#words.vouch(client, nameOf(result), packed, TOLD_WITHIN)) throw new Broken('live', `${id} ${how}: live, and no connection of this runtime said so last`);
  }

  /** A read that wanted several portals to confirm what it is answered. @param since when it began, on the world's clock */
  confirmed(witness: Witness, key: EntryKey, result: ReadResult, count: number, since: number): void {
    const urls = new Set(result.exists ? result.confirmedBy : result.claimedBy);
    if (urls.size < count) throw new Broken('confirmations', `${witness.id}: ${urls.size} portals of ${count}`);
    if (!result.exists) return;
    const packed = packEntry(takeSignedEntry(result));
    const asked = [...urls].filter((url) => this.#servedBy(url, nameOf(key), packed).last >= since);
    // What a live connection vouches for counts as one.
    if (asked.length < count - 1) throw new Broken('confirmations', `${witness.id}: ${asked.length} portals of ${count} have served it since`);
  }

  /** A read that demanded a word of a portal no older than this. @param notBefore epoch milliseconds */
  fresh(witness: Witness, result: ReadResult, notBefore: number): void {
    // A page that watches an entry answers with what it has shown, where the successor of its entries actor knows less.
    if (!result.exists || (!witness.isStorageSound && witness.recollection.isKeptByPage(nameOf(result)))) return;
    const [name, packed] = [nameOf(result), packEntry(takeSignedEntry(result))];
    const isFresh = this.#world.urls.some((portal) => [...(this.#served.get(`${portal} ${name} ${packed}`)?.times ?? [])].some((at) => at >= notBefore));
    if (!isFresh) throw new Broken('maxStaleness', `${witness.id} read: revision ${result.revision}, and nobody has served it since ${notBefore}`);
  }

  /** What a runtime tells of a portal, or of the holder of a key. */
  incident(witness: Witness, incident: Incident): void {
    this.checks++;
    if (incident.kind === 'key-equivocation') {
      if (!verifyProof(incident)) throw new Broken('I1', `${witness.id}: a proof proves nothing`);
    } else if (!this.deeds.isGuilty(incident.portal, incident.kind)) throw new Broken('I3', `${witness.id}: ${incident.portal} is said to have done what it never did: ${incident.kind}`);
    else if (this.deeds.isTooEarly(incident)) throw new Broken('I3', `${witness.id}: ${incident.portal} is blamed for what it lacks before its grace is over`);
  }

  /** A read of an entry failed: that needs a reason. @param since when portals may have been asked first, on the world's clock */
  unanswered(witness: Witness, key: EntryKey, what: string, error: unknown, since: number): void {
    if (!(error instanceof RegistryError) || !['UNREACHABLE', 'TIMEOUT'].includes(error.code)) return;
    if (Math.max(this.#disturbedAt, witness.disturbedAt) >= since || this.#world.storage.fault !== undefined) return;
    const name = nameOf(key);
    const isSound = (url: string): boolean => this.deeds.isSoundSince(url, since - 1) && !witness.quarantines.wasQuarantined(url, since) && !this.#answers.wereLess(url, name, since);
    const sound = this.#world.urls.find(isSound);
    if (sound !== undefined) throw new Broken('unanswered', `${witness.id} ${what}: ${error.code}, and ${sound} was well all the while`);
  }

  #raise(name: string, entry: CheckedEntry): void {
    const before = this.#durable.get(name);
    if (before === undefined || compareChecked(entry, before) > 0) this.#durable.set(name, entry);
  }

  /**
   * A caller sees an entry, whatever is said of it: it was written, or comes with an error.
   * @param since what had been shown when a call began whose errors come together: while the last answer is waited for, others grow older
   */
  sawEntry(witness: Witness, entry: CheckedEntry, how: string, since: ReadonlyMap<string, CheckedEntry> = witness.shown): void {
    const name = nameOf(entry);
    if (!isGenuine(entry)) throw new Broken('G1', `${witness.id} ${how}: revision ${entry.revision}, which its key did not sign`);
    const inherited = witness.isStorageSound ? witness.inherited.get(name) : undefined;
    const before = since.get(name) ?? inherited;
    const isForgotten = this.#isForgotten(witness, name);
    if (before !== undefined && compareChecked(entry, before) < 0 && !isForgotten) throw new Broken('G2', `${witness.id} ${how}: revision ${entry.revision} after ${before.revision}`);
    // An error does not say whether its entry is on disk.
    witness.recollection.showed(name, this.#isKept(name, entry));
    const newest = witness.shown.get(name);
    if (isForgotten || newest === undefined || compareChecked(entry, newest) > 0) witness.shown.set(name, entry);
  }

  /** What was on disk alone, and the storage fails: the run knows no more of it than one that begins now. */
  #isForgotten({ recollection, isStorageSound }: Witness, name: string): boolean {
    return !isStorageSound && recollection.isOnDiskAlone(name);
  }

  /** What is shown as durable was committed before. */
  #checkKept({ id }: Witness, name: string, entry: CheckedEntry, how: string): void {
    if (!this.#isKept(name, entry)) throw new Broken('G3', `${id} ${how}: revision ${entry.revision} as durable, and ${this.#kept.get(name)?.revision ?? 'none'} was committed`);
  }

  /** Whether this or a newer one was ever committed. */
  #isKept(name: string, entry: CheckedEntry): boolean {
    const kept = this.#kept.get(name);
    return kept !== undefined && compareChecked(entry, kept) <= 0;
  }

  #checkConfirmations(witness: Witness, name: string, entry: CheckedEntry, { confirmedAt, confirmedBy }: Extract<ReadResult, { exists: true }>, how: string): void {
    const packed = packEntry(entry);
    for (const portal of confirmedBy) {
      if ((this.#served.get(`${portal} ${name} ${packed}`)?.times.size ?? 0) === 0) throw new Broken('confirmedBy', `${witness.id} ${how}: ${portal} never served revision ${entry.revision}`);
    }
    if (confirmedAt === 0 && confirmedBy.length === 0) return;
    const isTrue = this.#world.urls.some((portal) => this.#served.get(`${portal} ${name} ${packed}`)?.times.has(confirmedAt) === true);
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

  /** An update was applied without a condition: that needs a reason. @param portal the one that it was sent to; @param since when it began, on the world's clock */
  unguarded(witness: Witness, portal: string, since: number): void {
    this.checks++;
    if (Math.max(this.#disturbedAt, witness.disturbedAt) >= since || this.#world.storage.fault !== undefined) return;
    if (this.deeds.isSoundSince(portal, since - LIVE_WITHIN)) throw new Broken('U1', `${witness.id}: an update without a condition, and ${portal} keeps them and was well all the while`);
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
    if (this.#lowered !== undefined) throw this.#lowered;
    for (const { what, due } of this.#open) if (this.awake > due) throw new Broken('G5', `${what} did not settle within its deadline`);
    for (const { quarantines } of this.#witnesses) quarantines.check();
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
