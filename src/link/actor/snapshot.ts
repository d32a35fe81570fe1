import type { OutputFrom, SnapshotFrom } from 'xstate';
import { toWire, type WireError } from '../../error.ts';
import type { AnyActorDefinition, LogicOf, ViewOf } from './definition.ts';

/** What of a snapshot can cross a thread: XState's own carries functions. */
export interface ActorSnapshot<D extends AnyActorDefinition = AnyActorDefinition> {
  readonly status: 'active' | 'done' | 'error' | 'stopped';
  readonly value: SnapshotFrom<LogicOf<D>> extends { value: infer V } ? V : undefined;
  readonly context: ViewOf<D>;
  readonly tags: readonly string[];
  readonly output: OutputFrom<LogicOf<D>> | undefined;
  readonly error: WireError | undefined;
}

/** An XState snapshot of any logic, as far as it is looked at here. */
export interface RawSnapshot {
  readonly status: ActorSnapshot['status'];
  readonly value?: unknown;
  readonly context?: unknown;
  readonly tags?: Iterable<string>;
  readonly output?: unknown;
  readonly error?: unknown;
}

export function projectSnapshot({ status, value, context, tags, output, error }: RawSnapshot, view: (context: never) => unknown = (all) => all): ActorSnapshot {
  return {
    status,
    value,
    context: view(context as never),
    tags: [...(tags ?? [])],
    output,
    error: error === undefined ? undefined : toWire(error),
  };
}

/** XState emits a snapshot for events that changed nothing, too. Contexts are immutable, so identity tells. */
export const sameSnapshot = (a: RawSnapshot, b: RawSnapshot): boolean =>
  a.status === b.status && a.context === b.context && a.output === b.output && a.error === b.error && JSON.stringify(a.value) === JSON.stringify(b.value);
