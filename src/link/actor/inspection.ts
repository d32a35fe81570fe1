import type { AnyActorRef, InspectionEvent as XStateInspectionEvent } from 'xstate';
import { toDisplay, toDisplayJson } from './display.ts';
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
  readonly name: string;
  readonly parentId: string | undefined;
  /** The machine as JSON text. */
  readonly definition: string;
  readonly snapshot: unknown;
}
export interface EventSeen extends Inspected {
  readonly type: '@xstate.event';
  readonly event: { readonly type: string };
  readonly sourceId: string | undefined;
}
export interface SnapshotTaken extends Inspected {
  readonly type: '@xstate.snapshot';
  readonly event: { readonly type: string };
  readonly snapshot: unknown;
}

/** The version of `@statelyai/inspect` whose shape this is. */
const STATELY_VERSION = '0.7.2';

/** What becomes of XState's inspection events in one thread. XState's own hold functions and cannot cross. */
export class InspectionConverter {
  readonly #thread: string;
  readonly #now: () => number;

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
        return { ...this.#inspected(ref), type: event.type, event: shown(event.event), sourceId: event.sourceRef && this.#id(event.sourceRef.sessionId) };
      case '@xstate.snapshot':
        return { ...this.#inspected(ref), type: event.type, event: shown(event.event), snapshot: toDisplay(projectSnapshot(event.snapshot)) };
      default:
        return undefined;
    }
  }

  birth(ref: AnyActorRef): ActorBirth {
    const snapshot = ref.getSnapshot() as RawSnapshot | undefined;
    const { config } = (ref as { logic?: { config?: unknown } }).logic ?? {};
    const machine = typeof config === 'object' && config !== null ? (config as { id?: string }) : { id: ref.id };
    return {
      ...this.#inspected(ref),
      type: '@xstate.actor',
      name: ref._parent === undefined ? this.#thread : ref.id,
      parentId: ref._parent && this.#id(ref._parent.sessionId),
      definition: definitionOf(machine),
      // Within its constructor an actor has no snapshot yet.
      snapshot: snapshot === undefined ? { status: 'active' } : toDisplay(projectSnapshot(snapshot)),
    };
  }

  #inspected(ref: AnyActorRef): Inspected {
    let root = ref;
    while (root._parent) root = root._parent;
    return { sessionId: this.#id(ref.sessionId), rootId: this.#id(root.sessionId), createdAt: String(this.#now()), _version: STATELY_VERSION, id: null };
  }

  readonly #id = (sessionId: string): string => `${this.#thread}/${sessionId}`;
}

const shown = (event: unknown): { readonly type: string } => toDisplay(event) as { readonly type: string };

function definitionOf(machine: object): string {
  try {
    return toDisplayJson(machine);
  } catch {
    return '{}';
  }
}
