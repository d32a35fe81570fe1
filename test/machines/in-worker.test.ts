import { afterAll, beforeAll } from 'vitest';
import type { Bench } from '../../src/testing/model/index.ts';
import type { BenchName } from './benches.ts';
import { machines } from './machines.ts';
import { playMachine } from './play.ts';
import { plays } from './plays.ts';
import { startBenchWorker, type BenchWorker } from './remote-bench.ts';
import { walkSimplePaths, walkTable } from './walk.ts';

let worker: BenchWorker | undefined;

beforeAll(async () => {
  worker = await startBenchWorker();
});
afterAll(() => worker?.end());

const openIn = (name: BenchName) => async (input: unknown): Promise<Bench<{ readonly type: string }, unknown>> => {
  if (worker === undefined) throw new Error('the worker has not been started');
  return worker.open(name, input);
};

for (const name of Object.keys(machines) as BenchName[]) {
  const { machine, walk, simple } = machines[name];
  const title = `the ${name} machine, hosted in a worker`;
  walkTable(title, { machine, walk, open: openIn(name) });
  walkSimplePaths(title, { walk: simple, open: openIn(name) });
  playMachine(title, plays[name], openIn(name));
}
