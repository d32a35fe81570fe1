import { compareChecked, type CheckedEntry } from '../../src/registry/index.ts';
import { originOf } from '../../src/portal-url.ts';
import type { Finding } from '../report.ts';
import type { OpenInquiry, Row } from './row.ts';
import type { Rows } from './rows.ts';
import type { Vouching } from './vouching.ts';
import type { Floor, TableWorld } from './world.ts';

type Of<K extends Finding['kind']> = Extract<Finding, { kind: K }>;

export interface AbsorberEvents {
  /** Something was found out about the row's entry. */
  onChange(row: Row): void;
  /** Portals have been asked, and none gave a good enough answer. */
  onConcluded(row: Row, outcome: { readonly answered: boolean; readonly failures: Of<'failed'>['error'][] }): void;
  /** A portal's word was taken in, or what a verifier says of it. */
  onWord(row: Row, word: Word): void;
  /** Another origin served something newer than what the live connection of a portal vouched for: of that, the portal has said nothing. */
  onWithheld(row: Row, portal: string, vouched: CheckedEntry | undefined): void;
  /** A portal gave no usable answer. */
  onFailed(row: Row, finding: Of<'failed'>): void;
  /** Somebody did what nobody honest does. */
  onOffence(finding: Of<'forged' | 'offended'>): void;
  /** Of two entries of one revision one replaces the other. */
  onRival(entry: CheckedEntry, other: CheckedEntry): void;
  /** Another process has seen something newer. */
  onForeign(row: Row, floor: Floor): void;
}

/** What a portal said of a row's entry. */
export interface Word {
  readonly portal: string;
  /** Whether that was an entry, or that there is none. */
  readonly isServed: boolean;
  /** Whether it is less than is known. */
  readonly isBehind: boolean;
  /** The entry, where it is less than is known. */
  readonly less: CheckedEntry | undefined;
  /** The number of the inquiry that it answers, and the inquiry where it is still open. */
  readonly number: number | undefined;
  readonly inquiry: OpenInquiry | undefined;
}

/** Takes in what the verifier found: commits floors, one commit for all that came meanwhile, and then tells the entries, in order. */
export class Absorber {
  readonly #world: TableWorld;
  readonly #rows: Rows;
  readonly #vouching: Vouching;
  readonly #events: AbsorberEvents;
  #waiting: Finding[] = [];
  #absorbing: Promise<void> | undefined;

  constructor(world: TableWorld, rows: Rows, vouching: Vouching, events: AbsorberEvents) {
    this.#world = world;
    this.#rows = rows;
    this.#vouching = vouching;
    this.#events = events;
  }

  /** Resolves when these findings are applied: whoever sends more than can be committed has to wait. */
  absorb(findings: readonly Finding[]): Promise<void> {
    this.#waiting.push(...findings);
    this.#absorbing ??= this.#absorbAll();
    return this.#absorbing;
  }

  /** Resolves when nothing is being committed. */
  async drained(): Promise<void> {
    await this.#absorbing;
  }

  async #absorbAll(): Promise<void> {
    try {
      do {
        const batch = this.#waiting;
        this.#waiting = [];
        const entries = this.#entriesIn(batch);
        const raised = await this.#raiseFloors(entries);
        for (const finding of batch) this.#apply(finding, entries.get(finding), raised.get(finding));
      } while (this.#waiting.length > 0);
    } finally {
      this.#absorbing = undefined; // in the turn of the last look at what waits: what comes later would wait for the next
    }
  }

  /** What was served of entries that somebody here uses, in the order of findings. */
  #entriesIn(batch: readonly Finding[]): ReadonlyMap<Finding, Served> {
    const entries = new Map<Finding, Served>();
    for (const finding of batch) {
      if (finding.kind !== 'served') continue;
      const row = this.#rows.named(finding.name);
      if (row !== undefined) entries.set(finding, { row, entry: isRepeated(row, finding) ? undefined : { ...row.key, ...finding.claim } });
    }
    return entries;
  }

  async #raiseFloors(served: ReadonlyMap<Finding, Served>): Promise<ReadonlyMap<Finding, Raised>> {
    const news = [...served].flatMap(([finding, { row, entry }]) => (entry !== undefined && isNews(entry, row) ? [{ finding, row, entry }] : []));
    if (news.length === 0) return new Map();
    const names = news.map(({ row }) => row.name);
    const floors = await this.#world.floors.raise(news.map(({ entry }) => entry), names).catch(() => []);
    const highest = new Map<Row, CheckedEntry>();
    for (const { row, entry } of news) if (isHigher(entry, highest.get(row))) highest.set(row, entry);
    return new Map(news.flatMap(({ finding, row }, i) => (floors[i] === undefined ? [] : [[finding, raisedTo(floors[i], highest.get(row))]])));
  }

  #apply(finding: Finding, served: Served | undefined, raised: Raised | undefined): void {
    if (finding.kind === 'connected') return this.#connected(finding);
    if (finding.kind === 'disconnected') return this.#vouching.disconnected(finding.connection);
    if (finding.kind === 'offended' || finding.kind === 'forged') this.#events.onOffence(finding);
    if (finding.kind === 'offended') return;
    const row = this.#rows.named(finding.name);
    if (row === undefined) return;
    if (finding.kind !== 'served') this.#tell(row, finding);
    // A row that was let go of while floors were committed, and came back, asks anew.
    else if (served?.row === row) {
      if (served.entry === undefined && isRepeated(row, finding)) this.#repeated(row, finding);
      else this.#served(row, served.entry ?? { ...row.key, ...finding.claim }, finding, raised);
    }
    this.#events.onChange(row);
  }

  #tell(row: Row, finding: Of<'missing' | 'forged' | 'failed' | 'concluded'>): void {
    switch (finding.kind) {
      case 'missing':
        return this.#missing(row, finding);
      case 'forged':
        if (finding.origin.inquiry !== undefined) this.#world.portal.goOn(finding.origin.inquiry);
        return;
      case 'failed':
        row.inquiries.get(finding.inquiry)?.failures.push(finding.error);
        return this.#events.onFailed(row, finding);
      case 'concluded':
        return this.#concluded(row, finding);
    }
  }

  /** Nothing is made of it that its entry's actor would have to be woken for. */
  #repeated(row: Row, { portal, origin, at }: Of<'served'>): void {
    row.confirm(row.pushedAt(at), this.#world.clock.now());
    row.repeat(this.#vouching.vouch(row, origin, 0) ? 'PUSHED' : 'ANSWERED', { floor: row.floor, portal, at });
    this.#heard(row, { portal, isServed: true, isBehind: false, less: undefined, number: undefined, inquiry: undefined }, origin);
  }

  #heard(row: Row, word: Word, origin: Of<'served'>['origin']): void {
    this.#events.onWord(row, word);
    // What a check finds, the live connection ought to have said: it may have lost its word, and is asked for it anew.
    if ('isCheck' in origin && !word.isBehind && this.#vouching.connection > 0 && !row.is('live')) this.#rows.wantAgain(row);
  }

  #served(row: Row, entry: CheckedEntry, { portal, origin, at }: Of<'served'>, raised: Raised | undefined): void {
    // What could not even be tried against the floor is not shown.
    if (raised === undefined && isNews(entry, row)) {
      if (origin.inquiry !== undefined) this.#world.portal.goOn(origin.inquiry);
      return;
    }
    if (raised?.foreign !== undefined) this.#events.onForeign(row, { entry: raised.foreign, durability: raised.durability });
    const order = row.compare(entry);
    const isBehind = order < 0;
    const { latest } = row;
    const voucher = order > 0 ? this.#vouching.voucherOf(row) : undefined;
    if (order !== 0 && latest?.revision === entry.revision) this.#events.onRival(entry, latest);
    const inquiry = origin.inquiry === undefined ? undefined : row.inquiries.get(origin.inquiry);
    if (!isBehind) row.confirm(inquiry?.startedAt ?? row.pushedAt(at), this.#world.clock.now());
    row.send({ type: this.#vouching.vouch(row, origin, order) ? 'PUSHED' : 'ANSWERED', entry, floor: raised?.durability ?? row.floor, portal, at });
    if (voucher !== undefined && originOf(voucher) !== originOf(portal)) this.#events.onWithheld(row, voucher, latest);
    this.#heard(row, { portal, isServed: true, isBehind, less: isBehind ? entry : undefined, number: origin.inquiry, inquiry }, origin);
    if (origin.inquiry === undefined || inquiry === undefined) return;
    inquiry.isAnswered = true;
    if (isBehind) {
      inquiry.served = entry;
      return this.#world.portal.goOn(origin.inquiry);
    }
    row.deleteInquiry(origin.inquiry);
    this.#world.portal.settle(origin.inquiry);
    inquiry.only?.heard({ served: entry, failures: [] });
  }

  #missing(row: Row, { portal, origin, at }: Of<'missing'>): void {
    const isBehind = row.latest !== undefined;
    if (this.#vouching.vouch(row, origin, isBehind ? -1 : 0)) row.send({ type: 'MISSING', portal, at });
    const inquiry = origin.inquiry === undefined ? undefined : row.inquiries.get(origin.inquiry);
    this.#events.onWord(row, { portal, isServed: false, isBehind, less: undefined, number: origin.inquiry, inquiry });
    if (inquiry === undefined) return;
    inquiry.isAnswered = true;
    inquiry.missing.add(portal);
  }

  #concluded(row: Row, { inquiry: number, at }: Of<'concluded'>): void {
    const inquiry = row.inquiries.get(number);
    if (inquiry === undefined) return;
    row.deleteInquiry(number);
    const { only, served, missing, startedAt, isAnswered, failures } = inquiry;
    if (only !== undefined) return only.heard({ served: served ?? (missing.size > 0 ? 'missing' : undefined), failures });
    if (missing.size > 0 && row.latest === undefined) {
      row.confirm(startedAt, this.#world.clock.now());
      row.voucher = this.#vouching.connection;
      row.send({ type: 'ABSENT', portals: [...missing], subscribed: row.voucher > 0, at });
    } else {
      row.send({ type: 'FAILED' });
    }
    this.#events.onConcluded(row, { answered: isAnswered, failures });
  }

  #connected({ connection, portal }: Of<'connected'>): void {
    if (!this.#vouching.connected(connection, portal)) return;
    // A portal of generation A does not say that an entry is missing; only a question finds out.
    for (const row of this.#rows) if (row.is({ stale: 'unknown' })) this.#rows.ensureInquiry(row, this.#world.clock.now());
  }
}

/** What a portal served of an entry that somebody here uses. */
interface Served {
  readonly row: Row;
  /** Undefined where it was what is known, so that nothing need be made of it. */
  readonly entry: CheckedEntry | undefined;
}

/** What the floor of a served entry is after it was raised. */
interface Raised {
  readonly durability: Floor['durability'];
  /** What another process on this storage has seen, where it is newer than all that was served. */
  readonly foreign: CheckedEntry | undefined;
}

function raisedTo({ entry, durability }: Floor, highest: CheckedEntry | undefined): Raised {
  return { durability, foreign: isHigher(entry, highest) ? entry : undefined };
}

/** Whether a portal served what is known of an entry that nothing is happening to, and that nobody asked for: what most of them do when they are connected to. */
const isRepeated = (row: Row, { origin, claim }: Of<'served'>): boolean => origin.inquiry === undefined && row.restsAs(claim);

const isHigher = (entry: CheckedEntry, other: CheckedEntry | undefined): boolean => other === undefined || compareChecked(entry, other) > 0;
const isNews = (entry: CheckedEntry, row: Row): boolean => row.compare(entry) > 0;
