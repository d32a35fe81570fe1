import { consentMachine } from '../../machines/consent.ts';
import { openConsentBench, showConsent } from './consent-bench.ts';
import { beginConsent, consentOracle, INPUT } from './consent-table.ts';
import { walkTable } from './walk.ts';

walkTable('the consent machine', {
  machine: consentMachine,
  oracle: consentOracle,
  inputs: [INPUT],
  begin: beginConsent,
  open: openConsentBench,
  shows: showConsent,
  samples: [{ type: 'SHOWN' }, { type: 'HIDDEN' }, { type: 'ALLOW' }, { type: 'DENY' }, { type: 'OPENED' }, { type: 'FAILED' }, { type: 'WITHDRAWN' }, { type: 'STEADY' }, { type: 'PATIENCE' }],
  raw: (event) => (event.type === 'STEADY' ? { type: 'xstate.after.steady.consent.pending.steadying' } : event.type === 'PATIENCE' ? { type: 'xstate.after.patience.consent.pending' } : event),
  situation: ({ value }) => JSON.stringify(value),
});
