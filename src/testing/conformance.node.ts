import { portalConformance } from '../portal/index.ts';

/** What came of one check. */
export interface ConformanceCheck {
  /** What a portal must do. */
  readonly name: string;
  readonly isPassed: boolean;
  /** False where it is about a part that need not be there, and is not: a portal may take no files. */
  readonly isOffered: boolean;
  /** What was seen instead, and the seed that the check's keys were made of; undefined where it passed. */
  readonly reason: string | undefined;
}

/** What a portal does and does not do of what it must. */
export interface ConformanceReport {
  readonly url: string;
  readonly passed: number;
  readonly failed: number;
  /** In the order in which they stand in the suite. */
  readonly checks: readonly ConformanceCheck[];
}

export interface ConformanceOptions {
  /** The key, if the portal wants one. */
  readonly apiKey?: string | undefined;
  /** What the keys of entries are made of. Default random. */
  readonly seed?: string | undefined;
  /** How many milliseconds the portal may take for an answer or a notification. Default 10,000. */
  readonly patience?: number | undefined;
}

/**
 * Checks a portal, whichever program it is, against everything that a portal must do, as seen over HTTP and WebSocket. All checks run side by side, on keys of
 * their own; some sixty small entries and ten small files stay behind. Never rejects because of what the portal does.
 * @param url where the portal is
 * @throws RegistryError `INVALID_INPUT` for what is no HTTP URL
 */
export async function runPortalConformance(url: string, { apiKey, seed, patience }: ConformanceOptions = {}): Promise<ConformanceReport> {
  const suite = portalConformance(url, { ...(apiKey === undefined ? {} : { apiKey }), ...(seed === undefined ? {} : { seed }), ...(patience === undefined ? {} : { patience }) });
  const checks = await Promise.all(
    suite.map((check): Promise<ConformanceCheck> => {
      const { name } = check;
      return check.judge().then(
        (outcome) => ({ name, isPassed: true, isOffered: outcome === 'held', reason: undefined }),
        (error: unknown) => ({ name, isPassed: false, isOffered: true, reason: error instanceof Error ? error.message : String(error) }),
      );
    }),
  );
  const failed = checks.filter(({ isPassed }) => !isPassed).length;
  return { url, passed: checks.length - failed, failed, checks };
}
