/** One way an event may go in a state. */
export interface Way<State extends string, Condition extends string, Effect extends string> {
  /** Taken if this holds and no way before it was; without it, in all other cases. */
  readonly when?: Condition;
  /** The state that is entered, anew if it is the same one. Without it none is left or entered. */
  readonly to?: State;
  /** What becomes of what the machine remembers, in order. */
  readonly does?: readonly Effect[];
}

/**
 * What an event does in a state: one of several ways; or nothing at all; or it is the end of the actor, which its supervisor replaces;
 * or the event cannot be, since what it comes from (a timer, a child) does not live in that state.
 */
export type Cell<State extends string, Condition extends string = never, Effect extends string = never> = 'ignored' | 'dies' | 'cannot be' | readonly Way<State, Condition, Effect>[];

/** A total transition table: the compiler demands a cell for each state and event. */
export type Table<State extends string, Event extends string, Condition extends string = never, Effect extends string = never> = Readonly<
  Record<State, Readonly<Record<Event, Cell<State, Condition, Effect>>>>
>;

/** What a machine has to do, written without looking at it: a table, and a model of what the machine remembers. Its functions are pure. */
export interface Oracle<Model, Happening extends { readonly type: string }, State extends string, Condition extends string = never, Effect extends string = never> {
  readonly table: Table<State, Happening['type'], Condition, Effect>;
  readonly conditions: Readonly<Record<Condition, (model: Model, event: Happening) => boolean>>;
  readonly effects: Readonly<Record<Effect, (model: Model, event: Happening) => Model>>;
  stateOf(model: Model): State | 'dead';
  /** The model in another state, or in the same one anew. */
  enter(model: Model, state: State | 'dead'): Model;
}

/** An oracle as far as whoever walks its table needs to know it. */
export type AnyOracle<Model, Happening extends { readonly type: string }> = Oracle<Model, Happening, string, string, string>;

/** Which way of a cell an event takes: its index, or -1 if none, and then the event is ignored. @throws RangeError where the table names a condition that the oracle has not */
export function wayTaken<Model, Happening extends { readonly type: string }>(
  { conditions }: AnyOracle<Model, Happening>,
  cell: readonly Way<string, string, string>[],
  model: Model,
  event: Happening,
): number {
  return cell.findIndex(({ when }) => when === undefined || named(conditions, when)(model, event));
}

/** The cell of an event in the state that the model is in; after the end no event can be. @throws RangeError if the table has none */
export function cellOf<Model, Happening extends { readonly type: string }>(oracle: AnyOracle<Model, Happening>, model: Model, type: Happening['type']): Cell<string, string, string> {
  const state = oracle.stateOf(model);
  if (state === 'dead') return 'cannot be';
  const cell = oracle.table[state]?.[type];
  if (cell === undefined) throw new RangeError(`the table has no cell for ${type} in ${state}`);
  return cell;
}

/** What becomes of the model when the event happens to it. @throws RangeError if it cannot be, or the table names what the oracle has not */
export function follow<Model, Happening extends { readonly type: string }>(oracle: AnyOracle<Model, Happening>, model: Model, event: Happening): Model {
  const cell = cellOf(oracle, model, event.type);
  if (cell === 'cannot be') throw new RangeError(`${event.type} cannot be in ${oracle.stateOf(model)}`);
  if (cell === 'ignored') return model;
  if (cell === 'dies') return oracle.enter(model, 'dead');
  const way = cell[wayTaken(oracle, cell, model, event)];
  if (way === undefined) return model;
  let next = model;
  for (const effect of way.does ?? []) next = named(oracle.effects, effect)(next, event);
  return way.to === undefined ? next : oracle.enter(next, way.to);
}

/** Who writes without types may misspell one: it would never hold, or do nothing, as the machine may. */
function named<T>(functions: Readonly<Record<string, T>>, name: string): T {
  const found = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (found === undefined) throw new RangeError(`the oracle has no function for "${name}"`);
  return found;
}
