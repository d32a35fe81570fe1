import { openConnectionBench } from './connection-bench.ts';
import { openConsentBench } from './consent-bench.ts';
import { openEntriesBench } from './entries-bench.ts';
import { openEntryBench } from './entry-bench.ts';
import { openPortalBench } from './portal-bench.ts';
import { openQueryBench } from './query-bench.ts';
import { openVaultBench } from './vault-bench.ts';
import { openVerifierBench } from './verifier-bench.ts';

/** The benches, by what is on them. */
export const benches = {
  connection: openConnectionBench,
  consent: openConsentBench,
  entries: openEntriesBench,
  entry: openEntryBench,
  portal: openPortalBench,
  query: openQueryBench,
  vault: openVaultBench,
  verifier: openVerifierBench,
} as const;

export type BenchName = keyof typeof benches;
