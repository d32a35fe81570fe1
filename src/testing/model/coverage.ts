import type { AnyActorRef, AnyStateMachine, AnyTransitionDefinition } from 'xstate';

type Node = AnyStateMachine['root'];

function below(node: Node | undefined): Node[] {
  return node === undefined ? [] : [node, ...Object.values(node.states).flatMap((child) => below(child))];
}

function nameOf(transition: AnyTransitionDefinition): string {
  const { source, eventType } = transition;
  const candidates = eventType === '' ? (source.always ?? []) : (source.transitions.get(eventType) ?? []);
  return `${source.id} ${eventType || 'always'} ${candidates.indexOf(transition)}`;
}

/** The states a machine can rest in, by their paths: `locked.ready`. */
export function statesOf(machine: AnyStateMachine): readonly string[] {
  return below(machine.root)
    .filter((node) => node.type === 'atomic' || node.type === 'final')
    .filter((node) => !(node.always ?? []).some(({ guard }) => guard === undefined))
    .map((node) => node.path.join('.'));
}

/** Every transition of a machine, by its state, its event and its place among those of the same event: `vault.locked UNLOCK 0`. */
export function transitionsOf(machine: AnyStateMachine): readonly string[] {
  return below(machine.root).flatMap((node) => [...node.transitions.values()].flat().concat(node.always ?? []).map(nameOf));
}

/**
 * The transitions that actors of a system take from now on, as {@link transitionsOf} names them: the set grows.
 * @param root of the system
 * @param isMeant which of its actors; default: the root
 */
export function transitionsTaken(root: AnyActorRef, isMeant: (actor: AnyActorRef) => boolean = (actor) => actor === root): ReadonlySet<string> {
  const taken = new Set<string>();
  root.system.inspect((event) => {
    if (event.type === '@xstate.microstep' && isMeant(event.actorRef as AnyActorRef)) for (const transition of event._transitions) taken.add(nameOf(transition));
  });
  return taken;
}

/** How much of a machine was seen. */
export class Coverage {
  readonly #states: readonly string[];
  readonly #transitions: readonly string[];
  readonly #entered = new Set<string>();
  readonly #taken = new Set<string>();

  constructor(machine: AnyStateMachine) {
    this.#states = statesOf(machine);
    this.#transitions = transitionsOf(machine);
  }

  /** Notes states that the machine was in. */
  enter(states: Iterable<string>): void {
    for (const state of states) this.#entered.add(state);
  }

  /** Notes transitions that it took. */
  take(transitions: Iterable<string>): void {
    for (const transition of transitions) this.#taken.add(transition);
  }

  /** The states that it was never in, and the transitions that it never took. */
  get missing(): readonly string[] {
    return [...this.#states.filter((state) => !this.#entered.has(state)), ...this.#transitions.filter((transition) => !this.#taken.has(transition))];
  }

  /** What was noted and is nothing of this machine's, but for its end (`dead`). */
  get unknown(): readonly string[] {
    return [...[...this.#entered].filter((state) => state !== 'dead' && !this.#states.includes(state)), ...[...this.#taken].filter((transition) => !this.#transitions.includes(transition))];
  }

  /** `11 of 11 states, 52 of 52 transitions` */
  toString(): string {
    return `${share(this.#entered, this.#states)} states, ${share(this.#taken, this.#transitions)} transitions`;
  }
}

const share = (seen: ReadonlySet<string>, all: readonly string[]): string => `${all.filter((each) => seen.has(each)).length} of ${all.length}`;
