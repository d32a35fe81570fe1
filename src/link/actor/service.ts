import type { Observable } from 'rxjs';
import { invalidInput } from '../../error.ts';
import type { Service } from '../service.ts';
import type { Port } from '../port.ts';
import type { Conflated } from '../stream/index.ts';
import type { ActorSnapshot } from './snapshot.ts';

/** What every hosted actor answers to, whatever its logic. */
export interface ActorService {
  readonly calls: {
    /** @throws RegistryError `FORBIDDEN` if the event is not public */
    send(event: unknown): void;
    snapshot(): ActorSnapshot;
    connect(target: { readonly name: string; readonly port: Port }): void;
    ping(): void;
    stop(): void;
  };
  readonly streams: {
    snapshot(): Conflated<ActorSnapshot>;
    emitted(): Observable<unknown>;
    /** An `InspectionEvent` each, as JSON text. */
    inspect(): Observable<string>;
    /** Says nothing; errors when the actor dies, completes when it is done or stopped. */
    life(): Observable<never>;
  };
}

/** Joins an actor's own service to the one of every actor. */
export function joinServices(actor: ActorService, own: Service): Service {
  return { calls: join(actor.calls, own.calls ?? {}), streams: join(actor.streams, own.streams ?? {}), pipes: own.pipes ?? {} };
}

function join<T extends object>(ofEvery: T, own: object): T {
  const taken = Object.keys(own).find((name) => name in ofEvery);
  if (taken !== undefined) throw invalidInput(`service.${taken}`, 'called something else: every actor has one of that name');
  return { ...own, ...ofEvery };
}
