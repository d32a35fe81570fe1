import type { Walk } from '../../src/testing/model/index.ts';
import { showVerifier, type VerifierSight } from './verifier-bench.ts';
import { beginVerifier, verifierOracle, type VerifierHappening, type VerifierModel } from './verifier-table.ts';

export const verifierWalk: Walk<VerifierModel, VerifierHappening, VerifierSight> = {
  oracle: verifierOracle,
  inputs: [undefined],
  begin: beginVerifier,
  shows: showVerifier,
  samples: [
    { type: 'BATCH', batch: 7 },
    { type: 'CHOSEN', engine: 'node' },
    { type: 'NOT CHOSEN' },
    { type: 'VERIFIED', tally: { served: 2, forged: 1 } },
    { type: 'NOT VERIFIED' },
  ],
  situation: ({ state, waiting }) => JSON.stringify([state, Math.min(2, waiting.length)]),
};
