import { matchesState } from 'xstate';
import { isFresh } from './freshness.ts';
import type { EntryFacts } from './resting.ts';
import type { FoundResult, ResultBody, Status } from './result.ts';

/** When it is looked at. */
interface Moment {
  /** Epoch milliseconds. */
  readonly now: number;
  /** How long ago a word may be that is not stale, in milliseconds. */
  readonly maxStaleness: number;
}

/** How much stands behind what the facts of an entry say. */
function statusOf({ value, confirmedAt }: Pick<EntryFacts, 'value' | 'confirmedAt'>, { now, maxStaleness }: Moment): Status {
  if (matchesState('live', value)) return 'live';
  return confirmedAt > 0 && isFresh(confirmedAt, now - maxStaleness, now) ? 'cached' : 'stale';
}

/** What the facts of an entry say, or undefined if nothing may be said of it yet. */
export function resultOf(facts: EntryFacts, moment: Moment, source: FoundResult['source']): ResultBody | undefined {
  const { value, packed, confirmedAt, confirmedBy, claimedBy, floor } = facts;
  const status = statusOf(facts, moment);
  if (packed !== undefined) return { exists: true, packed, status, source, confirmedAt, confirmedBy, floor };
  if (!matchesState({ live: 'absent' }, value) && !matchesState({ stale: 'absent' }, value)) return undefined;
  return { exists: false, claimedBy, confirmedAt, status };
}
