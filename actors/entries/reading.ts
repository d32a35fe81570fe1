import { matchesState } from 'xstate';
import { fromWire, RegistryError, type ErrorCode, type WireError } from '../../src/error.ts';
import { commonFailure } from './common-failure.ts';
import type { EntryFacts } from './resting.ts';
import type { ResultBody } from './result.ts';
import { resultOf } from './result-of.ts';

/** What a reader asks for, besides an entry. */
export interface ReadRequest {
  /** How long ago, in milliseconds, a portal may have confirmed what is answered; undefined leaves it to a live connection and the policy. */
  readonly maxStaleness: number | undefined;
}

/** One reader who waits. */
export class Reading {
  /** A word from before this (epoch milliseconds) does not satisfy it. */
  readonly notBefore: number;
  /** When it was asked for, epoch milliseconds. */
  readonly begunAt: number;
  readonly #acceptsLive: boolean;
  readonly #freshSince: number;
  #hasAsked = false;

  constructor({ maxStaleness }: ReadRequest, now: number, policy: { readonly maxStaleness: number }) {
    this.begunAt = now;
    this.#acceptsLive = maxStaleness === undefined;
    this.notBefore = now - (maxStaleness ?? policy.maxStaleness);
    this.#freshSince = now - policy.maxStaleness;
  }

  /** A portal is being asked for it. */
  noteAsked(): void {
    this.#hasAsked = true;
  }

  /**
   * The answer, if what is known satisfies the reader.
   * @param freshAt since when the last word about the entry is known to hold, epoch milliseconds
   */
  answer(facts: EntryFacts, freshAt: number): ResultBody | undefined {
    const isVouched = this.#acceptsLive && matchesState('live', facts.value);
    return isVouched || freshAt >= this.notBefore ? this.#result(facts) : undefined;
  }

  /** What becomes of the reader when nobody is left to ask: what is known, where nobody demanded better, else the failure. */
  conclude(facts: EntryFacts, { answered, failures }: Outcome): ResultBody | RegistryError {
    const known = this.#result(facts);
    if (answered && known !== undefined) {
      // Portals answered, and none has anything newer: they lag, and what is known is the newest there is.
      return this.#acceptsLive ? known : failure('STALE', 'no portal served the newest known entry', facts);
    }
    return commonFailure(failures.map(fromWire), 'no portal answered', { current: facts.latest, hint: HINT });
  }

  timeOut(facts: EntryFacts): RegistryError {
    return failure('TIMEOUT', 'no portal gave a good enough answer in time', facts);
  }

  #result(facts: EntryFacts): ResultBody | undefined {
    return resultOf(facts, this.#freshSince, this.#hasAsked ? 'portal' : 'cache');
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
