import { follow, wayTaken, type Cell } from './oracle.ts';
import { shortestPaths, type Path } from './paths.ts';
import { situationOf } from './situation.ts';
import type { Walk } from './walk.ts';

/** One way of one cell: how to come before it, the event, and a sentence. */
export interface Step<Input, Happening> extends Path<Input, Happening> {
  readonly sentence: string;
  readonly event: Happening;
  readonly isPossible: boolean;
}

/**
 * One step for each way of each cell of the table, each by a shortest path.
 * @throws Error if no path leads to one: the table has a cell that is never looked at, or the samples lack an event
 */
export function stepsOf<Model, Happening extends { readonly type: string }, Sight, Input>(walk: Walk<Model, Happening, Sight, Input>): readonly Step<Input, Happening>[] {
  const { oracle, samples } = walk;
  const ends = shortestPaths(walk).map((path) => ({ path, model: path.events.reduce((model, event) => follow(oracle, model, event), walk.begin(path.input)) }));
  const steps: Step<Input, Happening>[] = [];
  for (const [state, row] of Object.entries(oracle.table)) {
    const here = ends.filter(({ model }) => oracle.stateOf(model) === state);
    for (const [type, cell] of Object.entries<Cell<string, string, string>>(row)) {
      const tries = here.flatMap(({ path, model }) => samples.filter((event) => event.type === type).map((event) => ({ ...path, model, event })));
      for (const [way, outcome] of outcomesOf(cell)) {
        const fitting = tries.filter(({ model, event }) => typeof cell === 'string' || wayTaken(oracle, cell, model, event) === way);
        // An effect that changes nothing could be missing.
        const found = (way < 0 ? undefined : fitting.find(({ model, event }) => situationOf(follow(oracle, model, event)) !== situationOf(model))) ?? fitting[0];
        // Where every way has a condition, they may be all there is.
        if (found === undefined && way < 0 && typeof cell !== 'string') continue;
        if (found === undefined) throw new Error(`no path leads to ${state} where ${type} ${outcome}`);
        const { input, events, event } = found;
        steps.push({ input, events, event, sentence: `${state}: ${type} ${outcome}`, isPossible: cell !== 'cannot be' });
      }
    }
  }
  return steps;
}

function outcomesOf(cell: Cell<string, string, string>): [number, string][] {
  if (typeof cell === 'string') return [[-1, { ignored: 'is ignored', dies: 'is the end of the actor', 'cannot be': 'cannot be' }[cell]]];
  const ways = cell.map(({ when, to, does = [] }, index): [number, string] => {
    const outcome = [to === undefined ? [] : `leads to ${to}`, ...does].flat().join(', ');
    return [index, `${when === undefined ? '' : `(${when}) `}${outcome}`];
  });
  return cell.every(({ when }) => when !== undefined) ? [...ways, [-1, 'is ignored otherwise']] : ways;
}
