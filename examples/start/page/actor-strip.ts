import { auditTime, type Observable, scan } from 'rxjs';
import { element, part, show } from './element.ts';
import type { Report } from 'secure-registry/inspect';

const ACTORS = ['portal', 'verifier', 'entries', 'vault'] as const;
type ActorName = (typeof ACTORS)[number];

interface Activity {
  /** What its statechart is in. */
  readonly value: string | undefined;
  /** Events of it, and of the actors that it has started. */
  readonly events: number;
}

/** Between two looks, in milliseconds: what happens faster nobody can read. */
const LOOK = 100;

/** The four actors, by their names: in which state each is, and how many events it has taken. */
export function showActors(reports$: Observable<Report>): void {
  const rows = new Map(ACTORS.map((actor) => [actor, element(`actor-${actor}`)]));
  const activities$ = reports$.pipe(
    scan((activities, report) => {
      if (!('sessionId' in report)) return activities;
      const thread = report.sessionId.split('/')[0] ?? '';
      const actor = ACTORS.find((name) => thread === name || thread.startsWith(`${name}.`));
      if (actor !== undefined) activities.set(actor, after(report, activities.get(actor)));
      return activities;
    }, new Map<ActorName, Activity>()),
    auditTime(LOOK),
  );
  activities$.subscribe((activities) => {
    for (const [actor, { value, events }] of activities) {
      const row = rows.get(actor);
      if (row === undefined) continue;
      show(part(row, '.state'), value ?? 'started');
      show(part(row, '.events'), `${events} ${events === 1 ? 'event' : 'events'}`);
    }
  });
}

function after(report: Extract<Report, { sessionId: string }>, { value, events }: Activity = { value: undefined, events: 0 }): Activity {
  if (report.type === '@xstate.event') return { value, events: events + 1 };
  if (!report.sessionId.endsWith('/x:0') || !('snapshot' in report)) return { value, events };
  return { value: textOf((report.snapshot as { readonly value?: unknown }).value) ?? value, events };
}

/** `ready`, `connection.live.settled, checks.resting`. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value)
    .map(([state, within]) => `${state}.${textOf(within)}`)
    .join(', ');
}
