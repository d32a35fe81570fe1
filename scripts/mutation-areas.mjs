/** Below this share of noticed changes, in per cent, an area's tests are not enough. */
export const LEAST_SCORE = 85;

/**
 * What `npm run mutate` changes on purpose, and the tests that have to notice: by area, the files that are mutated and those of the tests that run.
 * The tests of another area, and whole days of the same thing, would only take longer to say the same.
 */
export const AREAS = {
  registry: {
    // A browser's engine and its tests run in Chromium alone; the faces export, and do nothing.
    mutate: ['src/registry/**/*.ts', '!src/registry/verdict/native.web.ts', '!src/registry/index.ts', '!src/registry/wire/index.ts'],
    tests: ['test/registry/**/*.test.ts'],
    // Thousands of cases about one function, of which verdict-rivals takes those that tell.
    without: ['test/registry/verdict-go.test.ts', 'test/registry/verdict-tweetnacl.node.test.ts'],
  },
  verifier: {
    mutate: ['actors/verifier/**/*.ts', 'machines/verifier.ts', '!actors/verifier/worker.ts'],
    tests: ['test/actors/verifier/**/*.test.ts', 'test/machines/verifier*.test.ts', 'test/machines/names.test.ts'],
  },
  entry: {
    mutate: ['machines/entry.ts'],
    tests: ['test/machines/entry.test.ts', 'test/machines/entry.model.test.ts', 'test/machines/names.test.ts'],
  },
  portal: {
    mutate: ['machines/portal.ts'],
    tests: ['test/machines/portal*.test.ts', 'test/machines/backoff.test.ts', 'test/machines/names.test.ts'],
  },
};
