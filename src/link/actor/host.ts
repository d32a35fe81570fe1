import { Observable } from 'rxjs';
import { createActor, type Actor, type AnyActorLogic, type AnyEventObject } from 'xstate';
import { invalidInput, RegistryError } from '../../error.ts';
import { realClock, type Clock } from '../../world.ts';
import type { Port } from '../port.ts';
import { serve, type Serving } from '../serve.ts';
import { conflate, type StreamLimits } from '../stream/index.ts';
import type { AnyActorDefinition, InputOf } from './definition.ts';
import { Family } from './family.ts';
import { inspectionOf } from './inspector.ts';
import { joinServices, type ActorService } from './service.ts';
import { projectSnapshot, sameSnapshot, type ActorSnapshot, type RawSnapshot } from './snapshot.ts';

export interface HostOptions<D extends AnyActorDefinition> extends StreamLimits {
  readonly port: Port;
  readonly input: InputOf<D>;
  readonly clock?: Clock | undefined;
  /** What session ids begin with. Default: the definition's name. */
  readonly name?: string | undefined;
}

/** An actor at work in this thread, answering on a port. */
export interface HostedActor {
  readonly actor: Actor<AnyActorLogic>;
  /** Stops the actor and closes its port. */
  close(): void;
}

/**
 * Starts an actor in this thread and serves it on `port`. If it dies (an action threw, a promise nobody handles was rejected) its children are
 * stopped, and every call and stream ends with `WORKER_GONE` and the cause.
 *
 * @throws {RegistryError} `INVALID_INPUT` if the definition's service takes a name that every actor has
 */
export function hostActor<D extends AnyActorDefinition>(definition: D, { port, input, clock = realClock, name = definition.name, ...limits }: HostOptions<D>): HostedActor {
  const { publicEvents = [], service, onPort, view, redact } = definition;
  const actor: Actor<AnyActorLogic> = createActor(definition.logic, { input: input as unknown, clock, id: name });
  const family = new Family(actor);

  const snapshots = new Observable<ActorSnapshot>((subscriber) => {
    let told: RawSnapshot | undefined;
    const tell = (snapshot: RawSnapshot): void => {
      if (told !== undefined && sameSnapshot(told, snapshot)) return;
      told = snapshot;
      try {
        subscriber.next(projectSnapshot(snapshot, view));
      } catch (error) {
        subscriber.error(error); // a view of the definition's that throws is the end of this stream, not of the actor
      }
    };
    tell(actor.getSnapshot() as RawSnapshot);
    const subscription = actor.subscribe({ next: (snapshot) => tell(snapshot as RawSnapshot), ...endingOf(subscriber) });
    return () => subscription.unsubscribe();
  });
  const ofEvery: ActorService = {
    calls: {
      send: (event) => {
        if (!isEvent(event)) throw invalidInput('event', 'a record with a type');
        if (!publicEvents.includes(event.type)) throw new RegistryError('FORBIDDEN', 'this event is not public', { field: 'event.type' });
        actor.send(event);
      },
      snapshot: () => projectSnapshot(actor.getSnapshot() as RawSnapshot, view),
      connect: (target) => {
        if (!onPort) throw new RegistryError('UNSUPPORTED', 'this actor takes no further ports');
        onPort(target.name, target.port, actor as never);
      },
      ping: () => {},
      stop: () => void actor.stop(),
    },
    streams: {
      snapshot: () => conflate(snapshots),
      emitted: () =>
        new Observable((subscriber) => {
          const emitted = actor.on('*', (event: unknown) => subscriber.next(event));
          const life = actor.subscribe(endingOf(subscriber));
          return () => {
            emitted.unsubscribe();
            life.unsubscribe();
          };
        }),
      inspect: () => inspectionOf({ actor, family, name, now: () => clock.now(), redact }),
      life: () => new Observable<never>((subscriber) => {
        const life = actor.subscribe(endingOf(subscriber));
        return () => life.unsubscribe();
      }),
    },
  };

  let serving: Serving | undefined;
  let death: RegistryError | undefined;
  actor.subscribe({
    complete: () => family.stop(),
    error(cause: unknown) {
      family.stop();
      death = died(name, cause);
      serving?.fail(death);
    },
  });

  const own = service?.(actor as never) ?? {};
  const joined = joinServices(ofEvery, own);
  actor.start();
  serving = serve(port, joined, limits);
  if (death) serving.fail(death);
  return {
    actor,
    close() {
      actor.stop();
      serving.close();
    },
  };
}

const isEvent = (event: unknown): event is AnyEventObject => typeof event === 'object' && event !== null && typeof (event as { type?: unknown }).type === 'string';

/** An observer of an actor that ends a stream as the actor ends. Where the actor dies it is `Serving.fail` that ends it, with the cause. */
const endingOf = (subscriber: { complete(): void }): { error(): void; complete(): void } => ({ error() {}, complete: () => subscriber.complete() });

const died = (name: string, cause: unknown): RegistryError => new RegistryError('WORKER_GONE', `the ${name} actor died`, { cause });
