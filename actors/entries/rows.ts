import { closed, hasCode, RegistryError } from '../../src/error.ts';
import { entryId, keyNamed, nameOf, type EntryKey } from '../../src/registry/index.ts';
import { Deadlines } from '../../src/deadlines.ts';
import { trim } from '../../src/trim.ts';
import { EntryActors } from './entry-actors.ts';
import type { RestingEntry } from './resting.ts';
import { Row, type Heard, type OpenInquiry, type RowWorld } from './row.ts';
import type { Floor, Subscriptions, TableWorld } from './world.ts';

/** Nobody waited for the answer any more. */
const UNHEARD: Heard = { served: undefined, failures: [] };

/** For rows whose floor is known. */
const RECALLED = Promise.resolve();

interface Recall {
  readonly row: Row;
  readonly resolve: () => void;
  readonly reject: (reason: RegistryError) => void;
}

/**
 * The rows of entries that are used, and of those that were until a moment ago. A row is subscribed; when nobody uses it any more it
 * lingers, and then only what is known of it is kept.
 */
export class Rows implements Iterable<Row> {
  readonly #world: TableWorld;
  readonly #onForeign: (row: Row, floor: Floor) => void;
  readonly #rows = new Map<string, Row>();
  /** What is known of entries without a row, the least recently used first. */
  readonly #idle = new Map<string, RestingEntry>();
  readonly #lingering: Deadlines<Row>;
  readonly #rowWorld: RowWorld;
  /** Rows that became wanted in this turn. */
  #new: Row[] = [];
  #recalls: Recall[] = [];
  /** Rows whose floors are being looked at again, and when that is done. */
  readonly #looks = new Map<Row, Promise<void>>();
  /** The number of the last inquiry: no other than those of its predecessors, whose answers may still be under way. */
  #inquiries: number;
  #subscribes: Subscriptions['of'];
  #isClosed = false;

  /** @param onForeign told of a floor that another process has raised above what its row knows */
  constructor(world: TableWorld, onForeign: (row: Row, floor: Floor) => void) {
    this.#world = world;
    this.#onForeign = onForeign;
    this.#inquiries = world.predecessors * 2 ** 32;
    this.#subscribes = world.subscriptions.of;
    this.#rowWorld = { actors: new EntryActors(() => world.parent(), world.onError), floors: world.floors };
    this.#lingering = new Deadlines(world.clock, world.policy.linger, world.onDue);
  }

  get size(): number {
    return this.#rows.size;
  }

  [Symbol.iterator](): Iterator<Row> {
    return this.#rows.values();
  }

  get(key: EntryKey): Row | undefined {
    return this.#rows.get(nameOf(key));
  }

  named(name: string): Row | undefined {
    return this.#rows.get(name);
  }

  /**
   * The row of an entry, made if there is none. Whoever is done with it says so ({@link done}).
   * @throws RegistryError `CLOSED`; `INVALID_INPUT` for what is no name
   */
  demand(name: string): Row {
    if (this.#isClosed) throw closed();
    const row = this.#rows.get(name) ?? this.#make(name);
    this.#lingering.clear(row);
    return row;
  }

  #make(name: string): Row {
    const idle = this.#idle.get(name);
    const row = new Row(this.#rowWorld, name, entryId(keyNamed(name)), idle?.context);
    row.freshAt = idle?.freshAt ?? 0;
    this.#rows.set(row.name, row);
    this.#idle.delete(row.name);
    row.send({ type: 'DEMANDED' });
    if (row.isRecalled) this.#want(row);
    else void this.recalled(row);
    this.#world.onCount();
    this.lull();
    return row;
  }

  /** From now on all that are used are subscribed. */
  subscribeUsed(): void {
    if (this.#subscribes === 'used') return;
    this.#subscribes = 'used';
    for (const row of this) if (row.isRecalled && !row.isWatched) this.#want(row);
  }

  /** Somebody watches the row from now on. */
  noteWatched(row: Row): void {
    if (row.isRecalled && this.#subscribes === 'watched') this.#want(row);
  }

  /** Has the live connection asked for its word once more, where the row is subscribed. */
  wantAgain(row: Row): void {
    if (this.#subscribes === 'used' || row.isWatched) this.#world.portal.want(row.name);
  }

  #want(row: Row): void {
    if (this.#subscribes === 'watched' && !row.isWatched) return;
    this.#world.portal.want(row.name);
    row.isNew = true;
    this.#new.push(row);
    if (this.#new.length === 1) this.#world.scheduler.setTimeout(() => this.#age(), 0);
  }

  #age(): void {
    for (const row of this.#new) row.isNew = false;
    this.#new = [];
  }

  /**
   * Resolves when storage has told what it knows of the entry. Where it could not, whoever wants to know next asks again: until it has, nothing may be
   * shown, since it may be older than what was shown before.
   * @throws RegistryError `STORAGE`
   */
  recalled(row: Row): Promise<void> {
    if (row.isRecalled) return RECALLED;
    return (row.recall ??= this.#recallSoon(row));
  }

  /** Floors that are wanted in one turn are read together. */
  #recallSoon(row: Row): Promise<void> {
    const recalled = new Promise<void>((resolve, reject) => {
      this.#recalls.push({ row, resolve, reject });
      if (this.#recalls.length === 1) queueMicrotask(() => void this.#recallAll());
    });
    recalled.catch(() => {}); // whoever waits for it hears of it; nobody may
    return recalled;
  }

  /**
   * Looks whether another process on this storage has seen something newer. Resolves when that is taken in.
   * @throws RegistryError `STORAGE`
   */
  look(row: Row): Promise<void> {
    if (!row.isRecalled) return this.recalled(row);
    const look = this.#looks.get(row) ?? this.#recallSoon(row).finally(() => this.#looks.delete(row));
    this.#looks.set(row, look);
    return look;
  }

  /** Looks at the floors of all rows. */
  lookAtAll(): void {
    for (const row of this) if (row.isRecalled) this.look(row).catch(() => {}); // whoever reads it asks again
  }

  async #recallAll(): Promise<void> {
    const recalls = this.#recalls;
    this.#recalls = [];
    const floors = await this.#floorsOf(recalls.map(({ row }) => row));
    for (const [i, { row, resolve, reject }] of recalls.entries()) {
      const told = floors[i];
      row.recall = undefined;
      if (told?.status !== 'fulfilled') {
        reject(untold(row, told?.reason));
        continue;
      }
      const { value: floor } = told;
      if (row.isRecalled) {
        if (floor !== undefined && row.compare(floor.entry) > 0) this.#onForeign(row, floor);
        this.#believe(row, floor);
        resolve();
        continue;
      }
      row.send({ type: 'RECALLED', entry: floor?.entry, floor: floor?.durability ?? 'volatile' });
      this.#believe(row, floor);
      // Not before: what is pushed has to be compared with the floor.
      if (this.#rows.get(row.name) === row) {
        this.#want(row);
        // Side by side with that: the word that the connection begins with answers the question, unless it comes before it.
        if (row.is('asking') && row.isAwaited && !row.isCompared) this.ensureInquiry(row, 0);
      }
      resolve();
    }
  }

  /** A portal's word that another process heard. */
  #believe(row: Row, floor: Floor | undefined): void {
    const { word, entry, durability } = floor ?? {};
    if (word === undefined || entry === undefined || durability === undefined || row.compare(entry) !== 0 || word.at <= row.freshAt) return;
    row.confirm(word.at, this.#world.clock.now());
    row.send({ type: 'ANSWERED', entry, floor: durability, ...word });
  }

  /** Where they cannot be told together, each is asked for by itself once more: of one that fails the others know nothing. */
  async #floorsOf(rows: readonly Row[]): Promise<readonly PromiseSettledResult<Floor | undefined>[]> {
    const { floors } = this.#world;
    try {
      return (await floors.getMany(rows)).map((value) => ({ status: 'fulfilled', value }));
    } catch {
      return Promise.allSettled(rows.map(async (row) => (await floors.getMany([row]))[0]));
    }
  }

  /** Somebody has done with the row. */
  done(row: Row): void {
    if (!this.#isClosed && !row.isUsed && this.#rows.has(row.name)) this.#lingering.set(row);
    if (this.#lingering.size > this.#world.subscriptions.mostLingering) this.#releaseOldest();
    this.lull();
  }

  /** Lets go of the rows that nobody uses and that have lingered. */
  sweep(): void {
    for (const row of this.#lingering.takeDue()) this.release(row);
  }

  #releaseOldest(): void {
    const { oldest } = this.#lingering;
    if (oldest !== undefined) this.release(oldest);
  }

  /** Lets go of a row, unless somebody uses it. */
  release(row: Row): void {
    if (row.isUsed) return;
    this.#rows.delete(row.name);
    this.#lingering.clear(row);
    this.#settleInquiries(row);
    this.#world.portal.unwant(row.name);
    const known = row.release();
    if (known.packed !== undefined) this.#rememberIdle(row.name, known);
    this.#world.onCount();
  }

  #rememberIdle(name: string, idle: RestingEntry): void {
    this.#idle.set(name, idle);
    trim(this.#idle, this.#world.policy.maxFloors);
  }

  /** Asks portals for the entry, unless they are being asked since `notBefore` (epoch milliseconds). */
  ensureInquiry(row: Row, notBefore: number): void {
    if (!row.isAskedSince(notBefore, this.#world.clock.now())) this.ask(row, undefined);
  }

  /** Asks one portal for the entry. Resolves with its answer when that is taken in, or when none will come. */
  askPortal(row: Row, portal: string): Promise<Heard> {
    if (this.#rows.get(row.name) !== row) return Promise.resolve(UNHEARD); // it was let go of, and nobody waits for the answer
    return new Promise((heard) => void this.ask(row, { portal, heard }));
  }

  /** How many inquiries there were: whatever is asked from now on has a higher number. */
  get inquiries(): number {
    return this.#inquiries;
  }

  /** Asks all portals, or only one. Answers the inquiry's number. */
  ask(row: Row, only: OpenInquiry['only']): number {
    const number = ++this.#inquiries;
    row.addInquiry(number, { startedAt: this.#world.clock.now(), only, missing: new Set(), failures: [], isAnswered: false });
    this.#world.portal.ask(number, row.name, only?.portal, row.isNew && only === undefined);
    return number;
  }

  /** Whoever asked one portal does not wait for its answer any more, and is not told. */
  giveUp(row: Row, only: OpenInquiry['only']): void {
    for (const [number, inquiry] of row.inquiries) if (inquiry.only === only) this.#settle(row, number);
  }

  /** Subscribes and asks everything anew: the portal actor, or what lies between, was replaced and knows nothing of it. */
  renew(): void {
    for (const row of this) {
      if (!row.isRecalled) continue;
      this.wantAgain(row);
      const open = [...row.inquiries.values()];
      for (const number of row.inquiries.keys()) this.#settle(row, number);
      for (const { only } of open) if (only !== undefined) this.ask(row, only);
      if (open.some(({ only }) => only === undefined)) this.ask(row, undefined);
    }
  }

  close(): void {
    this.#isClosed = true;
    for (const row of this) this.#settleInquiries(row);
    this.#lingering.stop();
  }

  /** Nobody waits for an answer any more but who asked one portal. */
  settleOpen(row: Row): void {
    for (const [number, { only }] of row.inquiries) if (only === undefined) this.#settle(row, number);
  }

  #settle(row: Row, number: number): void {
    this.#world.portal.settle(number);
    row.deleteInquiry(number);
  }

  /** Nobody waits for an answer any more. */
  #settleInquiries(row: Row): void {
    for (const [number, { only }] of row.inquiries) {
      this.#settle(row, number);
      only?.heard(UNHEARD);
    }
  }

  /** All that became of a row has been told. */
  lull(): void {
    this.#rowWorld.actors.lull();
  }
}

/** A floor that cannot be told is neither none nor what is known here: what is older than it must not be shown for that. */
const untold = (row: Row, cause: unknown): RegistryError =>
  hasCode(cause, 'CLOSED') ? cause : new RegistryError('STORAGE', 'the storage could not tell what was seen of the entry', { cause, current: row.latest });
