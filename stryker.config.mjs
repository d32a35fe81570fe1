// What all areas of `npm run mutate` have in common; scripts/mutate.mjs adds what is the area's own.
export default {
  testRunner: 'vitest',
  vitest: { configFile: 'scripts/mutation.vitest.config.mjs', related: false },
  coverageAnalysis: 'perTest',
  // A machine's config is made once, when its file is loaded.
  ignoreStatic: false,
  // Stryker rewrites a tsconfig by means of TypeScript's JavaScript, which TypeScript 7 has not. Nothing here needs it rewritten.
  tsconfigFile: 'none.json',
  // Vite and the tests need no build, and no copy of one.
  ignorePatterns: ['/dist', '/build', '/bench', '/examples', '/coverage', '/.bundles', '/.vitest-attachments'],
  checkers: [],
  reporters: ['json', 'progress-append-only'],
  tempDirName: '.stryker-tmp',
  cleanTempDir: 'always',
  // A test that waits for what never comes fails by itself; this is for what goes round in circles, on a busy machine, too.
  timeoutMS: 60_000,
};
