import { Deadlines } from '../../src/deadlines.ts';
import type { WireError } from '../../src/error.ts';
import { isSamePacked } from '../../src/registry/index.ts';
import { originOf, originsOf } from '../../src/portal-url.ts';
import type { OpenInquiry, Row } from './row.ts';
import type { Rows } from './rows.ts';
import type { TableWorld } from './world.ts';

/** Somebody who wants the newest entry confirmed by the portals of several origins. */
export interface Wish {
  readonly row: Row;
  /** The number of the last inquiry before it: what answers an earlier one may be older than the wish. Numbers, because clocks are set. */
  readonly since: number;
  /** Whether the live connection's word counts while it vouches, however long ago it came. */
  readonly acceptsLive: boolean;
  /** Told of every change: by which portals the newest entry is confirmed, or its absence claimed; a URL for each origin. */
  readonly look: (urls: readonly string[]) => void;
  /** Every portal was asked, and none gave an honest answer. */
  readonly fail: (failures: readonly WireError[]) => void;
  /** Every portal that was asked has answered or failed, one at least honestly; as {@link look}. */
  readonly heard?: (urls: readonly string[]) => void;
}

/** What one origin said last. */
interface Word {
  readonly url: string;
  /** The number of the inquiry that it answers; 0 for none. */
  readonly inquiry: number;
  /** Whether it was the newest entry, or that there is none while none is known. */
  readonly isGood: boolean;
}

/** A portal that is being asked. */
interface Question extends NonNullable<OpenInquiry['only']> {
  readonly origin: string;
  readonly askedAt: number;
  number: number;
}

/** Who wants an entry confirmed, and who has confirmed it. */
interface Tally {
  readonly row: Row;
  readonly wishes: Set<Wish>;
  /** By origin; of the entry {@link packed}. */
  readonly words: Map<string, Word>;
  packed: string | undefined;
  readonly questions: Set<Question>;
  failures: WireError[];
  rounds: number;
}

/** Confirmations: which origins served exactly the newest entry since somebody wanted to know. Of entries that nobody wants confirmed nothing is kept. */
export class Confirming {
  readonly #world: TableWorld;
  readonly #rows: Rows;
  readonly #voucherOf: (row: Row) => string | undefined;
  readonly #origins: ReadonlyMap<string, readonly string[]>;
  readonly #tallies = new Map<Row, Tally>();
  readonly #due: Deadlines<Tally>;

  /** @param voucherOf the URL of the portal whose live connection vouches for a row */
  constructor(world: TableWorld, rows: Rows, voucherOf: (row: Row) => string | undefined) {
    this.#world = world;
    this.#rows = rows;
    this.#voucherOf = voucherOf;
    this.#origins = originsOf(world.portals);
    this.#due = new Deadlines(world.clock, world.policy.confirmInterval, world.onDue);
  }

  /** How many entries are being confirmed. */
  get size(): number {
    return this.#tallies.size;
  }

  /** Looks at once, and asks whoever has not confirmed. Whoever wishes says so when it is over ({@link end}). */
  begin(wish: Wish): void {
    const { row } = wish;
    const tally = this.#tallies.get(row) ?? { row, wishes: new Set(), words: new Map(), packed: row.facts.packed, questions: new Set(), failures: [], rounds: 0 };
    this.#tallies.set(row, tally);
    tally.wishes.add(wish);
    wish.look([...this.#confirmedBy(tally, wish).values()]);
    if (tally.wishes.has(wish)) this.#ask(tally);
  }

  end(wish: Wish): void {
    const tally = this.#tallies.get(wish.row);
    if (tally?.wishes.delete(wish) !== true || tally.wishes.size > 0) return;
    this.#tallies.delete(wish.row);
    this.#due.clear(tally);
    for (const question of tally.questions) this.#rows.giveUp(tally.row, question);
  }

  /** A portal said something of the row's entry, and the row knows it. */
  note(row: Row, portal: string, inquiry: number | undefined, isGood: boolean): void {
    const tally = this.#tallies.get(row);
    if (tally === undefined) return;
    forgetOlder(tally);
    tally.words.set(originOf(portal), { url: portal, inquiry: inquiry ?? 0, isGood });
  }

  /** A portal gave no usable answer. */
  failed(row: Row, error: WireError): void {
    this.#tallies.get(row)?.failures.push(error);
  }

  /** Something may have become of the row. */
  changed(row: Row): void {
    const tally = this.#tallies.get(row);
    if (tally !== undefined) for (const wish of tally.wishes) wish.look([...this.#confirmedBy(tally, wish).values()]);
  }

  /** Asks again where it is time to. */
  sweep(): void {
    for (const tally of this.#due.takeDue()) if (tally.wishes.size > 0) this.#ask(tally);
  }

  stop(): void {
    this.#due.stop();
  }

  #confirmedBy(tally: Tally, { row, since, acceptsLive }: Wish): ReadonlyMap<string, string> {
    forgetOlder(tally);
    const by = new Map<string, string>();
    for (const [origin, { url, inquiry, isGood }] of tally.words) if (isGood && inquiry > since) by.set(origin, url);
    const voucher = acceptsLive ? this.#voucherOf(row) : undefined;
    const origin = voucher && originOf(voucher);
    // What it pushed does not count where it said something else when it was asked.
    if (voucher !== undefined && origin !== undefined && !by.has(origin) && tally.words.get(origin)?.isGood !== false) by.set(origin, voucher);
    return by;
  }

  /** Whether a portal has said anything honest, old as it may be, since the wish. */
  isAnswered(wish: Wish): boolean {
    const tally = this.#tallies.get(wish.row);
    return tally !== undefined && this.#isAnswered(tally, wish);
  }

  #isAnswered(tally: Tally, wish: Wish): boolean {
    return this.#confirmedBy(tally, wish).size > 0 || [...tally.words.values()].some(({ inquiry }) => inquiry > wish.since);
  }

  /** Asks a portal of every origin that somebody misses, unless it is being asked. */
  #ask(tally: Tally): void {
    if (tally.questions.size === 0) tally.failures = [];
    const now = this.#world.clock.now();
    const wishes = [...tally.wishes].map((wish) => ({ wish, by: this.#confirmedBy(tally, wish) }));
    for (const [origin, urls] of this.#origins) {
      // A question may get lost on a connection that died: it is put again after a while.
      const isAsked = (since: number): boolean =>
        [...tally.questions].some((question) => question.origin === origin && question.number > since && Math.abs(now - question.askedAt) < this.#world.policy.suspicion);
      const portal = urls[tally.rounds % urls.length];
      if (portal === undefined || wishes.every(({ wish, by }) => by.has(origin) || isAsked(wish.since))) continue;
      const question: Question = { origin, portal, askedAt: now, number: 0, heard: () => this.#heard(tally, question) };
      tally.questions.add(question);
      question.number = this.#rows.ask(tally.row, question);
    }
    tally.rounds++;
    this.#due.set(tally);
  }

  #heard(tally: Tally, question: Question): void {
    tally.questions.delete(question);
    if (tally.questions.size > 0) return;
    for (const wish of tally.wishes) {
      if (!this.#isAnswered(tally, wish)) wish.fail(tally.failures);
      else wish.heard?.([...this.#confirmedBy(tally, wish).values()]);
    }
  }
}

/** Words about an entry that is not the newest any more confirm nothing. */
function forgetOlder(tally: Tally): void {
  const { packed } = tally.row.facts;
  const isSame = packed === tally.packed || (packed !== undefined && tally.packed !== undefined && isSamePacked(packed, tally.packed));
  if (!isSame) tally.words.clear();
  tally.packed = packed;
}
