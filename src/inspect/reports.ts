import { bytesToHex } from '@noble/hashes/utils.js';
import { Observable, Subscription } from 'rxjs';
import { hasCode } from '../error.ts';
import type { Incident } from '../incident.ts';
import { toDisplayJson, type InspectionEvent } from '../link/index.ts';
import type { PortalView } from '../runtime/portal-view.ts';
import type { WatchedEntry } from '../runtime/watches.ts';
import { realClock, type Clock } from '../world.ts';
import type { Report, ReportedEntry } from './report.ts';

/** What can be inspected: a `Runtime`, for one. */
export interface Inspectable {
  readonly inspect$: Observable<InspectionEvent>;
  readonly portals$?: Observable<readonly PortalView[]> | undefined;
  readonly watched$?: Observable<WatchedEntry> | undefined;
  readonly incidents$?: Observable<Incident> | undefined;
}

/** What makes its reports elsewhere: a `FrameClient`. */
export interface Reporter {
  readonly reports$: Observable<Report>;
}

/** Entries of one report: a page of ten thousand takes them in without a pause. */
const MOST_ENTRIES = 1_000;

/**
 * All that an inspector can be told of a runtime, from now on; first of all the births of its actors, its portals and its watched entries. Each subscription asks anew. Where the reader
 * falls behind by more than the link to a worker keeps, a `gap` is told, and all of it begins anew.
 */
export function reportsOf(source: Inspectable | Reporter, clock: Pick<Clock, 'now'> = realClock): Observable<Report> {
  if ('reports$' in source) return source.reports$;
  const now = (): string => String(clock.now());
  return new Observable((subscriber) => {
    const tell = (report: Report): void => subscriber.next(report);
    const begin = (): void => {
      const all = new Subscription();
      subscriber.add(all);
      // The events alone say how this ends: what else is told ends when they do, or says nothing any more.
      const add = <T>(values: Observable<T> | undefined, next: (value: T) => void): void => {
        if (values !== undefined) all.add(values.subscribe({ next, error: () => {} }));
      };
      add(source.portals$, (portals) => tell({ type: '@secure-registry.portals', createdAt: now(), portals }));
      add(source.incidents$, (incident) => tell({ type: '@secure-registry.incident', createdAt: now(), incident: JSON.parse(toDisplayJson(incident)) as unknown }));
      add(source.watched$, gatherEntries(tell, () => all.closed, now));
      const inspection = source.inspect$.subscribe({
        next: tell,
        error(error: unknown) {
          if (!hasCode(error, 'THROTTLED')) return subscriber.error(error);
          subscriber.remove(all);
          all.unsubscribe();
          tell({ type: '@secure-registry.gap', createdAt: now() });
          begin();
        },
        complete: () => subscriber.complete(),
      });
      all.add(inspection);
    };
    begin();
  });
}

/** Tells what became of entries in one turn at once, of each the last. */
function gatherEntries(told: (report: Report) => void, isOver: () => boolean, now: () => string): (entry: WatchedEntry) => void {
  const changed = new Map<string, WatchedEntry>();
  const tell = (): void => {
    const entries = [...changed.values()].map(reported);
    changed.clear();
    for (let from = 0; from < entries.length && !isOver(); from += MOST_ENTRIES) {
      told({ type: '@secure-registry.watched', createdAt: now(), entries: entries.slice(from, from + MOST_ENTRIES) });
    }
  };
  return (entry) => {
    if (changed.size === 0) queueMicrotask(tell);
    changed.set(bytesToHex(entry.key.pubkey) + bytesToHex(entry.key.datakey), entry);
  };
}

function reported({ key, latest, isWatched }: WatchedEntry): ReportedEntry {
  const known = { pubkey: bytesToHex(key.pubkey), datakey: bytesToHex(key.datakey), watched: isWatched };
  if (latest === undefined) return known;
  const { exists, status, confirmedAt } = latest;
  if (!latest.exists) return { ...known, exists, status, confirmedAt, confirmedBy: latest.claimedBy };
  const { deleted, revision, data, confirmedBy, floor } = latest;
  return { ...known, exists, deleted, revision: `${revision}n`, data: `0x${bytesToHex(data)}`, status, confirmedAt, confirmedBy, floor };
}
