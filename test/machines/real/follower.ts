import type { AnyActorRef, AnyMachineSnapshot } from 'xstate';
import { cellOf, follow, wayTaken, type AnyOracle } from '../../../src/testing/model/index.ts';
import { wordOf } from '../bench.ts';
import { same } from '../walk.ts';

/** What a real machine is told, in the words of its table. */
export interface Tale<Model, Happening extends { readonly type: string }> {
  readonly oracle: AnyOracle<Model, Happening>;
  /** What the machine remembers when it starts, which may go on where another one ended. */
  begin(snapshot: AnyMachineSnapshot): Model;
  /** What an event is; undefined for what the machine has no business with. */
  read(event: { readonly type: string }, model: Model): Happening | undefined;
  /** What of the model, and of a snapshot, is compared besides the state: the same, where the oracle is right. */
  shows(model: Model): unknown;
  sees(snapshot: AnyMachineSnapshot): unknown;
}

export type AnyTale = Tale<unknown, { readonly type: string }>;

/** Reads along with one real actor: what its table says of each event that reached it, against what became of it. */
export class Follower {
  readonly #tale: AnyTale;
  readonly #statesIn: (model: unknown) => readonly string[];
  /** Every way of every cell that was gone, and the states. */
  readonly cells = new Set<string>();
  readonly states = new Set<string>();
  #model: unknown;
  #hasBegun = false;
  /** What was seen first that should not have been: a throw at once would be the actor's. */
  #departure: Error | undefined;

  constructor(tale: AnyTale, statesIn: (model: unknown) => readonly string[] = (model) => [tale.oracle.stateOf(model)]) {
    this.#tale = tale;
    this.#statesIn = statesIn;
  }

  /** The actor has taken an event in. */
  see(event: { readonly type: string }, snapshot: AnyMachineSnapshot): void {
    if (this.#departure !== undefined) return;
    try {
      if (this.#hasBegun) this.#follow(event);
      else this.#begin(snapshot);
      same(this.#seen(snapshot), this.#shown());
      for (const state of this.#statesIn(this.#model)) this.states.add(state);
    } catch (cause) {
      this.#departure = new Error(`${event.type} was not what it should be: ${String(cause)}`, { cause });
    }
  }

  /** The states that the table says it is in, as words. */
  get words(): readonly string[] {
    return this.#statesIn(this.#model);
  }

  /** @throws Error if anything was not as the table says */
  check(): void {
    if (this.#departure !== undefined) throw this.#departure;
  }

  #begin(snapshot: AnyMachineSnapshot): void {
    this.#model = this.#tale.begin(snapshot);
    this.#hasBegun = true;
  }

  #follow(event: { readonly type: string }): void {
    const { oracle } = this.#tale;
    const happening = this.#tale.read(event, this.#model);
    if (happening === undefined) return;
    const cell = cellOf(oracle, this.#model, happening.type);
    const way = typeof cell === 'string' ? cell : wayTaken(oracle, cell, this.#model, happening);
    this.cells.add(`${oracle.stateOf(this.#model)} ${happening.type} ${way}`);
    this.#model = follow(oracle, this.#model, happening);
  }

  #shown(): unknown {
    const isDead = this.#tale.oracle.stateOf(this.#model) === 'dead';
    return isDead ? 'dead' : { states: this.#statesIn(this.#model), rest: this.#tale.shows(this.#model) };
  }

  #seen(snapshot: AnyMachineSnapshot): unknown {
    return snapshot.status === 'error' ? 'dead' : { states: wordOf(snapshot.value).split('+'), rest: this.#tale.sees(snapshot) };
  }
}

/** The machine of an actor, by its id. */
export const machineOf = (actor: AnyActorRef): string | undefined => (actor as { readonly logic?: { readonly config?: { readonly id?: string } } }).logic?.config?.id;
