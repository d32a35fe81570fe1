import { verifierMachine, type VerifierContext } from '../../machines/verifier.ts';
import { openVerifierBench, showVerifier } from './verifier-bench.ts';
import { beginVerifier, verifierOracle, type VerifierHappening } from './verifier-table.ts';
import { walkTable } from './walk.ts';

walkTable('the verifier machine', {
  machine: verifierMachine,
  oracle: verifierOracle,
  inputs: [undefined],
  begin: beginVerifier,
  open: openVerifierBench,
  shows: showVerifier,
  samples: [
    { type: 'BATCH', batch: 7 },
    { type: 'CHOSEN', engine: 'node' },
    { type: 'NOT CHOSEN' },
    { type: 'VERIFIED', tally: { served: 2, forged: 1 } },
    { type: 'NOT VERIFIED' },
  ] satisfies VerifierHappening[],
  raw: (event, snapshot) => {
    if (event.type === 'BATCH') return event;
    if (event.type === 'CHOSEN') return snapshot.matches('starting') ? { type: 'xstate.done.actor.chooseEngine', output: event.engine } : undefined;
    if (event.type === 'VERIFIED') return { type: 'VERIFIED', ...event.tally };
    return undefined; // the end of the actor leads nowhere
  },
  situation: (snapshot) => JSON.stringify([snapshot.value, Math.min(2, (snapshot.context as VerifierContext).batches.length)]),
});
