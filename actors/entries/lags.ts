import { Deadlines } from '../../src/deadlines.ts';
import { MAX_RAW_BYTES } from '../../src/incident.ts';
import { originOf } from '../../src/portal-url.ts';
import { compareWithPacked, packEntry, unpackEntry, type CheckedEntry } from '../../src/registry/index.ts';
import { answerBody } from '../../src/registry/wire/index.ts';
import { trim } from '../../src/trim.ts';
import type { Incidents } from './incidents.ts';
import type { Overseen } from './oversight.ts';
import { Paced } from './paced.ts';
import type { OpenInquiry, Row } from './row.ts';

/** The most entries that one portal is followed with: more are not taken, so that what is new cannot drive out what is old enough to be judged. */
const MOST = 500;

/** The most of them that it never had, for which it is not blamed. */
const MOST_BLANK = 250;

/** The most that portals accepted from us that are remembered. */
const MOST_ACCEPTED = 1_000;

/** The least between two questions, in milliseconds. */
const PACE = 200;

/** How many questions a portal may leave without an answer before what it says unasked is taken for one. */
const UNANSWERED = 3;

/** What is done about a lag: from stage to stage, and from the last back to `late`, until the portal serves what it lacks. */
type Stage =
  /** It was not yet sent what it lacks, or had no time to say something to it: it may honestly know no better. */
  | { readonly kind: 'unaware' }
  /** It was, and took or refused it, or said nothing to it: its grace runs. */
  | { readonly kind: 'late' }
  /** Its grace is over, and its question waits for its turn. */
  | { readonly kind: 'due' }
  /** It is being asked whether it still lags. */
  | { readonly kind: 'asked'; readonly question: NonNullable<OpenInquiry['only']> };

/** A portal that serves less of one entry than is known, or none. */
interface Lag {
  readonly row: Row;
  readonly portal: string;
  /** What it has lacked since the beginning, packed. */
  readonly expected: string;
  stage: Stage;
  /** It has served the entry before, or something older, or accepted it: it does not just lack it. */
  hadIt: boolean;
  /** Another origin has served the newest meanwhile. */
  isContradicted: boolean;
  /** Somebody was told of it. */
  isTold: boolean;
  /** How many questions in a row it left without an answer. */
  unanswered: number;
  /** What it had accepted from us when it was asked, packed. */
  accepted: string | undefined;
}

export interface LagsWorld extends Overseen {
  readonly incidents: Incidents;
}

/**
 * Which portals lag with which entries, and since when: one that still does `lagGrace` after it was sent what it lacks is asked again, and if it then
 * serves less than others do, or than it said it had stored, it is told of. Before it was sent that, it may honestly know no better. What may be
 * under way longer than that is no evidence: an answer to a question is.
 */
export class Lags {
  readonly #of: LagsWorld;
  readonly #lags = new Map<string, Lag>();
  /** How many entries each portal lags with. */
  readonly #counts = new Map<string, number>();
  /** What portals accepted from us, packed: the newest of each entry. */
  readonly #accepted = new Map<string, string>();
  readonly #graces: Deadlines<Lag>;
  readonly #questions: Paced<Lag>;
  #isStopped = false;

  constructor(of: LagsWorld) {
    this.#of = of;
    const { clock, policy, onDue } = of.world;
    this.#graces = new Deadlines(clock, policy.lagGrace, onDue);
    this.#questions = new Paced(clock, PACE, (lag) => this.#ask(lag));
  }

  get size(): number {
    return this.#lags.size;
  }

  /** A portal accepted an entry from us. */
  accepted(row: Row, portal: string, entry: CheckedEntry): void {
    this.repaired(row, portal, entry);
    const key = keyOf(row, portal);
    const before = this.#accepted.get(key);
    if (before !== undefined && compareWithPacked(entry, row.name, before) <= 0) return;
    this.#accepted.delete(key);
    this.#accepted.set(key, packEntry(entry));
    trim(this.#accepted, MOST_ACCEPTED);
  }

  /** A portal was sent an entry, and has had time to say something to it. Its grace begins. */
  repaired(row: Row, portal: string, entry: CheckedEntry): void {
    const lag = this.#lags.get(keyOf(row, portal));
    if (lag?.stage.kind !== 'unaware' || compareWithPacked(entry, row.name, lag.expected) < 0) return;
    lag.stage = { kind: 'late' };
    this.#graces.set(lag);
    const { rows, connectedTo } = this.#of;
    // Whoever should vouch may have been wrong for a moment only, and is asked for its word once more: now it knows better.
    if (portal === connectedTo() && rows.named(row.name) === row && !row.is('live')) rows.wantAgain(row);
  }

  /** A portal served the newest entry. */
  served(row: Row, portal: string): void {
    if (this.#lags.size === 0) return;
    const own = this.#lags.get(keyOf(row, portal));
    if (own !== undefined) this.#end(own);
    for (const other of this.#of.world.portals) {
      const lag = this.#lags.get(keyOf(row, other));
      if (lag !== undefined && originOf(other) !== originOf(portal)) lag.isContradicted = true;
    }
  }

  /**
   * A portal served less than is known, or none.
   * @param inquiry that it answered so
   */
  behind(row: Row, portal: string, served: CheckedEntry | undefined, inquiry: OpenInquiry | undefined): void {
    const lag = this.suspect(row, portal, served);
    if (lag === undefined) return;
    // What is said of its own accord after as many graces is no longer under way: whoever says that, and is deaf to questions, gives its answer so.
    const isAnswer = lag.stage.kind === 'asked' && inquiry?.only === lag.stage.question;
    const isEvasive = inquiry === undefined && lag.unanswered >= UNANSWERED;
    if (isEvasive) lag.unanswered--; // the next time is after another question
    if (isAnswer || isEvasive) this.#judge(lag, served);
  }

  /**
   * A portal has said nothing newer than this, as far as is known.
   * @returns undefined where that is not followed
   */
  suspect(row: Row, portal: string, served: CheckedEntry | undefined): Lag | undefined {
    const { packed, confirmedBy } = row.facts;
    if (packed === undefined || this.#isStopped) return undefined;
    const key = keyOf(row, portal);
    const hadIt = served !== undefined || confirmedBy.includes(portal) || this.#accepted.has(key);
    let lag = this.#lags.get(key);
    if (lag === undefined && (this.#counts.get(portal) ?? 0) >= (hadIt ? MOST : MOST_BLANK)) return undefined;
    // It has got what it lacked: it follows, however far behind.
    const isFollowing = lag !== undefined && served !== undefined && compareWithPacked(served, row.name, lag.expected) >= 0;
    if (lag === undefined || isFollowing) {
      if (lag !== undefined) this.#forget(lag);
      lag = this.#begin({ row, portal, expected: packed, stage: { kind: 'unaware' }, hadIt: false, isContradicted: false, isTold: false, unanswered: 0, accepted: undefined });
    }
    lag.hadIt ||= hadIt;
    return lag;
  }

  /** Asks those whose grace is over. */
  sweep(): void {
    for (const lag of this.#graces.takeDue()) {
      // Of an entry that nobody uses any more, nothing is found out.
      if (this.#of.rows.named(lag.row.name) !== lag.row) this.#end(lag);
      else if (lag.stage.kind === 'unaware') this.#graces.set(lag);
      else {
        lag.stage = { kind: 'due' };
        this.#questions.add(lag);
      }
    }
  }

  /** The portal actor was replaced, and knows nothing of it. */
  renew(): void {
    for (const portal of this.#counts.keys()) this.#of.world.portal.tell({ kind: 'lagging', portal });
  }

  stop(): void {
    this.#isStopped = true;
    this.#graces.stop();
    this.#questions.stop();
  }

  #begin(lag: Lag): Lag {
    this.#lags.set(keyOf(lag.row, lag.portal), lag);
    const count = this.#counts.get(lag.portal) ?? 0;
    this.#counts.set(lag.portal, count + 1);
    if (count === 0) this.#of.world.portal.tell({ kind: 'lagging', portal: lag.portal });
    this.#graces.set(lag);
    return lag;
  }

  #end(lag: Lag): void {
    this.#forget(lag);
    if (this.#counts.get(lag.portal) !== 0) return;
    this.#counts.delete(lag.portal);
    this.#of.world.portal.tell({ kind: 'caught up', portal: lag.portal });
  }

  #forget(lag: Lag): void {
    this.#lags.delete(keyOf(lag.row, lag.portal));
    this.#counts.set(lag.portal, (this.#counts.get(lag.portal) ?? 1) - 1);
    this.#graces.clear(lag);
    this.#questions.clear(lag);
  }

  #isOpen(lag: Lag): boolean {
    return this.#lags.get(keyOf(lag.row, lag.portal)) === lag;
  }

  #ask(lag: Lag): void {
    const { rows } = this.#of;
    if (rows.named(lag.row.name) !== lag.row) return this.#end(lag);
    lag.accepted = this.#accepted.get(keyOf(lag.row, lag.portal));
    const question: NonNullable<OpenInquiry['only']> = {
      portal: lag.portal,
      heard: ({ served, failures }) => {
        lag.stage = { kind: 'late' };
        if (served !== undefined) lag.unanswered = 0;
        else if (failures.length > 0) lag.unanswered++;
        if (this.#isOpen(lag)) this.#graces.set(lag);
      },
    };
    lag.stage = { kind: 'asked', question };
    rows.ask(lag.row, question);
  }

  #judge(lag: Lag, served: CheckedEntry | undefined): void {
    const { world, incidents, voucherOf } = this.#of;
    const { row, portal, accepted } = lag;
    const voucher = voucherOf(row);
    lag.isContradicted ||= voucher !== undefined && originOf(voucher) !== originOf(portal);
    const isDropped = accepted !== undefined && (served === undefined || compareWithPacked(served, row.name, accepted) < 0);
    // One that never had it may honestly have nothing: nobody told it.
    const isBelow = lag.isContradicted && lag.hadIt;
    if (isBelow) world.portal.tell({ kind: 'blame', portal, offence: 'below-floor' });
    if (lag.isTold || !(isBelow || isDropped)) return;
    lag.isTold = incidents.observe({
      kind: isDropped ? 'acknowledged-but-dropped' : 'below-floor',
      portal,
      at: world.clock.now(),
      key: row.key,
      raw: served === undefined ? new Uint8Array() : new TextEncoder().encode(answerBody(served)).slice(0, MAX_RAW_BYTES),
      expected: unpackEntry(row.name, isDropped ? accepted : lag.expected),
    });
  }
}

const keyOf = ({ name }: Row, portal: string): string => `${portal} ${name}`;
