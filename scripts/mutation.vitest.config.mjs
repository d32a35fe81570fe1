import { defineConfig } from 'vitest/config';
import { AREAS } from './mutation-areas.mjs';

/** The tests of the area that MUTATED_AREA names, in Node. */
const { tests, without = [] } = AREAS[process.env['MUTATED_AREA']];

export default defineConfig({
  test: {
    environment: 'node',
    runner: './scripts/mutation-runner.mjs',
    include: tests,
    exclude: ['test/**/*.web.test.ts', ...without],
    testTimeout: 60_000,
  },
});
