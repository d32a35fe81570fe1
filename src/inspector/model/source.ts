import type { PortalView } from '../../runtime/portal-view.ts';
import { abridged } from './abridged.ts';
import { Actors } from './actors.ts';
import { Log } from './log.ts';
import type { Report } from './reports.ts';
import { Ring } from './ring.ts';
import { Watched } from './watched.ts';

/** Incidents that are kept. */
export const MOST_INCIDENTS = 1_000;

export interface IncidentRecord {
  readonly number: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly incident: Readonly<Record<string, unknown>>;
}

/** All that the reports of one runtime tell of it. What is kept is bounded, however long they come. */
export class Source {
  readonly name: string;
  readonly actors = new Actors();
  readonly log = new Log();
  readonly watched = new Watched();
  readonly #incidents = new Ring<IncidentRecord>(MOST_INCIDENTS);
  portals: readonly PortalView[] = [];
  /** Whether it has left. */
  isGone = false;
  /** When something was last heard, by its own clock, epoch milliseconds; 0 for never. */
  heardAt = 0;
  #incidentsTotal = 0;
  /** Incidents that are known, as text, and may be told once more: whoever tells all from the start tells the newest of them again. */
  #retold = new Set<string>();

  constructor(name: string) {
    this.name = name;
  }

  /** The newest first. */
  get incidents(): readonly IncidentRecord[] {
    return this.#incidents.newest();
  }

  get incidentCount(): number {
    return this.#incidents.size;
  }

  take(report: Report): void {
    const at = Number(report.createdAt);
    if (at > this.heardAt) this.heardAt = at;
    this.isGone = false;
    switch (report.type) {
      case '@xstate.actor': {
        const isAnew = report.parentId === undefined && this.actors.get(report.sessionId)?.parentId === undefined && this.actors.get(report.sessionId) !== undefined;
        this.log.forget(report.sessionId);
        this.actors.born(report);
        if (report.parentId === undefined) this.log.note(at, isAnew ? '(seen anew)' : '(seen)', report.name);
        return;
      }
      case '@xstate.event':
        this.log.sees(report, this.actors);
        this.actors.stopping(report);
        return;
      case '@xstate.snapshot': {
        const actor = this.actors.took(report);
        this.log.takes(report, actor?.value);
        if (actor === undefined || actor.status !== 'active') this.log.forget(report.sessionId);
        return;
      }
      case '@secure-registry.portals':
        this.portals = report.portals;
        return;
      case '@secure-registry.watched':
        this.watched.take(report.entries);
        return;
      case '@secure-registry.incident':
        return this.#learn(at, abridged(report.incident) as IncidentRecord['incident']);
      case '@secure-registry.gap':
        this.watched.clear();
        return this.#forget(at);
      default:
        // Of a newer version than this page.
        return report satisfies never;
    }
  }

  /** All is told from the start: what was missed meanwhile is not told. */
  anew(): void {
    this.#forget(this.heardAt);
    this.watched.clear();
  }

  #learn(at: number, incident: IncidentRecord['incident']): void {
    if (this.#retold.size > 0 && this.#retold.delete(JSON.stringify(incident))) return;
    this.#incidents.push({ number: ++this.#incidentsTotal, at, incident });
  }

  #forget(at: number): void {
    this.#retold = new Set(this.incidents.map(({ incident }) => JSON.stringify(incident)));
    this.actors.clear();
    this.log.clearPending();
    this.log.note(at, '(some events are missing here)', 'all');
  }
}
