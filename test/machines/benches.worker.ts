import { bootThread, serve } from '../../src/link/index.ts';
import type { Bench } from '../../src/testing/model/index.ts';
import { benches, type BenchName } from './benches.ts';

type AnyBench = Bench<{ readonly type: string }, unknown>;

/** Benches in this thread, by their numbers: to start a thread for each path through a machine would take for ever. */
const open = new Map<number, AnyBench>();
let numbered = 0;

const benchOf = (number: number): AnyBench => {
  const bench = open.get(number);
  if (bench === undefined) throw new RangeError('there is no such bench');
  return bench;
};

const calls = {
  open({ name, input }: { readonly name: BenchName; readonly input: unknown }): number {
    open.set(++numbered, (benches[name] as unknown as (input: unknown) => AnyBench)(input));
    return numbered;
  },
  happen: ({ bench, event }: { readonly bench: number; readonly event: { readonly type: string } }) => benchOf(bench).happen(event),
  isPossible: ({ bench, event }: { readonly bench: number; readonly event: { readonly type: string } }) => benchOf(bench).isPossible(event),
  look: (bench: number) => benchOf(bench).look(),
  taken: async (bench: number): Promise<readonly string[]> => [...(await benchOf(bench).taken())],
  async close(bench: number): Promise<void> {
    await benchOf(bench).close();
    open.delete(bench);
  },
};
export type BenchService = { readonly calls: typeof calls };

// XState warns of an event after the end; that it is ignored is what these tests are about.
Object.assign(console, { warn: () => {} });
bootThread(({ port }) => void serve(port, { calls }));
