import { Caller, startThread } from '../../src/link/index.ts';
import type { Bench } from '../../src/testing/model/index.ts';
import { workersOf } from '../link/fixture/workers.ts';
import type { BenchName } from './benches.ts';
import type { BenchService } from './benches.worker.ts';

const workerFile = workersOf({ benches: new URL('./benches.worker.ts', import.meta.url) });

/** A worker full of benches. */
export interface BenchWorker {
  open(name: BenchName, input: unknown): Promise<Bench<{ readonly type: string }, unknown>>;
  end(): void;
}

/** Starts a worker, in which machines are hosted and driven over a port. */
export async function startBenchWorker(): Promise<BenchWorker> {
  const { thread, port } = await startThread(await workerFile('benches'), { name: 'benches', input: undefined });
  const caller = new Caller<BenchService>(port);
  void thread.gone.then((reason) => caller.fail(reason));
  return {
    async open(name, input) {
      const bench = await caller.call('open', { name, input });
      return {
        happen: (event) => caller.call('happen', { bench, event }),
        isPossible: (event) => caller.call('isPossible', { bench, event }),
        look: () => caller.call('look', bench),
        taken: () => caller.call('taken', bench),
        close: () => caller.call('close', bench),
      };
    },
    end() {
      caller.close();
      thread.terminate();
    },
  };
}
