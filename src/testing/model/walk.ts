import { type AnyOracle, cellOf, follow } from './oracle.ts';
import type { Coverage } from './coverage.ts';
import type { Path } from './paths.ts';
import type { Step } from './steps.ts';

/** A machine, and what its oracle says of it. */
export interface Walk<Model, Happening extends { readonly type: string }, Sight, Input = undefined> {
  readonly oracle: AnyOracle<Model, Happening>;
  /** What the machine may be started with: one or more. */
  readonly inputs: readonly Input[];
  readonly begin: (input: Input) => Model;
  /** What is to be seen of the machine where the oracle is right. */
  readonly shows: (model: Model) => Sight;
  /** For each event what may come with it. */
  readonly samples: readonly Happening[];
  /** What of a model tells apart the situations that a path may have to reach. Default: all of it. */
  readonly situation?: (model: Model) => string;
  /** Which events, of those that can be, may be a part of a path: all others would make it longer and lead nowhere. Default: all. */
  readonly leads?: (model: Model, event: Happening) => boolean;
  /** The states that a machine with several at once is in; the table is about one of them. */
  readonly statesIn?: (model: Model) => readonly string[];
}

/** A machine at work, in whatever place, with a world in which a test makes things happen, and from which it sees what comes of them. */
export interface Bench<Happening, Sight> {
  happen(event: Happening): Promise<void> | void;
  /** Whether what the event comes from (a timer, a child of the machine) lives now. */
  isPossible(event: Happening): Promise<boolean> | boolean;
  look(): Promise<Sight> | Sight;
  /** The transitions taken so far, as `transitionsOf` names them. */
  taken(): Promise<Iterable<string>> | Iterable<string>;
  close(): Promise<void> | void;
}

/** How a machine is walked. */
export interface Walking<Happening, Sight, Input> {
  open(input: Input): Promise<Bench<Happening, Sight>> | Bench<Happening, Sight>;
  /** Throws where what is seen is not what it should be: `assert.deepEqual`, or what another framework has. */
  same(seen: Sight, expected: Sight): void;
  readonly coverage?: Coverage | undefined;
}

/** What was seen was not what the oracle said. Its `cause` is what the comparison threw. */
export class Departure extends Error {
  override readonly name = 'Departure';
}

/**
 * Makes the events of a path happen one after the other, and compares what is seen with the oracle before the first and after each.
 * @returns the model at its end
 * @throws Departure
 */
export async function walkPath<Model, Happening extends { readonly type: string }, Sight, Input>(
  walk: Walk<Model, Happening, Sight, Input>,
  path: Path<Input, Happening>,
  walking: Walking<Happening, Sight, Input>,
): Promise<Model> {
  return onBench(walk, path, walking, (_bench, model) => Promise.resolve(model));
}

/**
 * Walks to a cell of the table, and looks at what its event does there; or, where it cannot be, that it could not.
 * @returns the model after it
 * @throws Departure
 */
export async function walkStep<Model, Happening extends { readonly type: string }, Sight, Input>(
  walk: Walk<Model, Happening, Sight, Input>,
  step: Step<Input, Happening>,
  walking: Walking<Happening, Sight, Input>,
): Promise<Model> {
  return onBench(walk, step, walking, async (bench, model) => {
    const isPossible = await bench.isPossible(step.event);
    if (isPossible !== step.isPossible) throw new Departure(`${step.event.type} ${isPossible ? 'can' : 'cannot'} be in ${walk.oracle.stateOf(model)}`);
    return isPossible ? (await happen(walk, bench, model, step.event, walking)).model : model;
  });
}

async function onBench<Model, Happening extends { readonly type: string }, Sight, Input>(
  walk: Walk<Model, Happening, Sight, Input>,
  { input, events }: Path<Input, Happening>,
  walking: Walking<Happening, Sight, Input>,
  end: (bench: Bench<Happening, Sight>, model: Model) => Promise<Model>,
): Promise<Model> {
  let model = walk.begin(input);
  const bench = await walking.open(input);
  try {
    await compare(walk, bench, model, walking);
    for (const event of events) ({ model } = await happen(walk, bench, model, event, walking));
    model = await end(bench, model);
  } catch (error) {
    if (error instanceof Departure) error.message += `\nafter ${events.length === 0 ? 'nothing' : inWords(events)}`;
    // What went wrong first is told, also where the bench did not survive it.
    await Promise.allSettled([(async () => bench.close())()]);
    throw error;
  }
  try {
    walking.coverage?.take(await bench.taken());
  } finally {
    await bench.close();
  }
  return model;
}

async function happen<Model, Happening extends { readonly type: string }, Sight, Input>(
  walk: Walk<Model, Happening, Sight, Input>,
  bench: Bench<Happening, Sight>,
  model: Model,
  event: Happening,
  walking: Pick<Walking<Happening, Sight, Input>, 'same' | 'coverage'>,
): Promise<Standing<Model, Sight>> {
  const next = follow(walk.oracle, model, event);
  await bench.happen(event);
  try {
    return { model: next, sight: await compare(walk, bench, next, walking) };
  } catch (error) {
    if (error instanceof Departure) error.message = `${event.type} in ${walk.oracle.stateOf(model)}: ${error.message}`;
    throw error;
  }
}

async function compare<Model, Happening extends { readonly type: string }, Sight, Input>(
  walk: Walk<Model, Happening, Sight, Input>,
  bench: Bench<Happening, Sight>,
  model: Model,
  { same, coverage }: Pick<Walking<Happening, Sight, Input>, 'same' | 'coverage'>,
): Promise<Sight> {
  const seen = await bench.look();
  try {
    same(seen, walk.shows(model));
  } catch (cause) {
    throw new Departure(cause instanceof Error ? cause.message : 'another sight', { cause });
  }
  coverage?.enter(walk.statesIn?.(model) ?? [walk.oracle.stateOf(model)]);
  return seen;
}

const inWords = (events: readonly { readonly type: string }[]): string => events.map((event) => JSON.stringify(event, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))).join(', ');

/** Where a play stands: fast-check hands it from command to command. */
export interface Standing<Model, Sight> {
  model: Model;
  /** What was seen last. */
  sight?: Sight;
}

/** One event, as a command of a random play: the interface that fast-check has its commands implement. */
export interface Command<Model, Happening, Sight> {
  check(standing: Readonly<Standing<Model, Sight>>): boolean;
  run(standing: Standing<Model, Sight>, bench: Bench<Happening, Sight>): Promise<void>;
  toString(): string;
}

/** What looks at a play besides the table: the invariants of the machine. Throws where one does not hold. */
export type Watch<Happening, Sight> = (event: Happening, before: Sight, after: Sight) => void;

/**
 * Makes a command of what happens: it is left out where the table says that it cannot be, and compares what is seen with the oracle after it.
 * `fc.commands([happening.map(commandOf(walk, { same }))])`, and `fc.asyncModelRun` with `{ model: { model: walk.begin(input) }, real: bench }`.
 */
export function commandOf<Model, Happening extends { readonly type: string }, Sight, Input>(
  walk: Walk<Model, Happening, Sight, Input>,
  { same, watch, coverage }: Pick<Walking<Happening, Sight, Input>, 'same' | 'coverage'> & { readonly watch?: Watch<Happening, Sight> | undefined },
): (event: Happening | ((model: Model) => Happening)) => Command<Model, Happening, Sight> {
  return (given) => {
    const eventIn = (model: Model): Happening => (typeof given === 'function' ? given(model) : given);
    let shown = typeof given === 'function' ? '' : inWords([given]);
    return {
      check: ({ model }) => cellOf(walk.oracle, model, eventIn(model).type) !== 'cannot be',
      async run(standing, bench) {
        const event = eventIn(standing.model);
        shown = inWords([event]);
        const before = watch === undefined ? undefined : (standing.sight ?? (await bench.look()));
        const after = await happen(walk, bench, standing.model, event, { same, coverage });
        Object.assign(standing, after);
        watch?.(event, before as Sight, after.sight as Sight);
      },
      toString: () => shown,
    };
  };
}
