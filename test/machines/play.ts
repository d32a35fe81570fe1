import type * as fc from 'fast-check';
import { expect } from 'vitest';
import type { Bench } from './bench.ts';
import { cellOf, follow, type AnyOracle } from './oracle.ts';

const environment = (import.meta as ImportMeta & { readonly env?: Readonly<Record<string, string | undefined>> }).env;

/** What every random choice of these tests follows from: `VITE_SEED=7 npx vitest run …` tries another. A failing property prints it. */
export const SEED = Number(environment?.['VITE_SEED'] ?? 20_261_121);

/** How a property is tried. */
export const trials = (numRuns: number): fc.Parameters<unknown> => ({ seed: SEED, numRuns });

/** What a play is about: a machine at work, and what its table says of it. */
export interface Play<Model, Happening extends { readonly type: string }, Sight extends object> {
  readonly oracle: AnyOracle<Model, Happening>;
  readonly bench: Bench<Happening, Sight>;
  readonly model: Model;
  readonly shows: (model: Model) => Sight;
  /** Looks at what is seen, knowing nothing of the table: the invariants. */
  readonly watch: (event: Happening, before: Sight, after: Sight) => void;
}

/** Makes events happen one after the other, and after each compares what is seen with the table. What cannot be is left out. */
export async function play<Model, Happening extends { readonly type: string }, Sight extends object>(
  { oracle, bench, model: begin, shows, watch }: Play<Model, Happening, Sight>,
  events: readonly Happening[],
): Promise<Model> {
  let model = begin;
  let before = await bench.look();
  expect(before).toEqual(shows(model));
  for (const event of events) {
    const canBe = cellOf(oracle, model, event.type) !== 'cannot be';
    if (!canBe) continue;
    await bench.happen(event);
    model = follow(oracle, model, event);
    const after = await bench.look();
    expect(after).toEqual(shows(model));
    watch(event, before, after);
    before = after;
  }
  return model;
}
