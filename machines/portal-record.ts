import type { ConnectionFailure } from './connection.ts';

/** What a portal was caught at. */
export type Offence = 'bad-signature' | 'below-floor' | 'oversize' | 'garbage' | 'flood';

/** What is known of one portal. */
export interface PortalRecord {
  readonly url: string;
  /** Failed attempts and lost connections since it last answered a proof of life. */
  readonly failures: number;
  /** How the last of all its failures showed. */
  readonly lastFailure?: ConnectionFailure;
  /** How long it takes to answer over HTTP, in milliseconds, averaged; unknown until it did. */
  readonly latency?: number;
  /** Failures, at most {@link MOST_TROUBLE}; a quarter of them is forgotten every `returnInterval` in which all is well. */
  readonly trouble: number;
  /** It was seen to lack what others serve, and not to have it since. */
  readonly isLagging: boolean;
  /** How often it was put in quarantine. */
  readonly offences: number;
  /** Why it is in quarantine. */
  readonly quarantine?: Offence | undefined;
  /** How long that lasts, in milliseconds, from when it was put there, or from when this machine was started with it. */
  readonly term?: number | undefined;
}

/** Troubles that count at most, so that a portal which was down for days is forgiven within minutes of quiet. */
const MOST_TROUBLE = 8;

/** What of a portal's trouble is left after a `returnInterval`, and how little counts as none. */
const FORGIVING = 0.75;
const FORGOTTEN = 0.1;

/** The portals of whatever holds them, in order of preference. */
export interface PortalsOf {
  readonly portals: readonly PortalRecord[];
}

/** What is known of a portal before anything is. */
export const unknownPortal = (url: string): PortalRecord => ({ url, failures: 0, trouble: 0, isLagging: false, offences: 0 });

/** The portals with one of them changed; as they are where there is none. */
export function changed({ portals }: PortalsOf, index: number | undefined, change: (portal: PortalRecord) => Partial<PortalRecord>): PortalsOf {
  return { portals: portals.map((portal, i) => (i === index ? { ...portal, ...change(portal) } : portal)) };
}

/** The portals after one of them failed. */
export function blamed(context: PortalsOf, index: number | undefined, failure: ConnectionFailure): PortalsOf {
  if (failure === 'given up') return context; // the failure is ours
  return changed(context, index, ({ failures, trouble }) => ({ failures: failures + 1, trouble: Math.min(MOST_TROUBLE, trouble + 1), lastFailure: failure }));
}

/** A portal after a `returnInterval` in which all was well. */
export const forgiven = (portal: PortalRecord): PortalRecord => ({ ...portal, trouble: portal.trouble < FORGOTTEN ? 0 : portal.trouble * FORGIVING });

/** A moving average that forgets half of what it knew in three answers. */
export const averaged =
  (milliseconds: number) =>
  ({ latency = milliseconds }: PortalRecord): Partial<PortalRecord> => ({ latency: latency * 0.8 + milliseconds * 0.2 });
