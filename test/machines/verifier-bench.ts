import { fromCallback, fromPromise } from 'xstate';
import { verifierMachine, type VerifierEvent, type VerifierTally, type VerdictCommand } from '../../machines/verifier.ts';
import type { Bench } from '../../src/testing/model/index.ts';
import { DEAD, hostMachine, settling, type Seen, type Settling } from './bench.ts';
import type { VerifierHappening, VerifierModel } from './verifier-table.ts';

export interface VerifierSight {
  readonly actor: Seen;
  /** The batches given to the verdict so far, and the one it is about. */
  readonly begun: readonly number[];
  readonly isVerifying: boolean;
  readonly told: readonly ({ readonly type: string } & VerifierTally)[];
}

/** The verifier machine on a port, with an engine and a verdict that settle when a test says so. */
export function openVerifierBench() {
  const begun: number[] = [];
  const told: ({ readonly type: string } & VerifierTally)[] = [];
  let choosing: Settling<string> | undefined;
  /** The batch being verified: more than one at a time would lose the order of reports. */
  let verifying: number | undefined;
  const machine = verifierMachine.provide({
    actors: {
      chooseEngine: fromPromise<string>(() => (choosing = settling<string>()).promise),
      verdict: fromCallback<VerdictCommand>(({ sendBack, receive }) => {
        answer = sendBack;
        receive((command) => {
          if (command.type === 'FAIL') throw command.error;
          const { batch } = command;
          if (batch === undefined) throw new RangeError('there is no such batch');
          if (verifying !== undefined) throw new Error('two batches at once');
          begun.push((verifying = batch));
        });
      }),
    },
  });
  let answer: ((event: VerifierEvent) => void) | undefined;
  const hosted = hostMachine(machine, { input: undefined });
  hosted.link.emitted$.subscribe({ next: (event) => told.push(event as (typeof told)[number]), error: () => {} });
  return {
    taken: () => hosted.taken,
    close: hosted.close,
    async happen(event: VerifierHappening): Promise<void> {
      if (event.type === 'BATCH') return hosted.send(event);
      if (event.type === 'CHOSEN') return choosing?.resolve(event.engine);
      if (event.type === 'NOT CHOSEN') return choosing?.reject(new Error('no engine'));
      verifying = undefined;
      if (event.type === 'VERIFIED') return answer?.({ type: 'VERIFIED', ...event.tally });
      hosted.tellChild('verdict', { type: 'FAIL', error: new Error('no verdict') });
    },
    isPossible: ({ type }: VerifierHappening): boolean => type === 'BATCH' || (type === 'CHOSEN' || type === 'NOT CHOSEN' ? hosted.hasChild('chooseEngine') : verifying !== undefined),
    look: async (): Promise<VerifierSight> => ({ actor: await hosted.look(), begun: [...begun], isVerifying: verifying !== undefined, told: [...told] }),
  } satisfies Bench<VerifierHappening, VerifierSight>;
}

/** What is to be seen of the machine where the oracle is right. */
export function showVerifier({ state, engine, waiting, served, forged, begun, told }: VerifierModel): VerifierSight {
  return {
    actor: state === 'dead' ? DEAD : { status: 'active', state, context: { engine, batches: waiting, served, forged } },
    begun,
    isVerifying: state === 'verifying',
    told: told.map((tally) => ({ type: 'batch.verified', ...tally })),
  };
}
