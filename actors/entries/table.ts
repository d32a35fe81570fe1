import { closed, type RegistryError, type WireError } from '../../src/error.ts';
import { Feed } from '../feed.ts';
import type { Finding } from '../report.ts';
import { Absorber, type Word } from './absorber.ts';
import { Confirming, type Wish } from './confirming.ts';
import { Deadlines } from '../../src/deadlines.ts';
import type { Overseen, Oversight } from './oversight.ts';
import { Reading, type Grace, type Outcome, type ReadRequest } from './reading.ts';
import type { ResultBody } from './result.ts';
import { resultOf } from './result-of.ts';
import { Rows } from './rows.ts';
import type { PendingRead, Row } from './row.ts';
import { Vouching } from './vouching.ts';
import type { Floor, TableWorld } from './world.ts';

/** What a watcher is told of one entry. */
export interface Update {
  /** {@link nameOf} its key. */
  readonly name: string;
  readonly result: ResultBody;
  /** {@link EntryTable.stamp}: of two that are told of one entry, the higher one is the later. */
  readonly at: number;
}

/** The table of entries: answers readers, tells watchers, and takes in what is found. */
export class EntryTable<O extends Oversight = Oversight> {
  /** What watchers are told. */
  readonly updates = new Feed<Update>();
  readonly rows: Rows;
  readonly confirming: Confirming;
  readonly oversight: O;

  readonly #world: TableWorld;
  readonly #vouching: Vouching;
  readonly #absorber: Absorber;
  readonly #deadlines: Deadlines<PendingRead>;
  /** Watched entries of which nothing could be found out: storage did not tell of it, or no portal did; one of generation A does not say that it is missing. */
  readonly #unknown: Deadlines<Row>;
  #watched = 0;
  /** Its predecessors' stamps are all lower. */
  #stamped: number;

  /** @param oversee what is done about what portals do */
  constructor(world: TableWorld, oversee: (overseen: Overseen) => O) {
    this.#world = world;
    this.#stamped = world.predecessors * 2 ** 32;
    this.rows = new Rows(world, (row, floor) => this.adopt(row, floor));
    this.#vouching = new Vouching(world, this.rows, (row) => this.changed(row));
    const voucherOf = (row: Row): string | undefined => this.#vouching.voucherOf(row);
    this.confirming = new Confirming(world, this.rows, voucherOf);
    this.oversight = oversee({ world, rows: this.rows, voucherOf, connectedTo: () => this.#vouching.portal });
    this.#deadlines = new Deadlines(world.clock, world.policy.readDeadline, world.onDue);
    this.#unknown = new Deadlines(world.clock, world.policy.retryInterval, world.onDue);
    this.#absorber = new Absorber(world, this.rows, this.#vouching, {
      onChange: (row) => this.changed(row),
      onConcluded: (row, outcome) => this.#conclude(row, outcome),
      onWord: (row, word) => this.#hear(row, word),
      onWithheld: (row, portal, vouched) => this.oversight.suspect(row, portal, vouched),
      onFailed: (row, { error }) => this.confirming.failed(row, error),
      onOffence: (finding) => this.oversight.offended(finding),
      onRival: (entry, other) => this.oversight.met(entry, other),
      onForeign: (row, floor) => this.adopt(row, floor),
    });
  }

  #hear(row: Row, word: Word): void {
    this.confirming.note(row, word.portal, word.number, !word.isBehind);
    this.oversight.heard(row, word);
  }

  /** Takes in an entry that no portal has served here: one that a portal accepted from us, or that another process has seen. */
  adopt(row: Row, { entry, durability }: Floor): void {
    const { latest } = row;
    if (latest !== undefined) this.oversight.met(entry, latest);
    row.adopt(entry, durability);
    this.changed(row);
  }

  get counts(): { entries: number; watched: number; connectedTo: string | undefined } {
    return { entries: this.rows.size, watched: this.#watched, connectedTo: this.#vouching.portal };
  }

  /**
   * Numbers what is told, in the order in which it became known. Messages may overtake each other, and whoever gets them need not find out which of two
   * entries of one revision counts: what is known here never goes back (E1), so it is the one with the higher stamp.
   */
  stamp(): number {
    return ++this.#stamped;
  }

  absorb(findings: readonly Finding[]): Promise<void> {
    return this.#absorber.absorb(findings);
  }

  /** No connection vouches any more. */
  disconnect(): void {
    this.#vouching.clear();
  }

  /** Words that portals said may have been lost. */
  doubt(): void {
    this.#vouching.doubt();
  }

  drained(): Promise<void> {
    return this.#absorber.drained();
  }

  /**
   * Begins a read. `settled` is called once, with what `Runtime.read` resolves or rejects with.
   * @returns the reader who waits; undefined where enough was known at once
   * @throws RegistryError `CLOSED`, `INVALID_INPUT`
   */
  read(name: string, request: ReadRequest, settled: (outcome: ResultBody | RegistryError) => void): PendingRead | undefined {
    const row = this.rows.demand(name);
    const reading = new Reading(request, this.#world.clock.now(), this.#world.policy);
    // What nobody vouches for, another process on this storage may have seen replaced.
    const mayBeOld = this.#world.floors.isShared && !row.is('live');
    const known = row.isRecalled && !mayBeOld ? this.#answer(row, reading) : undefined;
    if (known !== undefined) {
      this.rows.done(row);
      settled(known);
      return undefined;
    }
    const read: PendingRead = {
      row,
      reading,
      settle: (outcome) => {
        this.#endRead(read);
        settled(outcome);
      },
      abandon: () => this.#endRead(read),
    };
    row.addRead(read);
    this.#deadlines.set(read);
    const settle = (error: RegistryError): void => (row.reads.has(read) ? read.settle(error) : undefined);
    void (mayBeOld ? this.rows.look(row) : this.rows.recalled(row)).then(() => this.#beginRead(read), settle);
    return read;
  }

  #beginRead(read: PendingRead): void {
    const { row, reading } = read;
    if (!row.reads.has(read)) return;
    const known = this.#answer(row, reading);
    if (known !== undefined) return read.settle(known);
    reading.noteAsked();
    if (reading.confirmations > 1) this.#beginConfirmed(read);
    else if (reading.grace !== undefined) this.#beginCompared(read, reading.grace);
    else this.rows.ensureInquiry(row, reading.notBefore);
  }

  #beginConfirmed(read: PendingRead): void {
    const { row, reading } = read;
    read.wish = {
      row,
      since: this.rows.inquiries,
      acceptsLive: reading.acceptsLive,
      look: (urls) => {
        const result = reading.confirmed(row.facts, urls, this.#world.clock.now());
        if (result !== undefined) read.settle(result);
      },
      fail: (failures) => read.settle(reading.conclude(row.facts, { answered: false, failures }, this.#world.clock.now())),
    };
    this.confirming.begin(read.wish);
  }

  /** Asks portals of all origins at once, and takes the newest of what they say within a while after the first word. */
  #beginCompared(read: PendingRead, { ofValue, ofAbsence }: Grace): void {
    const { row, reading } = read;
    const { clock } = this.#world;
    let timer: unknown;
    /** Whether the while of an absence runs, which ends with the first value. */
    let isAbsent = false;
    const finish = (urls: readonly string[], failures: readonly WireError[] = []): void => {
      clock.clearTimeout(timer);
      if (row.reads.has(read)) read.settle(reading.compared(row.facts, urls, { answered: timer !== undefined || urls.length > 0, failures }, clock.now()));
    };
    let confirmed: readonly string[] = [];
    const wish: Wish = {
      row,
      since: this.rows.inquiries,
      acceptsLive: reading.acceptsLive,
      look: (urls) => {
        confirmed = urls;
        const isValue = row.latest !== undefined;
        if ((timer !== undefined && !(isAbsent && isValue)) || !this.confirming.isAnswered(wish)) return;
        clock.clearTimeout(timer);
        timer = clock.setTimeout(() => finish(confirmed), isValue ? ofValue : ofAbsence);
        isAbsent = !isValue;
      },
      heard: (urls) => finish(urls),
      fail: (failures) => finish([], failures),
    };
    read.wish = wish;
    this.confirming.begin(wish);
  }

  #answer({ facts, freshAt }: Row, reading: Reading): ResultBody | undefined {
    return reading.answer(facts, freshAt, this.#world.clock.now());
  }

  #endRead(read: PendingRead): void {
    const { row } = read;
    row.deleteRead(read);
    if (read.wish !== undefined) this.confirming.end(read.wish);
    this.#deadlines.clear(read);
    this.rows.done(row);
  }

  /** From now on {@link updates} tells of the entry: what is known at once, if anything is, then whatever changes. */
  watch(name: string): void {
    const row = this.rows.demand(name);
    if (row.isWatched) return;
    row.isWatched = true;
    this.rows.noteWatched(row);
    this.#watched++;
    this.#world.floors.pin(row);
    this.#world.onCount();
    void this.#beginWatch(row);
  }

  async #beginWatch(row: Row): Promise<void> {
    await this.rows.recalled(row).catch(() => {}); // whether it was, the row says
    if (!row.isWatched || this.rows.named(row.name) !== row) return;
    if (!row.isRecalled) return this.#unknown.set(row);
    // Whatever is asked already, will do: nothing was known before.
    if (row.is('asking') || row.is({ stale: 'unknown' })) this.rows.ensureInquiry(row, 0);
    this.#publish(row);
  }

  unwatch(name: string): void {
    const row = this.rows.named(name);
    if (row?.isWatched !== true) return;
    row.isWatched = false;
    row.untell();
    this.#watched--;
    this.#world.floors.unpin(row);
    this.rows.done(row);
    this.#world.onCount();
  }

  /** Tells watchers and readers of what is known of an entry now. */
  changed(row: Row): void {
    this.#publish(row);
    for (const read of row.reads) {
      const result = read.wish === undefined ? this.#answer(row, read.reading) : undefined;
      if (result !== undefined) read.settle(result);
    }
    this.confirming.changed(row);
    // What is asked, the live connection has told.
    if (row.reads.size === 0 && row.is({ live: 'present' })) this.rows.settleOpen(row);
    this.rows.lull();
  }

  #publish(row: Row): void {
    if (!row.isWatched) return;
    const { facts } = row;
    const result = resultOf(facts, { now: this.#world.clock.now(), maxStaleness: this.#world.policy.maxStaleness }, facts.confirmedAt > 0 ? 'portal' : 'cache');
    if (result !== undefined && row.tell(result)) this.updates.next({ name: row.name, result, at: this.stamp() });
  }

  /** Readers whom no open inquiry can satisfy any more get what there is. */
  #conclude(row: Row, outcome: Outcome): void {
    this.changed(row);
    if (row.isWatched && row.is({ stale: 'unknown' })) this.#unknown.set(row);
    const now = this.#world.clock.now();
    for (const read of row.reads) {
      if (read.wish === undefined && !row.isAskedSince(read.reading.notBefore, now)) read.settle(read.reading.conclude(row.facts, outcome, now));
    }
  }

  /** Settles what is due. */
  sweep(): void {
    for (const read of this.#deadlines.takeDue()) {
      read.settle(read.reading.timeOut(read.row.facts));
    }
    for (const row of this.#unknown.takeDue()) {
      if (!row.isWatched) continue;
      if (row.is({ stale: 'unknown' })) this.rows.ensureInquiry(row, this.#world.clock.now());
      else void this.#beginWatch(row);
    }
    this.#vouching.sweep();
    this.confirming.sweep();
    this.oversight.sweep();
    this.rows.sweep();
  }

  /** Refuses what waits, and whatever comes. */
  close(): void {
    this.rows.close();
    this.#deadlines.stop();
    this.#unknown.stop();
    this.#vouching.stop();
    this.confirming.stop();
    this.oversight.stop();
    for (const row of this.rows) for (const read of row.reads) read.settle(closed());
    this.updates.complete();
  }
}
