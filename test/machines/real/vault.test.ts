import { vaultDeed } from './deeds.ts';
import { holdToTables } from './hold-to-tables.ts';
import { vaultScenarios } from './scenarios.ts';

holdToTables({ machines: ['vault'], scenarios: vaultScenarios, deed: vaultDeed, runs: 10 });
