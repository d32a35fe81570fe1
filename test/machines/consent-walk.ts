import type { ConsentInput } from '../../machines/consent.ts';
import type { Walk } from '../../src/testing/model/index.ts';
import { showConsent, type ConsentSight } from './consent-bench.ts';
import { beginConsent, consentOracle, INPUT, type ConsentHappening, type ConsentModel } from './consent-table.ts';

export const consentWalk: Walk<ConsentModel, ConsentHappening, ConsentSight, ConsentInput> = {
  oracle: consentOracle,
  inputs: [INPUT],
  begin: beginConsent,
  shows: showConsent,
  samples: [{ type: 'SHOWN' }, { type: 'HIDDEN' }, { type: 'ALLOW' }, { type: 'DENY' }, { type: 'OPENED' }, { type: 'FAILED' }, { type: 'WITHDRAWN' }, { type: 'STEADY' }, { type: 'PATIENCE' }],
  situation: ({ state }) => state,
};
