import type { Actor, AnyActorLogic, ContextFrom, EmittedFrom, EventFromLogic, InputFrom } from 'xstate';
import type { Port } from '../port.ts';
import type { Service } from '../service.ts';
import type { InspectionEvent } from './inspection.ts';

/** An actor as a thread hosts it: its logic, and what it lets others do. */
export interface ActorDefinition<TLogic extends AnyActorLogic = AnyActorLogic, TService extends Service = Service, TView = unknown> {
  readonly name: string;
  readonly logic: TLogic;
  /** The event types that a handle may send. All other events are the actor's own business. Default: none. */
  readonly publicEvents?: readonly EventFromLogic<TLogic>['type'][] | undefined;
  /** Calls and streams of its own, beside those of every actor. */
  readonly service?: ((actor: Actor<TLogic>) => TService) | undefined;
  /** Receives a port to another actor from whoever supervises both. */
  readonly onPort?: ((name: string, port: Port, actor: Actor<TLogic>) => void) | undefined;
  /** What handles see of the context. Needed where the context holds what cannot be cloned, or should not leave. Default: all of it. */
  readonly view?: ((context: ContextFrom<TLogic>) => TView) | undefined;
  /** What an inspector sees of an event, or undefined for nothing. Runs in the actor's thread, on the values themselves: before anything leaves it, or is even shown. */
  readonly redact?: ((event: InspectionEvent) => InspectionEvent | undefined) | undefined;
}

/** Gives a definition its types: `defineActor({ name, logic, … })`. */
export const defineActor = <TLogic extends AnyActorLogic, TService extends Service = object, TView = ContextFrom<TLogic>>(
  definition: ActorDefinition<TLogic, TService, TView>,
): ActorDefinition<TLogic, TService, TView> => definition;

/** Any definition. Its functions take what only their own definition can give. */
export interface AnyActorDefinition {
  readonly name: string;
  readonly logic: AnyActorLogic;
  readonly publicEvents?: readonly string[] | undefined;
  readonly service?: ((actor: never) => Service) | undefined;
  readonly onPort?: ((name: string, port: Port, actor: never) => void) | undefined;
  readonly view?: ((context: never) => unknown) | undefined;
  readonly redact?: ((event: InspectionEvent) => InspectionEvent | undefined) | undefined;
}

export type LogicOf<D extends AnyActorDefinition> = D['logic'];
export type EventOf<D extends AnyActorDefinition> = EventFromLogic<LogicOf<D>>;
export type EmittedOf<D extends AnyActorDefinition> = EmittedFrom<LogicOf<D>>;
export type InputOf<D extends AnyActorDefinition> = InputFrom<LogicOf<D>>;
export type ServiceOf<D extends AnyActorDefinition> = D extends { readonly service?: ((actor: never) => infer S) | undefined } ? (S extends Service ? S : object) : object;
export type ViewOf<D extends AnyActorDefinition> = D extends { readonly view?: ((context: never) => infer V) | undefined } ? V : ContextFrom<LogicOf<D>>;

/**
 * Makes an actor of what its spawner gives, which may hold what must not stand in the actor's context and events, where everybody may look: a key.
 * What of it may stand there is the `input` of its logic.
 */
export type AnyActorMaker = (input: never) => { readonly definition: AnyActorDefinition; readonly input: unknown };
