import { toWire } from '../../src/error.ts';
import type { Clock } from '../../src/world.ts';
import type { Deadlines } from '../../src/deadlines.ts';
import type { Report } from '../report.ts';
import type { AskOutcome, PortalAddress } from './registry-client.ts';

export interface InquiryWorld {
  readonly clock: Clock;
  /** After how long without an answer, of this portal's or of the live connection, the next portal is asked as well: {@link Inquiry.hedge} is to be called then. */
  readonly hedges: { set(inquiry: Inquiry, portal?: string): void; clear(inquiry: Inquiry): void };
  /** How long portals that say nothing may hold up the answer "nobody has it", from when the last one was asked: then {@link Inquiry.giveUp}. */
  readonly graces: Deadlines<Inquiry>;
  /** Whether the live connection has answered a subscription within the last hedge: where many are waited for, each has to wait for its turn. */
  hasAnsweredLately(): boolean;
  /** Whether the portal has answered something within the last hedge: where many questions line up, each has to wait for its turn. */
  isResponsive(portal: PortalAddress): boolean;
  /** Whether so many questions to the portal line up that another one had better wait elsewhere: where it may yet be answered. */
  isCrowded(portal: PortalAddress): boolean;
  /** The live connection let a hedge pass without the word that was left to it. */
  onSilence(): void;
  /** @param sent called when the question leaves, which may be later: it waits for its turn */
  ask(portal: PortalAddress, name: string, signal: AbortSignal, sent: () => void): Promise<AskOutcome>;
  report(report: Report): void;
}

/** How many hedges are waited for a connection that goes on answering other subscriptions: it may leave out the one. */
const MOST_HEDGES = 5;

/**
 * One question put to portals in turn until somebody's answer is good enough: the next one is asked when the last one fails, says that
 * there is nothing, takes too long, or gave an answer that was judged (`goOn`). All that is said is reported; whether it is good is not decided here.
 */
export class Inquiry {
  readonly number: number;
  readonly name: string;
  readonly #world: InquiryWorld;
  #portals: readonly PortalAddress[];
  /** While `asking`, the next portal's turn comes with a failure, a judgement or a hedge. */
  #state: 'waiting for a push' | 'asking' | 'waiting for the rest' | 'over' = 'asking';
  #pushing: string | undefined;
  /** Hedges that passed while a push was waited for. */
  #hedges = 0;
  #abort: AbortController | undefined;
  #asked = 0;
  #open = 0;
  /** Of them, those that still line up. */
  #linedUp = 0;
  #isMissingSomewhere = false;

  /** @param name of the entry, {@link nameOf} its key */
  constructor(number: number, name: string, portals: readonly PortalAddress[], world: InquiryWorld) {
    this.number = number;
    this.name = name;
    this.#portals = portals;
    this.#world = world;
  }

  /** Asks the first portal. */
  begin(): void {
    this.#askNext();
  }

  /**
   * Leaves the first word to the live connection, on which the entry was just subscribed. Others are asked if that takes too long.
   * @param portal the URL of its portal
   */
  beginWithPush(portal: string): void {
    this.#state = 'waiting for a push';
    this.#pushing = portal;
    this.#world.hedges.set(this);
  }

  /** The live connection said so of the entry. @param portal the URL of its portal */
  pushed(kind: 'update' | 'missing', portal: string): void {
    if (kind === 'missing') {
      this.#isMissingSomewhere = true;
      // It need not say so again, unless it is being asked already.
      this.#portals = this.#portals.filter(({ url }, i) => i < this.#asked || url !== portal);
    }
    if (this.#state !== 'waiting for a push') return;
    this.#world.hedges.clear(this);
    if (kind === 'update') this.#state = 'asking';
    else this.#askNext();
  }

  /** No word of the live connection will be waited for: it ended, or takes too long. Its portal is asked last. */
  doWithoutPush(): void {
    if (this.#state !== 'waiting for a push') return;
    this.#world.hedges.clear(this);
    const isSilent = ({ url }: PortalAddress): boolean => url === this.#pushing;
    this.#portals = [...this.#portals.filter((portal) => !isSilent(portal)), ...this.#portals.filter(isSilent)];
    this.#askNext();
  }

  /** An answer was judged and is not good enough. */
  goOn(): void {
    this.#askNext();
  }

  /** A hedge has passed. */
  hedge(): void {
    const next = this.#portals[this.#asked];
    if (next !== undefined && this.#world.isCrowded(next)) return this.#world.hedges.set(this);
    const last = this.#portals[this.#asked - 1];
    if (next !== undefined && last !== undefined && this.#linedUp > 0 && this.#world.isResponsive(last)) return this.#world.hedges.set(this);
    if (this.#state !== 'waiting for a push') return this.#askNext();
    if (++this.#hedges < MOST_HEDGES && this.#world.hasAnsweredLately()) return this.#world.hedges.set(this);
    this.#world.onSilence();
    this.doWithoutPush();
  }

  /** A grace has passed. */
  giveUp(): void {
    if (this.#isMissingSomewhere) this.#conclude();
  }

  /** An answer was good enough, or nobody wants one any more. Nothing is reported after this. */
  end(): void {
    this.#state = 'over';
    this.#world.hedges.clear(this);
    this.#world.graces.clear(this);
    this.#abort?.abort();
  }

  #askNext(): void {
    if (this.#state === 'over') return;
    const portal = this.#portals[this.#asked];
    if (portal === undefined) return this.#waitForTheRest();
    this.#state = 'asking';
    this.#asked++;
    this.#open++;
    void this.#ask(portal);
  }

  /** A question left, which may be long after it lined up. */
  #sent({ url }: PortalAddress): void {
    this.#linedUp--;
    if (this.#state === 'waiting for the rest') this.#waitForTheRest();
    else if (this.#state !== 'over') this.#world.hedges.set(this, url);
  }

  async #ask(portal: PortalAddress): Promise<void> {
    this.#abort ??= new AbortController();
    let isLinedUp = true;
    this.#linedUp++;
    // It may line up for long behind others that get no answer.
    this.#world.hedges.set(this);
    const sent = (): void => {
      isLinedUp = false;
      this.#sent(portal);
    };
    const isGood = await this.#world.ask(portal, this.name, this.#abort.signal, sent).then(
      (outcome) => this.#reportOutcome(portal, outcome),
      (error: unknown) => this.#reportFailure(portal, error),
    );
    if (isLinedUp) this.#linedUp--;
    this.#open--;
    if (!isGood) this.#askNext();
    else if (this.#open === 0 && this.#asked === this.#portals.length) this.#conclude();
  }

  #reportOutcome(portal: PortalAddress, outcome: AskOutcome): boolean {
    if (this.#state === 'over') return false;
    const word = { portal: portal.url, origin: { inquiry: this.number }, name: this.name, at: this.#world.clock.now() };
    this.#world.report(outcome.kind === 'claim' ? { ...word, kind: 'claim', claim: outcome.claim } : { ...word, kind: 'missing' });
    this.#isMissingSomewhere ||= outcome.kind === 'missing';
    // How long the judgement takes, is up to us: another answer would only line up behind it.
    if (outcome.kind === 'claim') this.#world.hedges.clear(this);
    return outcome.kind === 'claim';
  }

  #reportFailure(portal: PortalAddress, error: unknown): false {
    if (this.#state !== 'over') this.#world.report({ kind: 'failed', portal: portal.url, inquiry: this.number, name: this.name, error: toWire(error) });
    return false;
  }

  #waitForTheRest(): void {
    if (this.#open === 0) return this.#conclude();
    this.#state = 'waiting for the rest';
    this.#world.hedges.clear(this);
    // A portal that was not asked yet says nothing for reasons of ours.
    if (this.#linedUp === 0) this.#world.graces.set(this);
  }

  #conclude(): void {
    this.#world.report({ kind: 'concluded', inquiry: this.number, name: this.name, at: this.#world.clock.now() });
    this.end();
  }
}
