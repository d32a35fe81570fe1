import type { AnyActorRef, InspectionEvent as XStateInspectionEvent } from 'xstate';
import { toDisplayJson } from './display.ts';
import { projectSnapshot, type RawSnapshot } from './snapshot.ts';

/** An inspection event in the wire shape of Stately's inspector, every value ready to be shown. */
export type InspectionEvent = ActorBirth | EventSeen | SnapshotTaken;

interface Inspected {
  /** Unique among threads: the hosted actor's name, then XState's own id, which is `x:0` in each of them. */
  readonly sessionId: string;
  readonly rootId: string;
  readonly createdAt: string;
  readonly _version: string;
  readonly id: null;
}
export interface ActorBirth extends Inspected {
  readonly type: '@xstate.actor';
  /** What its parent calls it; of the hosted actor, the thread's name. */
  readonly name: string;
  /** Absent of the hosted actor itself. */
  readonly parentId?: string | undefined;
  /** The machine as JSON text. */
  readonly definition: string;
  readonly snapshot: unknown;
}
export interface EventSeen extends Inspected {
  readonly type: '@xstate.event';
  readonly event: { readonly type: string };
  /** Of the actor that sent it, where that is of the same thread. */
  readonly sourceId?: string | undefined;
}
export interface SnapshotTaken extends Inspected {
  readonly type: '@xstate.snapshot';
  readonly event: { readonly type: string };
  readonly snapshot: unknown;
}

/** The version of `@statelyai/inspect` whose shape this is. */
const STATELY_VERSION = '0.7.2';

/** In place of what holds itself. */
const CANNOT_BE_SHOWN = { type: '[cannot be shown]' };

/** The event as JSON text: that costs less to send than what it says. Throws where nothing of it can be shown. */
export function textOf(event: InspectionEvent): string {
  try {
    return toDisplayJson(event);
  } catch {
    return toDisplayJson({ ...event, event: CANNOT_BE_SHOWN, snapshot: CANNOT_BE_SHOWN });
  }
}

/** What became of XState's inspection events in one thread. XState's own hold functions and cannot cross; of what these hold, {@link textOf} makes what can. */
export class InspectionConverter {
  readonly #thread: string;
  readonly #now: () => number;
  /** Ten thousand actors may be of one machine. */
  readonly #definitions = new WeakMap<object, string>();

  /** @param thread what session ids begin with */
  constructor(thread: string, now: () => number) {
    this.#thread = thread;
    this.#now = now;
  }

  /** The event to send, or undefined for kinds that Stately's shape has not. */
  convert(event: XStateInspectionEvent): InspectionEvent | undefined {
    const ref = event.actorRef as AnyActorRef;
    switch (event.type) {
      case '@xstate.actor':
        return this.birth(ref);
      case '@xstate.event':
        return { ...this.#inspected(ref), type: event.type, event: event.event, sourceId: event.sourceRef && this.#id(event.sourceRef) };
      case '@xstate.snapshot':
        return { ...this.#inspected(ref), type: event.type, event: event.event, snapshot: projectSnapshot(event.snapshot) };
      default:
        return undefined;
    }
  }

  birth(ref: AnyActorRef): ActorBirth {
    const snapshot = snapshotOf(ref);
    const parent = ref._parent;
    return {
      ...this.#inspected(ref),
      type: '@xstate.actor',
      name: parent === undefined ? this.#thread : ref.id,
      parentId: parent && this.#id(parent),
      definition: this.#definition(ref as never),
      snapshot: snapshot === undefined ? { status: 'active' } : projectSnapshot(snapshot),
    };
  }

  #inspected(ref: AnyActorRef): Inspected {
    let root = ref;
    while (root._parent) root = root._parent;
    return { sessionId: this.#id(ref), rootId: this.#id(root), createdAt: `${this.#now()}`, _version: STATELY_VERSION, id: null };
  }

  #id({ sessionId }: { readonly sessionId: string }): string {
    return `${this.#thread}/${sessionId}`;
  }

  #definition({ id, logic }: { readonly id: string; readonly logic?: { readonly config?: unknown } }): string {
    const { config } = logic ?? {};
    const machine = typeof config === 'object' && config !== null ? config : { id };
    const known = this.#definitions.get(machine) ?? definitionOf(machine);
    this.#definitions.set(machine, known);
    return known;
  }
}

/** Within its constructor an actor has none yet, and where XState is built for development it says so by a throw. */
function snapshotOf(ref: AnyActorRef): RawSnapshot | undefined {
  try {
    return ref.getSnapshot() as RawSnapshot | undefined;
  } catch {
    return undefined;
  }
}

function definitionOf(machine: object): string {
  try {
    return toDisplayJson(machine);
  } catch {
    return '{}';
  }
}
