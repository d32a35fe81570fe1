import { portalDeed } from './deeds.ts';
import { foundScenarios } from './found-scenarios.ts';
import { holdToTables } from './hold-to-tables.ts';
import { entryScenarios, portalScenarios } from './scenarios.ts';

holdToTables({ machines: ['portal', 'connection', 'verifier', 'entries', 'entry'], scenarios: [...portalScenarios, ...entryScenarios, ...foundScenarios], deed: portalDeed, runs: 12 });
