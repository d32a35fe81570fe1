import { distinctUntilChanged, map, merge, type Observable, scan } from 'rxjs';
import type { PortalView } from 'secure-registry';
import type { Report } from 'secure-registry/inspect';

/** A portal as the runtime in the frame sees it. */
export interface PortalSight extends PortalView {
  /** It was seen to serve less than others do. */
  readonly isLagging: boolean;
}

interface Sight {
  readonly views: readonly PortalView[];
  readonly lagging: ReadonlySet<string>;
}

/** The portal actor, as reports name it. */
const PORTAL_ACTOR = 'portal/x:0';

const NOTHING: Sight = { views: [], lagging: new Set() };

/**
 * What reports tell of the portals. That one lags is known to the portal actor alone, and stands in its snapshots.
 * @param lost$ tells that the frame is gone, and what it saw with it
 */
export function sightsOf(reports$: Observable<Report>, lost$: Observable<unknown>): Observable<readonly PortalSight[]> {
  return merge(reports$, lost$.pipe(map(() => undefined))).pipe(
    scan<Report | undefined, Sight>((sight, report) => (report === undefined ? NOTHING : seen(sight, report)), NOTHING),
    map(({ views, lagging }) => views.map((view) => ({ ...view, isLagging: lagging.has(view.url) }))),
    distinctUntilChanged((a, b) => JSON.stringify(a) === JSON.stringify(b)),
  );
}

function seen(sight: Sight, report: Report): Sight {
  if (report.type === '@secure-registry.portals') return { ...sight, views: report.portals };
  if (report.type !== '@xstate.snapshot' || report.sessionId !== PORTAL_ACTOR) return sight;
  const { portals = [] } = (report.snapshot as { readonly context?: { readonly portals?: readonly { readonly url: string; readonly isLagging: boolean }[] } }).context ?? {};
  return { ...sight, lagging: new Set(portals.filter(({ isLagging }) => isLagging).map(({ url }) => url)) };
}

/** Whether none of them can be reached. One in quarantine is not tried while there are others. */
export function isCutOff(sights: readonly PortalSight[]): boolean {
  const tried = sights.filter(({ quarantined, failures }) => !quarantined || failures > 0);
  return tried.length > 0 && !sights.some(isLive) && tried.every(({ failures }) => failures > 0);
}

export const isLive = ({ state }: PortalSight): boolean => state === 'live';
