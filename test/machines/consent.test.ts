import { consentMachine } from '../../machines/consent.ts';
import { openConsentBench } from './consent-bench.ts';
import { consentWalk } from './consent-walk.ts';
import { walkTable } from './walk.ts';

walkTable('the consent machine', { machine: consentMachine, walk: consentWalk, open: openConsentBench });
