import { Observable, type Subscriber } from 'rxjs';
import type { Actor, AnyActorLogic } from 'xstate';
import type { Family } from './family.ts';
import { InspectionConverter, textOf, type InspectionEvent } from './inspection.ts';

/** What an inspector needs to know of the actor it watches. */
export interface Inspected {
  readonly actor: Actor<AnyActorLogic>;
  readonly family: Family;
  readonly name: string;
  readonly now: () => number;
  readonly redact?: ((event: InspectionEvent) => InspectionEvent | undefined) | undefined;
}

/**
 * The inspection events of an actor and all its descendants, as JSON text: first the births of those alive, then what happens. XState is asked
 * only while somebody listens.
 */
export function inspectionOf({ actor, family, name, now, redact = (event) => event }: Inspected): Observable<string> {
  const converter = new InspectionConverter(name, now);
  // A set, as rxjs's Subject would weigh as much as the rest of this file and more, in every worker.
  const listeners = new Set<Subscriber<string>>();
  let asked: { unsubscribe(): void } | undefined;

  /** XState calls inspectors in the middle of a transition: a throw here would kill the actor. */
  const shown = (make: () => InspectionEvent | undefined): string | undefined => {
    try {
      const event = make();
      const redacted = event && redact(event);
      return redacted && textOf(redacted);
    } catch {
      return undefined;
    }
  };
  const ask = () =>
    actor.system.inspect((event) => {
      const text = shown(() => converter.convert(event));
      if (text) for (const listener of Array.from(listeners)) listener.next(text);
    });

  return new Observable((subscriber) => {
    for (const ref of family.living) {
      const birth = shown(() => converter.birth(ref));
      if (birth) subscriber.next(birth);
    }
    asked ??= ask();
    listeners.add(subscriber);
    return () => {
      listeners.delete(subscriber);
      if (listeners.size > 0) return;
      asked?.unsubscribe();
      asked = undefined;
    };
  });
}
