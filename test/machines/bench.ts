import type { AnyActorRef, AnyStateMachine, InputFrom, StateValue } from 'xstate';
import { ActorLink, defineActor, hostActor, type ActorSnapshot } from '../../src/link/index.ts';
import { transitionsTaken } from '../../src/testing/model/index.ts';
import type { Clock } from '../../src/world.ts';
import { StepClock } from './step-clock.ts';

/** What is seen of an actor: its state as one word, or how it ended. */
export interface Seen {
  readonly status: 'active' | 'done' | 'dead';
  readonly state?: string;
  readonly context?: unknown;
}
export const DEAD: Seen = { status: 'dead' };

/**
 * Hosts a machine over a real port, in this thread, in time that passes only when told to. Its handle may send every event.
 * @param child the one that the test is about, where that is a child of the machine
 */
export function hostMachine<M extends AnyStateMachine, C extends Clock = StepClock>(
  machine: M,
  { input, clock = new StepClock() as never, child }: { readonly input: InputFrom<M>; readonly clock?: C; readonly child?: string },
) {
  const { port1, port2 } = new MessageChannel();
  const definition = defineActor({ name: machine.id, logic: machine as AnyStateMachine, publicEvents: machine.events });
  const { actor } = hostActor(definition, { port: port2, input, clock });
  const link = new ActorLink<typeof definition>(port1, { clock, deadline: Infinity });
  const childOf = (id: string): AnyActorRef | undefined => (actor.getSnapshot() as { children?: Record<string, AnyActorRef> }).children?.[id];
  const taken = transitionsTaken(actor, (each) => each === (child === undefined ? actor : childOf(child)));
  return {
    link,
    clock,
    taken,
    close: () => link.stop(),
    /** Whether the machine has this child now. */
    hasChild: (id: string): boolean => childOf(id) !== undefined,
    /** Sends to a child of the machine, as what it stands for would. */
    tellChild(id: string, event: { readonly type: string; readonly error?: Error }): void {
      childOf(id)?.send(event);
    },
    tellGrandchild(id: string, itsChild: string, event: { readonly type: string }): void {
      (childOf(id)?.getSnapshot() as { children?: Record<string, AnyActorRef> } | undefined)?.children?.[itsChild]?.send(event);
    },
    /** Sends over the port. An actor that died refuses; that shows when it is looked at. */
    send: (event: { readonly type: string }): Promise<void> => link.send(event).catch(() => {}),
    async look(): Promise<Seen> {
      const snapshot: ActorSnapshot | undefined = await link.snapshot().catch((error: unknown) => {
        if ((error as { code?: unknown }).code === 'WORKER_GONE') return undefined;
        throw error;
      });
      if (snapshot === undefined) return DEAD;
      const { status, value, context } = child === undefined ? snapshot : ((childOf(child)?.getSnapshot() ?? {}) as ActorSnapshot);
      return { status: status as 'active' | 'done', state: wordOf(value as StateValue), context };
    },
  };
}

/** `{ online: 'proving' }` as `online.proving`. */
export function wordOf(value: StateValue): string {
  if (typeof value === 'string') return value;
  return Object.entries(value)
    .map(([parent, child]) => `${parent}.${wordOf(child ?? '')}`)
    .join('+');
}

/** A promise, and what settles it. */
export interface Settling<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}
export function settling<T>(): Settling<T> {
  const settle: Partial<Pick<Settling<T>, 'resolve' | 'reject'>> = {};
  const promise = new Promise<T>((resolve, reject) => Object.assign(settle, { resolve, reject }));
  return { promise, resolve: (value) => settle.resolve?.(value), reject: (error) => settle.reject?.(error) };
}
