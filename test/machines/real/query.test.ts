import { kernelDeed } from './deeds.ts';
import { holdToTables } from './hold-to-tables.ts';
import { queryScenarios } from './scenarios.ts';

holdToTables({ machines: ['query'], scenarios: queryScenarios, deed: kernelDeed, runs: 15 });
