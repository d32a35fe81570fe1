import { toWire } from '../../src/error.ts';
import type { EntryKey } from '../../src/registry/index.ts';
import type { Clock } from '../../src/world.ts';
import type { Report } from '../report.ts';
import type { AskOutcome, PortalAddress } from './registry-client.ts';

export interface InquiryTimes {
  /** After how many milliseconds without an answer the next portal is asked as well. */
  readonly hedgeDelay: number;
  /** How long portals that say nothing may hold up the answer "nobody has it", from when the last one was asked. */
  readonly absenceGrace: number;
}

export interface InquiryWorld {
  readonly clock: Clock;
  /** @param sent called when the question leaves, which may be later: it waits for its turn */
  ask(portal: PortalAddress, key: EntryKey, signal: AbortSignal, sent: () => void): Promise<AskOutcome>;
  report(report: Report): void;
}

/**
 * One question put to portals in turn until somebody's answer is good enough: the next one is asked when the last one fails, says that
 * there is nothing, is judged (`goOn`), or takes too long. All that is said is reported; whether it is good is not decided here.
 */
export class Inquiry {
  readonly #number: number;
  readonly #key: EntryKey;
  readonly #portals: readonly PortalAddress[];
  readonly #times: InquiryTimes;
  readonly #world: InquiryWorld;
  readonly #abort = new AbortController();
  #asked = 0;
  #open = 0;
  #isMissingSomewhere = false;
  #timer: unknown;

  constructor(number: number, key: EntryKey, portals: readonly PortalAddress[], times: InquiryTimes, world: InquiryWorld) {
    this.#number = number;
    this.#key = key;
    this.#portals = portals;
    this.#times = times;
    this.#world = world;
    this.#askNext();
  }

  /** An answer was judged and is not good enough. */
  goOn(): void {
    this.#askNext();
  }

  /** An answer was good enough, or nobody wants one any more. Nothing is reported after this. */
  end(): void {
    this.#world.clock.clearTimeout(this.#timer);
    this.#abort.abort();
  }

  get #isOver(): boolean {
    return this.#abort.signal.aborted;
  }

  #askNext(): void {
    if (this.#isOver) return;
    const portal = this.#portals[this.#asked];
    if (portal === undefined) return this.#waitForTheRest();
    this.#asked++;
    this.#open++;
    void this.#ask(portal);
  }

  #hedge(): void {
    if (!this.#isOver) this.#wait(this.#times.hedgeDelay, () => this.#askNext());
  }

  async #ask(portal: PortalAddress): Promise<void> {
    const isGood = await this.#world.ask(portal, this.#key, this.#abort.signal, () => this.#hedge()).then(
      (outcome) => this.#reportOutcome(portal, outcome),
      (error: unknown) => this.#reportFailure(portal, error),
    );
    this.#open--;
    if (!isGood) this.#askNext();
    else if (this.#open === 0 && this.#asked === this.#portals.length) this.#conclude();
  }

  #reportOutcome(portal: PortalAddress, outcome: AskOutcome): boolean {
    if (this.#isOver) return false;
    const word = { portal: portal.url, origin: { inquiry: this.#number }, key: this.#key, at: this.#world.clock.now() };
    this.#world.report(outcome.kind === 'claim' ? { ...word, kind: 'claim', claim: outcome.claim } : { ...word, kind: 'missing' });
    this.#isMissingSomewhere ||= outcome.kind === 'missing';
    return outcome.kind === 'claim';
  }

  #reportFailure(portal: PortalAddress, error: unknown): false {
    if (!this.#isOver) this.#world.report({ kind: 'failed', portal: portal.url, inquiry: this.#number, key: this.#key, error: toWire(error) });
    return false;
  }

  #waitForTheRest(): void {
    if (this.#open === 0) return this.#conclude();
    this.#wait(this.#times.absenceGrace, () => {
      if (this.#isMissingSomewhere) this.#conclude();
    });
  }

  #conclude(): void {
    this.#world.report({ kind: 'concluded', inquiry: this.#number, key: this.#key, at: this.#world.clock.now() });
    this.end();
  }

  /** One timer at a time: a later wait replaces an earlier one. */
  #wait(milliseconds: number, then: () => void): void {
    this.#world.clock.clearTimeout(this.#timer);
    this.#timer = this.#world.clock.setTimeout(then, milliseconds);
  }
}
