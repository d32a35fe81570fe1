import { fromTransition, type AnyEventObject, type TransitionSnapshot } from 'xstate';
import { getAdjacencyMap, getShortestPaths, getSimplePaths } from 'xstate/graph';
import { Chance } from '../chance.ts';
import { cellOf, follow } from './oracle.ts';
import { situationOf } from './situation.ts';
import type { Walk } from './walk.ts';

/** What the machine is started with, and what happens to it then. */
export interface Path<Input, Happening> {
  readonly input: Input;
  readonly events: readonly Happening[];
}

/** How many simple paths are walked. */
export interface SimplePathsOptions {
  /** All are walked where there are no more than this for each input, beginnings of others counted. */
  readonly most: number;
  /** Otherwise so many of them. Default: `most`. */
  readonly sample?: number | undefined;
  /** What the sample follows from: a whole number. */
  readonly seed: number;
}

/** Paths that come to no situation twice. */
export interface SimplePaths<Input, Happening> {
  /** Those that are no beginning of another: whoever walks them has walked all. */
  readonly paths: readonly Path<Input, Happening>[];
  /** Whether they are all that there are, and not a sample. */
  readonly isComplete: boolean;
}

/** More situations than this nobody walks to. */
const SITUATIONS = 100_000;

/** Where each situation leads. */
type Graph = ReadonlyMap<string, readonly string[]>;

/** What may be the next event of a path. The end of the actor leads nowhere. */
function onwardFrom<Model, Happening extends { readonly type: string }, Sight, Input>({ oracle, samples, leads }: Walk<Model, Happening, Sight, Input>, model: Model): readonly Happening[] {
  const mayBe = samples.filter(({ type }) => {
    const cell = cellOf(oracle, model, type);
    return cell !== 'cannot be' && cell !== 'dies';
  });
  return leads === undefined ? mayBe : mayBe.filter((event) => leads(model, event));
}

/** The oracle as XState's graph functions take it: they need no machine, but what a step makes of a state. */
function graphable<Model, Happening extends { readonly type: string }, Sight, Input>(walk: Walk<Model, Happening, Sight, Input>, input: Input) {
  const { oracle, samples, begin, situation = situationOf } = walk;
  const indexes = new Map<unknown, number>(samples.map((event, index) => [event, index]));
  const modelOf = (snapshot: unknown): Model => (snapshot as TransitionSnapshot<Model>).context;
  const serializeState = (snapshot: unknown): string => situation(modelOf(snapshot));
  const logic = fromTransition((model: Model, event: AnyEventObject) => follow(oracle, model, event as unknown as Happening), () => begin(input));
  const options = {
    serializeState,
    serializeEvent: (event: unknown) => String(indexes.get(event)),
    limit: SITUATIONS,
    events: (snapshot: unknown) => onwardFrom(walk, modelOf(snapshot)) as unknown as AnyEventObject[],
  };
  return { logic, options, serializeState };
}

const happeningsOf = <Happening>(samples: readonly Happening[], steps: readonly { readonly event: AnyEventObject }[]): readonly Happening[] => {
  const known = new Set<unknown>(samples);
  // The first step is the start of the machine.
  return steps.map(({ event }) => event as unknown as Happening).filter((event) => known.has(event));
};

/** The shortest path into every situation of the oracle, the shortest first. @throws Error if there are more than 100,000 of them */
export function shortestPaths<Model, Happening extends { readonly type: string }, Sight, Input>(walk: Walk<Model, Happening, Sight, Input>): readonly Path<Input, Happening>[] {
  return walk.inputs
    .flatMap((input) => {
      const { logic, options } = graphable(walk, input);
      return getShortestPaths(logic, options).map(({ steps }) => ({ input, events: happeningsOf(walk.samples, steps) }));
    })
    .sort((a, b) => a.events.length - b.events.length);
}

/** All simple paths through the oracle, or a sample of them: {@link SimplePathsOptions}. @throws Error as {@link shortestPaths} */
export function simplePaths<Model, Happening extends { readonly type: string }, Sight, Input>(walk: Walk<Model, Happening, Sight, Input>, { most, sample = most, seed }: SimplePathsOptions): SimplePaths<Input, Happening> {
  const chance = new Chance(seed);
  const found = walk.inputs.map((input): SimplePaths<Input, Happening> => {
    const { logic, options, serializeState } = graphable(walk, input);
    const map = getAdjacencyMap(logic, options);
    const graph: Graph = new Map(Object.entries(map).map(([from, { transitions }]) => [from, Object.values(transitions).map((transition) => serializeState((transition as { readonly state: unknown }).state))]));
    if (hasMoreThan(most, graph, Object.keys(map)[0] ?? '')) return { paths: sampled(walk, input, sample, chance), isComplete: false };
    const all = getSimplePaths(logic, options).map(({ steps }) => asFarAsCanBe(walk, { input, events: happeningsOf(walk.samples, steps) }));
    return { paths: whole(all, walk.samples), isComplete: true };
  });
  return { paths: found.flatMap(({ paths }) => paths), isComplete: found.every(({ isComplete }) => isComplete) };
}

/** Whether there are more simple paths than that: counting ends there. */
function hasMoreThan(most: number, graph: Graph, first: string): boolean {
  const visited = new Set<string>();
  let count = 0;
  const visit = (at: string): void => {
    if (++count > most) return;
    visited.add(at);
    for (const to of graph.get(at) ?? []) if (count <= most && !visited.has(to)) visit(to);
    visited.delete(at);
  };
  visit(first);
  return count > most;
}

/** Goes on at random to where it has not been, until it can go nowhere; each path once. */
function sampled<Model, Happening extends { readonly type: string }, Sight, Input>(walk: Walk<Model, Happening, Sight, Input>, input: Input, count: number, chance: Chance): readonly Path<Input, Happening>[] {
  const { oracle, begin, situation = situationOf } = walk;
  const paths = new Map<string, Path<Input, Happening>>();
  for (let tries = 0; paths.size < count && tries < 2 * count; tries++) {
    const events: Happening[] = [];
    let model = begin(input);
    const visited = new Set([situation(model)]);
    for (;;) {
      const onward = onwardFrom(walk, model)
        .map((event) => ({ event, next: follow(oracle, model, event) }))
        .filter(({ next }) => !visited.has(situation(next)));
      if (onward.length === 0) break;
      const { event, next } = chance.pick(onward);
      events.push(event);
      visited.add(situation((model = next)));
    }
    paths.set(nameOf(events, walk.samples), { input, events });
  }
  return [...paths.values()];
}

/** A situation stands for more than one model: what can be in one of them may not in another. */
function asFarAsCanBe<Model, Happening extends { readonly type: string }, Sight, Input>({ oracle, begin }: Walk<Model, Happening, Sight, Input>, { input, events }: Path<Input, Happening>): Path<Input, Happening> {
  let model = begin(input);
  const end = events.findIndex((event) => {
    const canBe = cellOf(oracle, model, event.type) !== 'cannot be';
    if (canBe) model = follow(oracle, model, event);
    return !canBe;
  });
  return { input, events: end < 0 ? events : events.slice(0, end) };
}

const nameOf = <Happening>(events: readonly Happening[], samples: readonly Happening[]): string => events.map((event) => samples.indexOf(event)).join();

/** Each once, and without those that are the beginning of another. */
function whole<Input, Happening>(paths: readonly Path<Input, Happening>[], samples: readonly Happening[]): readonly Path<Input, Happening>[] {
  const named = new Map(paths.map((path) => [nameOf(path.events, samples), path]));
  const beginnings = new Set([...named.values()].filter(({ events }) => events.length > 0).map(({ events }) => nameOf(events.slice(0, -1), samples)));
  return [...named].filter(([name]) => !beginnings.has(name)).map(([, path]) => path);
}
