import { matchesState } from 'xstate';
import type { EntryFacts } from './resting.ts';
import type { FoundResult, ResultBody } from './result.ts';

/**
 * What the facts of an entry say, or undefined if nothing may be said of it yet.
 * @param freshSince a word at least as late as this (epoch milliseconds) is not stale
 */
export function resultOf({ value, packed, confirmedAt, confirmedBy, claimedBy, floor }: EntryFacts, freshSince: number, source: FoundResult['source']): ResultBody | undefined {
  const status = matchesState('live', value) ? 'live' : confirmedAt >= freshSince && confirmedAt > 0 ? 'cached' : 'stale';
  if (packed !== undefined) return { exists: true, packed, status, source, confirmedAt, confirmedBy, floor };
  if (!matchesState({ live: 'absent' }, value) && !matchesState({ stale: 'absent' }, value)) return undefined;
  return { exists: false, claimedBy, confirmedAt, status };
}
