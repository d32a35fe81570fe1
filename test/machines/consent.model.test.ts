import { openConsentBench } from './consent-bench.ts';
import { consentPlay } from './consent-play.ts';
import { playMachine } from './play.ts';

playMachine('the consent machine', consentPlay, openConsentBench);
