import type { ActorBirth } from '../link/index.ts';
import type { IncidentReport, PortalsReport, Report, ReportedEntry } from './report.ts';

/** Incidents that are kept. */
const MOST_INCIDENTS = 100;
/** Actors that are kept: an actor's end is not always told. */
const MOST_ACTORS = 20_000;
/** Entries of one report. */
const MOST_ENTRIES = 1_000;

/** What whoever comes late has to be told of a runtime, to see it as whoever came in time does: no event that was, but how things stand. */
export class Backlog {
  readonly #births = new Map<string, ActorBirth>();
  readonly #entries = new Map<string, ReportedEntry>();
  readonly #incidents: IncidentReport[] = [];
  #portals: PortalsReport | undefined;

  take(report: Report): void {
    switch (report.type) {
      case '@xstate.actor':
        return this.#keep(report);
      case '@xstate.snapshot': {
        const birth = this.#births.get(report.sessionId);
        if (birth === undefined) return;
        if (hasEnded(report.snapshot) && birth.parentId !== undefined) this.#births.delete(report.sessionId);
        else this.#births.set(report.sessionId, { ...birth, snapshot: report.snapshot });
        return;
      }
      case '@secure-registry.portals':
        this.#portals = report;
        return;
      case '@secure-registry.watched':
        for (const entry of report.entries) this.#watch(entry);
        return;
      case '@secure-registry.incident':
        this.#incidents.push(report);
        if (this.#incidents.length > MOST_INCIDENTS) this.#incidents.shift();
        return;
      case '@secure-registry.gap':
        this.#births.clear();
        this.#entries.clear();
        return;
      default:
    }
  }

  /** @param createdAt epoch milliseconds, of reports that are made for it */
  reports(createdAt: number): readonly Report[] {
    const entries = [...this.#entries.values()];
    const watched = Array.from({ length: Math.ceil(entries.length / MOST_ENTRIES) }, (_, i): Report => ({
      type: '@secure-registry.watched',
      createdAt: String(createdAt),
      entries: entries.slice(i * MOST_ENTRIES, (i + 1) * MOST_ENTRIES),
    }));
    return [...this.#births.values(), ...(this.#portals === undefined ? [] : [this.#portals]), ...watched, ...this.#incidents];
  }

  #keep(birth: ActorBirth): void {
    // Where a thread took another's place, its actors have the same ids, and those of the other are no more.
    if (birth.parentId === undefined) for (const { sessionId, rootId } of this.#births.values()) if (rootId === birth.sessionId) this.#births.delete(sessionId);
    this.#births.delete(birth.sessionId);
    this.#births.set(birth.sessionId, birth);
    for (const { sessionId, parentId } of this.#births.values()) {
      if (this.#births.size <= MOST_ACTORS) return;
      if (parentId !== undefined) this.#births.delete(sessionId);
    }
  }

  #watch(entry: ReportedEntry): void {
    const key = entry.pubkey + entry.datakey;
    if (entry.watched) this.#entries.set(key, entry);
    else this.#entries.delete(key);
  }
}

/** One that cannot be shown says nothing of that. */
const hasEnded = (snapshot: unknown): boolean => ['done', 'error', 'stopped'].includes((snapshot as { readonly status?: string }).status ?? '');
