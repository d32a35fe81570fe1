import type { Policy } from '../../src/policy.ts';
import { MAX_RAW_BYTES } from '../../src/incident.ts';
import { elapsedOn, type Clock } from '../../src/world.ts';
import type { Report } from '../report.ts';
import { Allowance } from '../allowance.ts';

type Offended = Extract<Report, { kind: 'offended' }>;

/** As many times a second's worth may come at once. */
const AT_ONCE = 10;

/** What is still under way when a subscription ends, comes within this time, in milliseconds. */
const AFTERMATH = 10_000;

interface Allowances {
  readonly frames: Allowance;
  readonly bytes: Allowance;
  readonly garbage: Allowance;
}

/** What each portal may send: whoever sends more, or what makes no sense, offends. Counted over all its connections. */
export class Conduct {
  readonly #clock: Clock;
  readonly #policy: Pick<Policy, 'frameRate' | 'byteRate' | 'garbage'>;
  readonly #subscribed: () => number;
  readonly #offended: (offended: Offended) => void;
  readonly #portals = new Map<string, Allowances>();
  #unsubscribedAt = -Infinity;

  /**
   * @param subscribed how many entries are: each may be told of at once
   * @param offended told what a portal did; it begins anew with all it may send
   */
  constructor(clock: Clock, policy: Pick<Policy, 'frameRate' | 'byteRate' | 'garbage'>, subscribed: () => number, offended: (offended: Offended) => void) {
    this.#clock = clock;
    this.#policy = policy;
    this.#subscribed = subscribed;
    this.#offended = offended;
  }

  /** Entries were unsubscribed: what was said of them is still under way. */
  noteUnsubscribed(): void {
    this.#unsubscribedAt = elapsedOn(this.#clock);
  }

  /** Counts a frame; false if it is one too many. */
  mayHaveSent(portal: string, text: string | undefined): boolean {
    const { frames, bytes } = this.#of(portal);
    const isWithin = frames.take(1, this.#framesAtOnce) && bytes.take(text?.length ?? 0, this.#policy.byteRate * AT_ONCE);
    if (!isWithin) this.#offend(portal, 'flood', text);
    return isWithin;
  }

  /** It sent something that cannot be read. */
  sentGarbage(portal: string, text: string | undefined): void {
    if (!this.#of(portal).garbage.take(1, this.#policy.garbage)) this.#offend(portal, 'garbage', text);
  }

  /** It sent something that nobody asked for. */
  sentUnasked(portal: string, text: string | undefined): void {
    if (elapsedOn(this.#clock) - this.#unsubscribedAt > AFTERMATH) this.sentGarbage(portal, text);
  }

  /** It sent one thing that is longer than anything it may send. */
  sentTooMuch(portal: string): void {
    this.#offend(portal, 'oversize', undefined);
  }

  #offend(portal: string, offence: Offended['offence'], text: string | undefined): void {
    this.#portals.delete(portal);
    this.#offended({ kind: 'offended', portal, offence, at: this.#clock.now(), raw: new TextEncoder().encode(text?.slice(0, MAX_RAW_BYTES)).slice(0, MAX_RAW_BYTES) });
  }

  get #framesAtOnce(): number {
    return this.#policy.frameRate * AT_ONCE + 2 * this.#subscribed();
  }

  #of(portal: string): Allowances {
    const known = this.#portals.get(portal);
    if (known !== undefined) return known;
    const { frameRate, byteRate, garbage } = this.#policy;
    const allowances = {
      frames: new Allowance(this.#clock, frameRate, this.#framesAtOnce),
      bytes: new Allowance(this.#clock, byteRate, byteRate * AT_ONCE),
      garbage: new Allowance(this.#clock, garbage / 60, garbage),
    };
    this.#portals.set(portal, allowances);
    return allowances;
  }
}
