import { matchesState } from 'xstate';
import { fromWire, RegistryError, type ErrorCode, type WireError } from '../../src/error.ts';
import { commonFailure } from './common-failure.ts';
import { isFresh } from './freshness.ts';
import type { EntryFacts } from './resting.ts';
import type { ResultBody } from './result.ts';
import { resultOf } from './result-of.ts';

/** What a reader asks for, besides an entry. */
export interface ReadRequest {
  /** How long ago, in milliseconds, a portal may have confirmed what is answered; undefined leaves it to a live connection and the policy. */
  readonly maxStaleness: number | undefined;
  /** How many origins have to have served exactly what is answered, since it was asked for: at most as many as there are. 1 for whoever is first. */
  readonly confirmations: number;
  /** Where nothing is known that satisfies the reader: portals of all origins are asked, and for so long after the first word others may bring something newer. */
  readonly compare?: Grace | undefined;
}

/** How long one portal's word is compared with others', in milliseconds: an entry that it serves, and that it has none. */
export interface Grace {
  readonly ofValue: number;
  readonly ofAbsence: number;
}

/** One reader who waits. */
export class Reading {
  /** A word from before this (epoch milliseconds) does not satisfy it. */
  readonly notBefore: number;
  /** When it was asked for, epoch milliseconds. */
  readonly begunAt: number;
  /** Whether what a live connection vouches for needs no other word. */
  readonly acceptsLive: boolean;
  readonly confirmations: number;
  readonly grace: Grace | undefined;
  readonly #maxStaleness: number;
  #hasAsked = false;

  constructor({ maxStaleness, confirmations, compare }: ReadRequest, now: number, policy: { readonly maxStaleness: number }) {
    this.begunAt = now;
    this.acceptsLive = maxStaleness === undefined;
    this.confirmations = confirmations;
    this.grace = compare;
    this.notBefore = now - (maxStaleness ?? policy.maxStaleness);
    this.#maxStaleness = policy.maxStaleness;
  }

  /** A portal is being asked for it. */
  noteAsked(): void {
    this.#hasAsked = true;
  }

  /**
   * The answer, if what is known satisfies the reader.
   * @param freshAt since when the last word about the entry is known to hold, epoch milliseconds
   */
  answer(facts: EntryFacts, freshAt: number, now: number): ResultBody | undefined {
    if (this.confirmations > 1) return undefined;
    const isVouched = this.acceptsLive && matchesState('live', facts.value);
    return isVouched || isFresh(freshAt, this.notBefore, now) ? this.#result(facts, now) : undefined;
  }

  /**
   * The answer to a reader who wants it confirmed, if these suffice.
   * @param urls of the portals that served exactly what is known, or claim that there is nothing; one for each origin
   */
  confirmed(facts: EntryFacts, urls: readonly string[], now: number): ResultBody | undefined {
    if (urls.length < this.confirmations) return undefined;
    const known = facts.packed === undefined ? undefined : this.#result(facts, now);
    if (known?.exists === true) return { ...known, confirmedBy: urls };
    return { exists: false, claimedBy: urls, confirmedAt: now, status: matchesState('live', facts.value) ? 'live' : 'cached' };
  }

  /** The answer to a reader who has portals compared, when they have been. */
  compared(facts: EntryFacts, urls: readonly string[], outcome: Outcome, now: number): ResultBody | RegistryError {
    return this.confirmed(facts, urls, now) ?? this.conclude(facts, outcome, now);
  }

  /** What becomes of the reader when nobody is left to ask: what is known, where nobody demanded better, else the failure. */
  conclude(facts: EntryFacts, { answered, failures }: Outcome, now: number): ResultBody | RegistryError {
    const known = this.#result(facts, now);
    if (answered && known !== undefined) {
      // Portals answered, and none has anything newer: they lag, and what is known is the newest there is.
      return this.acceptsLive ? known : failure('STALE', 'no portal served the newest known entry', facts);
    }
    return commonFailure(failures.map(fromWire), 'no portal answered', { current: facts.latest, hint: HINT });
  }

  /** What the reader is told whose time is up. */
  timeOut(facts: EntryFacts): RegistryError {
    return this.confirmations > 1 ? failure('STALE', 'too few portals confirmed it in time', facts) : failure('TIMEOUT', 'no portal gave a good enough answer in time', facts);
  }

  #result(facts: EntryFacts, now: number): ResultBody | undefined {
    return resultOf(facts, { now, maxStaleness: this.#maxStaleness }, this.#hasAsked ? 'portal' : 'cache');
  }
}

/** What came of an inquiry that nobody settled. */
export interface Outcome {
  /** Whether any portal gave an honest answer, be it an old one. */
  readonly answered: boolean;
  readonly failures: readonly WireError[];
}

function failure(code: ErrorCode, message: string, facts: EntryFacts): RegistryError {
  return new RegistryError(code, message, { current: facts.latest, hint: HINT });
}

const HINT = 'see whether the portals can be reached; `current` is the newest that was known, if anything was';
