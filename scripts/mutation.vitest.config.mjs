import { defineConfig } from 'vitest/config';
import { PARTS } from './mutation-areas.mjs';

/** The tests of the part that MUTATED_PART names, in Node. */
export default defineConfig({
  test: {
    environment: 'node',
    runner: './scripts/mutation-runner.mjs',
    include: PARTS[process.env['MUTATED_PART']].tests,
    // One thread for all files of a run: to start one for each takes as long as most of them. Each run has a new one.
    isolate: false,
    // Some changes make a test wait for ever.
    testTimeout: 30_000,
  },
});
