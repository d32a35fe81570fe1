import { Subject } from 'rxjs';
import type { RegistryError } from '../../src/error.ts';
import type { Finding } from '../report.ts';
import { Absorber } from './absorber.ts';
import { Deadlines } from '../../src/deadlines.ts';
import { Reading, type Outcome, type ReadRequest } from './reading.ts';
import { Repairs } from './repairs.ts';
import type { ResultBody } from './result.ts';
import { resultOf } from './result-of.ts';
import { closed, Rows } from './rows.ts';
import type { PendingRead, Row } from './row.ts';
import type { TableWorld } from './world.ts';

/** What a watcher is told of one entry. */
export interface Update {
  /** {@link nameOf} its key. */
  readonly name: string;
  readonly result: ResultBody;
  /** {@link EntryTable.stamp}: of two that are told of one entry, the higher one is the later. */
  readonly at: number;
}

/** The table of entries: answers readers, tells watchers, and takes in what is found. */
export class EntryTable {
  /** What watchers are told. */
  readonly updates = new Subject<Update>();
  readonly rows: Rows;

  readonly #world: TableWorld;
  readonly #absorber: Absorber;
  readonly #repairs: Repairs;
  readonly #deadlines: Deadlines<PendingRead>;
  /** Watched entries of which nothing could be found out: a portal of generation A does not say that one is missing. */
  readonly #unknown: Deadlines<Row>;
  #watched = 0;
  /** Its predecessors' stamps are all lower. */
  #stamped: number;

  constructor(world: TableWorld) {
    this.#world = world;
    this.#stamped = world.predecessors * 2 ** 32;
    this.rows = new Rows(world);
    this.#repairs = new Repairs(world);
    this.#deadlines = new Deadlines(world.clock, world.policy.readDeadline, world.onDue);
    this.#unknown = new Deadlines(world.clock, world.policy.retryInterval, world.onDue);
    this.#absorber = new Absorber(world, this.rows, {
      onChange: (row) => this.changed(row),
      onConcluded: (row, outcome) => this.#conclude(row, outcome),
      onLagging: (row, portal) => this.#repairs.add(row, portal),
    });
  }

  get counts(): { entries: number; watched: number; connectedTo: string | undefined } {
    return { entries: this.rows.size, watched: this.#watched, connectedTo: this.#absorber.connectedTo };
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
    this.#absorber.disconnect();
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
    const known = row.isRecalled ? reading.answer(row.facts, row.freshAt) : undefined;
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
    void row.recalled.then(() => this.#beginRead(read));
    return read;
  }

  #beginRead(read: PendingRead): void {
    const { row, reading } = read;
    if (!row.reads.has(read)) return;
    const known = reading.answer(row.facts, row.freshAt);
    if (known !== undefined) return read.settle(known);
    reading.noteAsked();
    this.rows.ensureInquiry(row, reading.notBefore);
  }

  #endRead(read: PendingRead): void {
    const { row } = read;
    row.deleteRead(read);
    this.#deadlines.clear(read);
    this.rows.done(row);
  }

  /** From now on {@link updates} tells of the entry: what is known at once, if anything is, then whatever changes. */
  watch(name: string): void {
    const row = this.rows.demand(name);
    if (row.isWatched) return;
    row.isWatched = true;
    this.#watched++;
    this.#world.floors.pin(row);
    this.#world.onCount();
    void this.#beginWatch(row);
  }

  async #beginWatch(row: Row): Promise<void> {
    await row.recalled;
    if (!row.isWatched || this.rows.named(row.name) !== row) return;
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
      const result = read.reading.answer(row.facts, row.freshAt);
      if (result !== undefined) read.settle(result);
    }
    // What is asked, the live connection has told.
    if (row.reads.size === 0 && row.is({ live: 'present' })) this.rows.settleOpen(row);
    this.rows.lull();
  }

  #publish(row: Row): void {
    if (!row.isWatched) return;
    const freshSince = this.#world.clock.now() - this.#world.policy.maxStaleness;
    const { facts } = row;
    const result = resultOf(facts, freshSince, facts.confirmedAt > 0 ? 'portal' : 'cache');
    if (result !== undefined && row.tell(result)) this.updates.next({ name: row.name, result, at: this.stamp() });
  }

  /** Readers whom no open inquiry can satisfy any more get what there is. */
  #conclude(row: Row, outcome: Outcome): void {
    this.changed(row);
    if (row.isWatched && row.is({ stale: 'unknown' })) this.#unknown.set(row);
    for (const read of row.reads) {
      if (!row.isAskedSince(read.reading.notBefore)) read.settle(read.reading.conclude(row.facts, outcome));
    }
  }

  /** Settles what is due. */
  sweep(): void {
    for (const read of this.#deadlines.takeDue()) read.settle(read.reading.timeOut(read.row.facts));
    for (const row of this.#unknown.takeDue()) if (row.isWatched && row.is({ stale: 'unknown' })) this.rows.ensureInquiry(row, this.#world.clock.now());
    this.rows.sweep();
  }

  /** Refuses what waits, and whatever comes. */
  close(): void {
    this.rows.close();
    this.#deadlines.stop();
    this.#unknown.stop();
    this.#repairs.stop();
    for (const row of this.rows) for (const read of row.reads) read.settle(closed());
    this.updates.complete();
  }
}
