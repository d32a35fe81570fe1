import type { InspectionEvent } from '../link/index.ts';
import type { PortalView } from '../runtime/portal-view.ts';

/** What an inspector is told: a JSON value. Those of Stately's shape have a `_version`. */
export type Report = InspectionEvent | PortalsReport | WatchedReport | IncidentReport | GapReport;

interface OwnReport {
  /** Epoch milliseconds, as text: as in Stately's. */
  readonly createdAt: string;
}

/** All portals, in order of preference. */
export interface PortalsReport extends OwnReport {
  readonly type: '@secure-registry.portals';
  readonly portals: readonly PortalView[];
}

/** Watched entries that changed; in the first ones, all. */
export interface WatchedReport extends OwnReport {
  readonly type: '@secure-registry.watched';
  readonly entries: readonly ReportedEntry[];
}

/** An entry as its watchers see it. */
export interface ReportedEntry {
  /** 32 bytes, as hex. */
  readonly pubkey: string;
  /** 32 bytes, as hex. */
  readonly datakey: string;
  /** Whether somebody watches it still. */
  readonly watched: boolean;
  /** Absent while nothing is known. */
  readonly exists?: boolean | undefined;
  readonly deleted?: boolean | undefined;
  /** As `7n`. */
  readonly revision?: string | undefined;
  /** As `0x…`. */
  readonly data?: string | undefined;
  readonly status?: 'live' | 'cached' | 'stale' | undefined;
  /** Epoch milliseconds; 0 for not since the runtime started. */
  readonly confirmedAt?: number | undefined;
  /** URLs of the portals that serve it; where it does not exist, of those that say so. */
  readonly confirmedBy?: readonly string[] | undefined;
  readonly floor?: 'durable' | 'volatile' | undefined;
}

export interface IncidentReport extends OwnReport {
  readonly type: '@secure-registry.incident';
  /** An `Incident`, its bytes and numbers as they are shown. */
  readonly incident: unknown;
}

/** What happened before may be missing: actors, portals and watched entries are told anew, and those that are not are no more. */
export interface GapReport extends OwnReport {
  readonly type: '@secure-registry.gap';
}

/** Whether it is one that Stately's inspector knows. */
export const isInspectionEvent = (report: Report): report is InspectionEvent => '_version' in report;
