import { afterAll, describe, expect, it } from 'vitest';
import type { AnyStateMachine } from 'xstate';
import { Coverage, simplePaths, stepsOf, walkPath, walkStep, type Bench, type Walk } from '../../src/testing/model/index.ts';
import { SEED } from './seed.ts';
import { expectWarningsAfterTheEnd } from './warnings.ts';

/** Of more simple paths than `most` a sample is walked. */
const PATHS = { most: 3_000, sample: 300, seed: SEED };

/** So many are one test: each costs as much as some messages. */
const PATHS_AT_A_TIME = 100;

/** What of a machine is walked, and where it is hosted. */
export interface Walked<Model, Happening extends { readonly type: string }, Sight, Input> {
  readonly machine: AnyStateMachine;
  readonly walk: Walk<Model, Happening, Sight, Input>;
  readonly open: (input: Input) => Bench<Happening, Sight> | Promise<Bench<Happening, Sight>>;
}

/** Registers the tests that hold a machine to its table, cell by cell, and that demand that all of the machine was seen. */
export function walkTable<Model, Happening extends { readonly type: string }, Input, Sight>(name: string, { machine, walk, open }: Walked<Model, Happening, Sight, Input>): void {
  const coverage = new Coverage(machine);

  expectWarningsAfterTheEnd();

  describe(`${name} does what its table says`, () => {
    it.each(stepsOf(walk))('$sentence', async (step) => {
      await expect(walkStep(walk, step, { open, same, coverage })).resolves.toBeDefined();
    });

    it('and that is all it can do: every state was entered, every transition taken', () => {
      expect([coverage.missing, coverage.unknown]).toEqual([[], []]);
    });

    // oxlint-disable-next-line no-console -- what was measured is for whoever runs the tests
    afterAll(() => console.info(`${name} was seen: ${String(coverage)}`));
  });
}

/** Registers the tests that hold a machine to its table along simple paths. */
export function walkSimplePaths<Model, Happening extends { readonly type: string }, Input, Sight>(name: string, { walk, open }: Omit<Walked<Model, Happening, Sight, Input>, 'machine'>): void {
  const { paths, isComplete } = simplePaths(walk, PATHS);
  const parts = Array.from({ length: Math.ceil(paths.length / PATHS_AT_A_TIME) }, (_each, part) => ({ from: part * PATHS_AT_A_TIME, to: Math.min(paths.length, (part + 1) * PATHS_AT_A_TIME) }));

  describe(`${name} does what its table says along ${isComplete ? 'every simple path' : `simple paths (seed ${SEED})`}`, () => {
    it.each(parts)(`from $from to $to of ${paths.length}`, async ({ from, to }) => {
      for (const path of paths.slice(from, to)) await expect(walkPath(walk, path, { open, same })).resolves.toBeDefined();
    });

    // oxlint-disable-next-line no-console -- what was measured is for whoever runs the tests
    afterAll(() => console.info(`${name} was walked: ${paths.length} simple paths, ${isComplete ? 'which are all' : 'a sample'}`));
  });
}

/** As benches and plays compare what they see. */
export const same = (seen: unknown, expected: unknown): void => expect(seen).toEqual(expected);
