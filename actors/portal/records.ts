import { Observable } from 'rxjs';
import type { PortalContext, PortalRecord } from '../../machines/portal.ts';
import { elapsedOn, type Clock } from '../../src/world.ts';

interface Snapshot {
  readonly context: PortalContext;
}

interface Told {
  getSnapshot(): Snapshot;
  subscribe(observer: { next(snapshot: Snapshot): void; error(): void }): { unsubscribe(): void };
}

/**
 * What a portal actor knows of each portal: now, and whenever more changes than how fast it is. `term` is what is left of it. A successor is started with what was told last: one that
 * dies, of whatever a portal sent, must not take that along.
 */
export function recordsOf(actor: Told, clock: Clock): Observable<readonly PortalRecord[]> {
  return new Observable((subscriber) => {
    let told = '';
    let offences: readonly number[] = [];
    const ends: number[] = [];
    const tell = ({ context: { portals } }: Snapshot): void => {
      const text = JSON.stringify(portals, (name, value: unknown) => (name === 'latency' ? undefined : value));
      if (text === told) return;
      told = text;
      const now = elapsedOn(clock);
      for (const [i, portal] of portals.entries()) if (portal.offences !== offences[i]) ends[i] = now + (portal.term ?? 0);
      offences = portals.map((portal) => portal.offences);
      subscriber.next(portals.map(({ term, ...portal }, i) => ({ ...portal, term: term && Math.max(0, (ends[i] ?? 0) - now) })));
    };
    tell(actor.getSnapshot());
    return actor.subscribe({ next: tell, error() {} }); // its death is told otherwise
  });
}
