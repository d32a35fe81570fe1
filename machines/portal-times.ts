import type { ConnectionTimes } from './connection.ts';
import type { PortalRecord } from './portal-record.ts';

/** How long the portals are waited for, in milliseconds. */
export interface PortalTimes extends ConnectionTimes {
  /** The first back-off; each one after it is twice as long. */
  readonly backoffBase: number;
  /** The longest back-off. */
  readonly backoffMost: number;
  /** The longest back-off while the platform says that there is no network. */
  readonly offlineBackoff: number;
  /** Between the end of an attempt and the next one that a network which comes back, or the end of a sleep, brings about. */
  readonly hurryPause: number;
  /** Between two looks at whether another portal has become so much better that a switch is worth it. */
  readonly returnInterval: number;
  /** From one check of what is wanted, with a portal that is not the live one, to the next. */
  readonly checkInterval: number;
  /** For how long a portal is left alone the first time; each time after it twice as long. */
  readonly quarantineBase: number;
  /** For how long at most. */
  readonly quarantineMost: number;
}

/** What the length of a back-off depends on. */
interface RoundsOf {
  /** That failed, in a row. */
  readonly rounds: number;
  readonly isOffline: boolean;
  readonly times: Pick<PortalTimes, 'backoffBase' | 'backoffMost' | 'offlineBackoff'>;
}

/** The time to wait after `rounds` failed rounds, before jitter: at least `backoffBase`, twice as long each time, at most `backoffMost`. */
export function backoff({ rounds, isOffline, times }: RoundsOf): number {
  const most = isOffline ? Math.max(times.backoffMost, times.offlineBackoff) : times.backoffMost;
  return Math.min(most, times.backoffBase * 2 ** Math.min(rounds, 30));
}

/** How long the quarantine lasts that a portal's latest offence brings. */
export function quarantineTime({ offences }: Pick<PortalRecord, 'offences'>, { quarantineBase, quarantineMost }: PortalTimes): number {
  return Math.min(quarantineMost, quarantineBase * 2 ** Math.min(Math.max(0, offences - 1), 30));
}
