import { createActor, createMachine, type AnyActorRef, type AnyActorScope, type AnyEventObject, type AnyMachineSnapshot, type AnyStateMachine, type StateValue } from 'xstate';
import { toDisplayJson, type ActorBirth, type SnapshotTaken } from '../link/index.ts';
import { knownMachines } from './known-machines.ts';
import type { Report } from './report.ts';
import { fromShown } from './shown-value.ts';

/** A state that a machine did not come to again. */
export interface ReplayDifference {
  /** Which report it was, from 0. */
  readonly report: number;
  readonly sessionId: string;
  /** What the machine was given. */
  readonly event: string;
  readonly recorded: unknown;
  /** The state it came to, or the message of what it threw. */
  readonly replayed: unknown;
}

/** What came of feeding a recording back. */
export interface Replay {
  /** Actors of machines that are known. */
  readonly actors: number;
  /** Events that were given to them. */
  readonly events: number;
  /** Ids of machines in the recording that are not known, or not to the letter. */
  readonly unknown: readonly string[];
  readonly differences: readonly ReplayDifference[];
}

/** A recorded snapshot, as far as it is looked at. */
interface Shown {
  readonly status?: unknown;
  readonly value?: StateValue;
  readonly context?: unknown;
}

/** An actor of a recording. */
interface Replayed {
  readonly machine: AnyStateMachine;
  /** Undefined until the recording shows one, and after it was seen to go another way than recorded, until it shows the next. */
  snapshot: AnyMachineSnapshot | undefined;
  /** Those that it had: it sends to them, and would not be let to nobody. */
  readonly children: Record<string, AnyActorRef>;
}

/** In the place of every child: it takes everything, and answers nothing. */
const nobody = (): AnyActorRef => createActor(createMachine({}));

const ignore = (): void => {};

/** In the place of an actor's surroundings: it has a parent to send to, and nothing that it does is done. */
function nowhere(): AnyActorScope {
  const self = createActor(createMachine({}), { parent: nobody() });
  return { self, system: self.system, id: self.id, sessionId: self.sessionId, logger: ignore, defer: ignore, emit: ignore, stopChild: ignore, actionExecutor: ignore };
}

/**
 * Feeds a recording back to the machines: whether they come to the states that were recorded.
 * @param machines those whose actors are fed, with what their decisions need: found by their definition. Default: this package's
 */
export function replayRecording(reports: Iterable<Report>, machines: readonly AnyStateMachine[] = knownMachines()): Replay {
  const known = new Map(machines.map((machine) => [toDisplayJson(machine.config), machine]));
  const actors = new Map<string, Replayed>();
  const unknown = new Set<string>();
  const differences: ReplayDifference[] = [];
  let [births, events, index] = [0, 0, -1];

  const bear = ({ sessionId, parentId, name, definition, snapshot }: ActorBirth): void => {
    const parent = parentId === undefined ? undefined : actors.get(parentId);
    if (parent !== undefined) parent.children[name] = nobody();
    const machine = known.get(definition);
    if (machine === undefined) {
      actors.delete(sessionId);
      const id = machineIdOf(definition, name);
      if (id !== undefined) unknown.add(id);
      return;
    }
    births++;
    actors.set(sessionId, { machine, snapshot: begun(machine, sessionId, 'xstate.init', snapshot as Shown), children: {} });
  };

  /** The snapshot that was recorded, to go on from; where the machine has no such state, that is a difference. */
  const begun = (machine: AnyStateMachine, sessionId: string, event: string, shown: Shown): AnyMachineSnapshot | undefined => {
    const snapshot = revived(machine, shown);
    if (snapshot === undefined && shown.value !== undefined) differences.push({ report: index, sessionId, event, recorded: shown.value, replayed: 'it has no such state' });
    return snapshot;
  };

  const step = ({ sessionId, event, snapshot }: SnapshotTaken): void => {
    const actor = actors.get(sessionId);
    if (actor === undefined) return;
    const { machine, snapshot: before, children } = actor;
    const recorded = snapshot as Shown;
    if (before === undefined) {
      actor.snapshot = begun(machine, sessionId, event.type, recorded);
      return;
    }
    events++;
    const replayed = next(machine, Object.assign(before, { children: { ...before.children, ...children } }), fromShown(event) as AnyEventObject);
    if ('snapshot' in replayed && isSame(replayed.snapshot.value, recorded.value)) {
      actor.snapshot = replayed.snapshot;
      return;
    }
    differences.push({ report: index, sessionId, event: event.type, recorded: recorded.value, replayed: 'snapshot' in replayed ? replayed.snapshot.value : replayed.thrown });
    actor.snapshot = revived(machine, recorded);
  };

  for (const report of reports) {
    index++;
    if (report.type === '@xstate.actor') bear(report);
    if (report.type === '@xstate.snapshot') step(report);
    // Until it is born again, nobody knows what it went through.
    if (report.type === '@secure-registry.gap') actors.clear();
  }
  return { actors: births, events, unknown: [...unknown], differences };
}

/** What a definition says that its machine is called; undefined where it is of none: of a promise, a callback. */
function machineIdOf(definition: string, name: string): string | undefined {
  try {
    const { id, states } = JSON.parse(definition) as { readonly id?: string; readonly states?: unknown };
    return states === undefined ? undefined : (id ?? name);
  } catch {
    return name;
  }
}

/** Undefined where it is of no state that the machine has. */
function revived(machine: AnyStateMachine, { value, context }: Shown): AnyMachineSnapshot | undefined {
  if (value === undefined) return undefined;
  try {
    return machine.resolveState({ value, context: fromShown(context) });
  } catch {
    return undefined;
  }
}

function next(machine: AnyStateMachine, before: AnyMachineSnapshot, event: AnyEventObject): { readonly snapshot: AnyMachineSnapshot } | { readonly thrown: string } {
  try {
    return { snapshot: machine.transition(before, event, nowhere()) };
  } catch (error) {
    return { thrown: String(error) };
  }
}

/** Of states side by side, the order says nothing. */
function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => isSame((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name]));
}
