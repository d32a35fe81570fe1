import { compareChecked, type CheckedEntry } from '../../src/registry/index.ts';
import type { Finding } from '../report.ts';
import type { Row } from './row.ts';
import type { Rows } from './rows.ts';
import type { Floor, TableWorld } from './world.ts';

type Of<K extends Finding['kind']> = Extract<Finding, { kind: K }>;

export interface AbsorberEvents {
  /** Something was found out about the row's entry. */
  onChange(row: Row): void;
  /** Portals have been asked, and none gave a good enough answer. */
  onConcluded(row: Row, outcome: { readonly answered: boolean; readonly failures: Of<'failed'>['error'][] }): void;
  /** The portal was seen to lack the newest entry. */
  onLagging(row: Row, portal: string): void;
}

/** Takes in what the verifier found: commits floors, one commit for all that came meanwhile, and then tells the entries, in order. */
export class Absorber {
  readonly #world: TableWorld;
  readonly #rows: Rows;
  readonly #events: AbsorberEvents;
  #waiting: Finding[] = [];
  #absorbing: Promise<void> | undefined;
  /** The connection that vouches now: the highest number there was, and its portal if it has not ended. */
  #connection: { readonly number: number; readonly portal: string | undefined } = { number: 0, portal: undefined };

  constructor(world: TableWorld, rows: Rows, events: AbsorberEvents) {
    this.#world = world;
    this.#rows = rows;
    this.#events = events;
  }

  get connectedTo(): string | undefined {
    return this.#connection.portal;
  }

  /** Resolves when these findings are applied: whoever sends more than can be committed has to wait. */
  absorb(findings: readonly Finding[]): Promise<void> {
    this.#waiting.push(...findings);
    this.#absorbing ??= this.#absorbAll().finally(() => (this.#absorbing = undefined));
    return this.#absorbing;
  }

  /** The connection is gone without a word, as when the portal actor died. */
  disconnect(): void {
    this.#disconnected({ connection: this.#connection.number });
  }

  /** Resolves when nothing is being committed. */
  async drained(): Promise<void> {
    await this.#absorbing;
  }

  async #absorbAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      const entries = this.#entriesIn(batch);
      const raised = await this.#raiseFloors(entries);
      for (const finding of batch) this.#apply(finding, entries.get(finding), raised.get(finding));
    }
  }

  /** What was served of entries that somebody here uses, in the order of findings. */
  #entriesIn(batch: readonly Finding[]): ReadonlyMap<Finding, Served> {
    const entries = new Map<Finding, Served>();
    for (const finding of batch) {
      if (finding.kind !== 'served') continue;
      const row = this.#rows.named(finding.name);
      if (row !== undefined) entries.set(finding, { row, entry: { ...row.key, ...finding.claim } });
    }
    return entries;
  }

  async #raiseFloors(served: ReadonlyMap<Finding, Served>): Promise<ReadonlyMap<Finding, Raised>> {
    const news = [...served].filter(([, { row, entry }]) => isNews(entry, row));
    if (news.length === 0) return new Map();
    const names = news.map(([, { row }]) => row.name);
    const floors = await this.#world.floors.raise(news.map(([, { entry }]) => entry), names).catch(() => []);
    const highest = new Map<Row, CheckedEntry>();
    for (const [, { row, entry }] of news) if (isHigher(entry, highest.get(row))) highest.set(row, entry);
    return new Map(news.flatMap(([finding, { row }], i) => (floors[i] === undefined ? [] : [[finding, raisedTo(floors[i], highest.get(row))]])));
  }

  #apply(finding: Finding, served: Served | undefined, raised: Raised | undefined): void {
    if (finding.kind === 'connected') return this.#connected(finding);
    if (finding.kind === 'disconnected') return this.#disconnected(finding);
    if (finding.kind === 'offended') return;
    const row = this.#rows.named(finding.name);
    if (row === undefined) return;
    if (finding.kind !== 'served') this.#tell(row, finding);
    // A row that was let go of while floors were committed, and came back, asks anew.
    else if (served?.row === row) this.#served(row, served.entry, finding, raised);
    this.#events.onChange(row);
  }

  #tell(row: Row, finding: Exclude<Finding, Of<'connected' | 'disconnected' | 'offended' | 'served'>>): void {
    switch (finding.kind) {
      case 'missing':
        return this.#missing(row, finding);
      case 'forged':
        if (finding.origin.inquiry !== undefined) this.#world.portal.goOn(finding.origin.inquiry);
        return;
      case 'failed':
        row.inquiries.get(finding.inquiry)?.failures.push(finding.error);
        return;
      case 'concluded':
        return this.#concluded(row, finding);
    }
  }

  #served(row: Row, entry: CheckedEntry, { portal, origin, at }: Of<'served'>, raised: Raised | undefined): void {
    // What could not even be tried against the floor is not shown.
    if (raised === undefined && isNews(entry, row)) {
      if (origin.inquiry !== undefined) this.#world.portal.goOn(origin.inquiry);
      return;
    }
    if (raised?.foreign !== undefined) row.adopt(raised.foreign, raised.durability);
    const isBehind = row.compare(entry) < 0;
    const inquiry = origin.inquiry === undefined ? undefined : row.inquiries.get(origin.inquiry);
    if (isBehind) this.#events.onLagging(row, portal);
    else row.freshAt = Math.max(row.freshAt, inquiry?.startedAt ?? row.pushedAt(at));
    row.send({ type: this.#isLive(origin) ? 'PUSHED' : 'ANSWERED', entry, floor: raised?.durability ?? row.floor, portal, at });
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
    if (row.latest !== undefined) this.#events.onLagging(row, portal);
    if (this.#isLive(origin)) row.send({ type: 'MISSING', portal, at });
    const inquiry = origin.inquiry === undefined ? undefined : row.inquiries.get(origin.inquiry);
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
      row.freshAt = Math.max(row.freshAt, startedAt);
      row.send({ type: 'ABSENT', portals: [...missing], subscribed: this.#connection.portal !== undefined, at });
    } else {
      row.send({ type: 'FAILED' });
    }
    this.#events.onConcluded(row, { answered: isAnswered, failures });
  }

  #isLive(origin: Of<'served'>['origin']): boolean {
    return 'connection' in origin && origin.connection === this.#connection.number && this.#connection.portal !== undefined;
  }

  #connected({ connection, portal }: Of<'connected'>): void {
    if (connection <= this.#connection.number) return;
    if (this.#connection.portal !== undefined) this.disconnect(); // its end was not heard of
    this.#connection = { number: connection, portal };
    this.#world.onCount();
    // A portal of generation A does not say that an entry is missing; only a question finds out.
    for (const row of this.#rows) if (row.is({ stale: 'unknown' })) this.#rows.ensureInquiry(row, this.#world.clock.now());
  }

  #disconnected({ connection }: Pick<Of<'disconnected'>, 'connection'>): void {
    if (connection < this.#connection.number) return;
    this.#connection = { number: connection, portal: undefined };
    this.#world.onCount();
    for (const row of this.#rows) {
      row.disconnect();
      this.#events.onChange(row);
    }
  }
}

/** What a portal served of an entry that somebody here uses. */
interface Served {
  readonly row: Row;
  readonly entry: CheckedEntry;
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

const isHigher = (entry: CheckedEntry, other: CheckedEntry | undefined): boolean => other === undefined || compareChecked(entry, other) > 0;
const isNews = (entry: CheckedEntry, row: Row): boolean => row.compare(entry) > 0;
