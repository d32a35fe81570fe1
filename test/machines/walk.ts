import { afterAll, describe, expect, it } from 'vitest';
import type { AnyEventObject, AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { getShortestPaths } from 'xstate/graph';
import { expectWarningsAfterTheEnd, statesOf, transitionsOf, type Bench } from './bench.ts';
import { follow, wayTaken, type AnyOracle, type Cell } from './oracle.ts';

/** How a table is walked. */
export interface Walk<Model, Happening extends { readonly type: string }, Input, Sight> {
  readonly machine: AnyStateMachine;
  readonly oracle: AnyOracle<Model, Happening>;
  /** What the machine may be started with. */
  readonly inputs: readonly Input[];
  readonly begin: (input: Input) => Model;
  /** What of the input the machine is given, where that is another. Only to find ways through the machine. */
  readonly beginningOf?: (input: Input) => unknown;
  readonly open: (input: Input) => Bench<Happening, Sight>;
  readonly shows: (model: Model) => Sight;
  /** For each event what may come with it. */
  readonly samples: readonly Happening[];
  /** As the machine itself is given the event in this snapshot, where it can be. Only to find ways through the machine. */
  readonly raw: (event: Happening, snapshot: AnyMachineSnapshot) => AnyEventObject | undefined;
  /** What of a snapshot tells apart the situations that a path may have to reach. */
  readonly situation: (snapshot: AnyMachineSnapshot) => string;
  /** The states that a machine with several at once is in; the table is about one of them. */
  readonly statesIn?: (model: Model) => readonly string[];
}

interface Path<Input, Happening> {
  readonly input: Input;
  readonly events: readonly Happening[];
}
interface Step<Input, Happening> extends Path<Input, Happening> {
  readonly sentence: string;
  readonly event: Happening;
  readonly isPossible: boolean;
}

/** The shortest ways into every situation of the machine. They only drive; what has to be seen on the way is the oracle's to say. */
function shortestPaths<Model, Happening extends { readonly type: string }, Input, Sight>(walk: Walk<Model, Happening, Input, Sight>): Path<Input, Happening>[] {
  return walk.inputs.flatMap((input) => {
    const happenings = new Map<AnyEventObject, number>();
    const paths = getShortestPaths(walk.machine, {
      input: walk.beginningOf === undefined ? input : walk.beginningOf(input),
      serializeState: (snapshot) => walk.situation(snapshot as AnyMachineSnapshot),
      serializeEvent: (event) => String(happenings.get(event)),
      limit: 50_000,
      events: (snapshot) =>
        walk.samples.flatMap((happening, index) => {
          const raw = walk.raw(happening, snapshot as AnyMachineSnapshot);
          if (raw === undefined || !(snapshot as AnyMachineSnapshot).can(raw)) return [];
          happenings.set(raw, index);
          return [raw];
        }),
    });
    return paths.map(({ steps }) => ({
      input,
      events: steps.flatMap(({ event }) => walk.samples[happenings.get(event) ?? -1] ?? []),
    }));
  }).sort((a, b) => a.events.length - b.events.length);
}

/** One step for each way of each cell: how to come before it, the event, and a sentence. */
function stepsOf<Model, Happening extends { readonly type: string }, Input, Sight>(walk: Walk<Model, Happening, Input, Sight>): Step<Input, Happening>[] {
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
        const found = (way < 0 ? undefined : fitting.find(({ model, event }) => !isAlike(follow(oracle, model, event), model))) ?? fitting[0];
        // Where every way has a condition, they may be all there is.
        if (found === undefined && way < 0 && typeof cell !== 'string') continue;
        if (found === undefined) throw new Error(`no path leads to ${state} where ${type} ${outcome}`);
        steps.push({ ...found, sentence: `${state}: ${type} ${outcome}`, isPossible: cell !== 'cannot be' });
      }
    }
  }
  return steps;
}

const isAlike = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

function outcomesOf(cell: Cell<string, string, string>): [number, string][] {
  if (typeof cell === 'string') return [[-1, { ignored: 'is ignored', dies: 'is the end of the actor', 'cannot be': 'cannot be' }[cell]]];
  const ways = cell.map(({ when, to, does = [] }, index): [number, string] => {
    const outcome = [to === undefined ? [] : `leads to ${to}`, ...does].flat().join(', ');
    return [index, `${when === undefined ? '' : `(${when}) `}${outcome}`];
  });
  return cell.every(({ when }) => when !== undefined) ? [...ways, [-1, 'is ignored otherwise']] : ways;
}

/** Registers the tests that hold a machine to its table, cell by cell, and that demand that all of the machine was seen. */
export function walkTable<Model, Happening extends { readonly type: string }, Input, Sight extends object>(name: string, walk: Walk<Model, Happening, Input, Sight>): void {
  const states = new Set<string>();
  const transitions = new Set<string>();

  expectWarningsAfterTheEnd();

  describe(`${name}, hosted over a port, does what its table says`, () => {
    it.each(stepsOf(walk))('$sentence', async ({ input, events, event, isPossible }) => {
      const bench = walk.open(input);
      let model = walk.begin(input);
      try {
        expect(await bench.look()).toEqual(walk.shows(model));
        for (const each of events) {
          await bench.happen(each);
          model = follow(walk.oracle, model, each);
          expect(await bench.look()).toEqual(walk.shows(model));
        }
        expect(bench.isPossible(event)).toBe(isPossible);
        for (const state of walk.statesIn?.(model) ?? [walk.oracle.stateOf(model)]) states.add(state);
        if (!isPossible) return;
        await bench.happen(event);
        expect(await bench.look()).toEqual(walk.shows(follow(walk.oracle, model, event)));
      } finally {
        for (const each of bench.taken) transitions.add(each);
        await bench.close();
      }
    });

    it('and that is all it can do: every state was entered, every transition taken', () => {
      expect([...states].sort()).toEqual(statesOf(walk.machine).sort());
      expect([...transitions].sort()).toEqual(transitionsOf(walk.machine).sort());
    });

    afterAll(() => {
      // oxlint-disable-next-line no-console -- what was measured is for whoever runs the tests
      console.info(`${name}: ${share(states, statesOf(walk.machine))} states, ${share(transitions, transitionsOf(walk.machine))} transitions`);
    });
  });
}

const share = (seen: ReadonlySet<string>, all: readonly string[]): string => `${all.filter((each) => seen.has(each)).length} of ${all.length}`;
