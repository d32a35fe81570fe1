import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandOf, type Bench, type Command, type Standing, type Walk, type Watch } from '../../src/testing/model/index.ts';
import { SEED } from './seed.ts';
import { same } from './walk.ts';
import { expectWarningsAfterTheEnd } from './warnings.ts';

export { SEED };

/** How a property is tried. */
export const trials = (numRuns: number): fc.Parameters<unknown> => ({ seed: SEED, numRuns });

/** Makes a command of an event, or of one that depends on what was before. */
export type Commanding<Model, Happening, Sight> = (event: Happening | ((model: Model) => Happening)) => Command<Model, Happening, Sight>;

/** A machine at work, to which anything happens, and what is promised whatever it is. */
export interface Play<Model, Happening extends { readonly type: string }, Sight, Input = undefined> {
  readonly walk: Walk<Model, Happening, Sight, Input>;
  /** What is promised, besides what the table says. */
  readonly promise: string;
  /** Default: the first of the walk. */
  readonly input?: fc.Arbitrary<Input>;
  /** What happens first, and last, where it can be. Default: nothing. */
  readonly opening?: fc.Arbitrary<readonly Happening[]>;
  readonly ending?: fc.Arbitrary<(model: Model) => readonly Happening[]>;
  /** What may happen in between: all of one of these, in any order. */
  readonly lives: readonly { readonly weight: number; readonly happening: fc.Arbitrary<readonly (Happening | ((model: Model) => Happening))[]>; readonly most: number }[];
  /** Looks at what is seen, knowing nothing of the table: the invariants. A new one for each run. */
  readonly watch: () => Watch<Happening, Sight>;
  /** Looks at the end. */
  readonly after?: (model: Model, ending: readonly Happening[]) => void;
  readonly runs: number;
}

/** Several commands, of which each is left out by itself, shown as one. */
function joined<Model, Happening, Sight>(commands: readonly Command<Model, Happening, Sight>[]): Command<Model, Happening, Sight> {
  const [only] = commands;
  if (commands.length === 1 && only !== undefined) return only;
  return {
    check: (standing) => commands[0]?.check(standing) ?? false,
    async run(standing, bench) {
      for (const command of commands) if (command.check(standing)) await command.run(standing, bench);
    },
    toString: () => commands.map(String).join(', '),
  };
}

/** The property that a play is. */
export function propertyOf<Model, Happening extends { readonly type: string }, Sight, Input>(
  { walk, input = fc.constantFrom(...walk.inputs), opening = fc.constant([]), ending = fc.constant(() => []), lives, watch, after }: Play<Model, Happening, Sight, Input>,
  open: (input: Input) => Bench<Happening, Sight> | Promise<Bench<Happening, Sight>>,
) {
  // Commands are made when they run: a smaller counterexample is tried with invariants of its own.
  type Making = (commanding: Commanding<Model, Happening, Sight>) => Command<Model, Happening, Sight>;
  let commanding: Commanding<Model, Happening, Sight> = commandOf(walk, { same });
  const late = (make: Making): Command<Model, Happening, Sight> => {
    let made: { readonly by: typeof commanding; readonly command: Command<Model, Happening, Sight> } | undefined;
    const command = (): Command<Model, Happening, Sight> => {
      if (made?.by !== commanding) made = { by: commanding, command: make(commanding) };
      return made.command;
    };
    return { check: (standing) => command().check(standing), run: (standing, bench) => command().run(standing, bench), toString: () => String(made?.command ?? '') };
  };
  const commands = fc.oneof(
    ...lives.map(({ weight, happening, most }) => ({
      weight,
      arbitrary: fc.commands([happening.map((events) => late((commanded) => joined(events.map((event) => commanded(event)))))], { maxCommands: most, size: 'max' }) as fc.Arbitrary<Iterable<Command<Model, Happening, Sight>>>,
    })),
  );
  return fc.asyncProperty(input, opening, commands, ending, async (started, first, life, last) => {
    commanding = commandOf(walk, { same, watch: watch() });
    const bench = await open(started);
    const standing: Standing<Model, Sight> = { model: walk.begin(started), sight: await bench.look() };
    const happen = async (events: readonly Happening[]): Promise<void> => {
      for (const command of events.map((event) => commanding(event))) if (command.check(standing)) await command.run(standing, bench);
    };
    try {
      same(standing.sight, walk.shows(standing.model));
      await happen(first);
      await fc.asyncModelRun(() => ({ model: standing, real: bench }), life as Iterable<fc.AsyncCommand<Standing<Model, Sight>, Bench<Happening, Sight>>>);
      const ended = last(standing.model);
      await happen(ended);
      after?.(standing.model, ended);
    } finally {
      await bench.close();
    }
  });
}

/** Registers the test that a machine does what its table says, whatever happens to it. */
export function playMachine<Model, Happening extends { readonly type: string }, Sight, Input>(
  name: string,
  play: Play<Model, Happening, Sight, Input>,
  open: (input: Input) => Bench<Happening, Sight> | Promise<Bench<Happening, Sight>>,
): void {
  expectWarningsAfterTheEnd();

  describe(`${name}, whatever happens to it (seed ${SEED})`, () => {
    it(`does what its table says, ${play.promise}`, async () => {
      await expect(fc.assert(propertyOf(play, open), trials(play.runs))).resolves.toBeUndefined();
    });
  });
}
