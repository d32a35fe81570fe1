import type { AnyActorRef, AnyMachineSnapshot } from 'xstate';
import { Coverage, transitionsTaken } from '../../../src/testing/model/index.ts';
import { machines } from '../machines.ts';
import { Follower, machineOf } from './follower.ts';
import { statesOfModel, tales, type RealMachine } from './tales.ts';

const isKnown = (id: string | undefined): id is RealMachine => id !== undefined && id in tales;

/** What was seen of real actors, in every world that they were in, and who reads along with those of the present one. */
export class Records {
  readonly coverage = Object.fromEntries(Object.keys(tales).map((name) => [name, new Coverage(machines[name as RealMachine].machine)])) as Readonly<Record<RealMachine, Coverage>>;
  /** Every way of every cell that was gone. */
  readonly cells = Object.fromEntries(Object.keys(tales).map((name) => [name, new Set<string>()])) as Readonly<Record<RealMachine, Set<string>>>;
  readonly #followers = new Map<AnyActorRef, { readonly machine: RealMachine; readonly follower: Follower }>();
  readonly #taken: { readonly machine: RealMachine; readonly taken: ReadonlySet<string> }[] = [];

  /** Reads along with an actor that has not been started, and with all that will be its children. */
  attend(root: AnyActorRef): void {
    for (const machine of Object.keys(tales) as RealMachine[]) this.#taken.push({ machine, taken: transitionsTaken(root, (actor) => machineOf(actor) === machine) });
    root.system.inspect((event) => {
      if (event.type === '@xstate.snapshot') this.see(event.actorRef as AnyActorRef, event.event, event.snapshot as AnyMachineSnapshot);
    });
  }

  see(actor: AnyActorRef, event: { readonly type: string }, snapshot: AnyMachineSnapshot): void {
    const id = machineOf(actor);
    if (!isKnown(id)) return;
    let known = this.#followers.get(actor);
    if (known === undefined) this.#followers.set(actor, (known = { machine: id, follower: new Follower(tales[id], statesOfModel(id)) }));
    known.follower.see(event, snapshot);
  }

  /** What the table says of an actor: the states that it is in. Undefined where it was never seen. */
  wordsOf(actor: AnyActorRef): readonly string[] | undefined {
    return this.#followers.get(actor)?.follower.words;
  }

  /** @throws Error if any of them departed from its table */
  check(): void {
    for (const { follower } of this.#followers.values()) follower.check();
  }

  /** The world has ended. @throws Error as {@link check} */
  close(): void {
    for (const { machine, follower } of this.#followers.values()) {
      this.coverage[machine].enter(follower.states);
      for (const cell of follower.cells) this.cells[machine].add(cell);
    }
    for (const { machine, taken } of this.#taken) this.coverage[machine].take(taken);
    const all = [...this.#followers.values()];
    this.#followers.clear();
    this.#taken.length = 0;
    for (const { follower } of all) follower.check();
  }
}
