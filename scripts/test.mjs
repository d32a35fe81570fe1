// `npm test`: installs, checks, builds, finds a Chromium, runs every test, and closes with "N passed, N failed".
import { installPackages, requireNode, run } from './install.mjs';
import { findOrInstallChromium } from './chromium.mjs';
import { describeFailure, runSimulation } from './simulate.mjs';
import { conclude, isOf, runProjects } from './tally.mjs';

const results = [];
/** One step that counts like a test; the steps after it run whatever it came to, unless they cannot. */
function step(name, passed) {
  results.push({ project: 'project', file: '', name, state: passed ? 'passed' : 'failed' });
  return passed;
}

/** So many seeds are simulated, and count as a test for each hundred. */
const SEEDS = 1_000;

/** Plays the seeds on what the tests leave of the processors. Resolves to what tells of it, and whether each hundred held. */
function simulate() {
  const failures = [];
  const played = runSimulation({ from: 1, seeds: SEEDS, minutes: 10, isYielding: true, onFailure: (report) => failures.push(describeFailure(report)) });
  return played.then(
    ({ failed, seconds, updates }) => () => {
      for (const failure of failures) console.log(failure);
      console.log(`simulation: ${SEEDS} seeds, ${updates} verified updates, ${seconds.toFixed(0)} s`);
      for (let first = 1; first <= SEEDS; first += 100) step(`simulation: seeds ${first}–${first + 99}`, !failed.some(({ seed }) => seed >= first && seed < first + 100));
    },
    (error) => () => step(`the simulation runs: ${error.message}`, false),
  );
}

const isForBothWorlds = ({ file }) => file.endsWith('.test.ts') && !/\.(?:node|web)\.test\.ts$/.test(file);

/** A test file for both worlds must have run the same tests in both: a browser that collects nothing would look green. */
function sameTestsInBothWorlds(tests) {
  const names = (project) => new Set(tests.filter((test) => isOf(project, test) && isForBothWorlds(test)).map(({ file, name }) => `${file} › ${name}`));
  const node = names('node');
  const web = names('web');
  for (const name of [...node].filter((other) => !web.has(other))) console.log(`only in Node: ${name}`);
  for (const name of [...web].filter((other) => !node.has(other))) console.log(`only in Chromium: ${name}`);
  return node.size > 0 && node.size === web.size && [...node].every((name) => web.has(name));
}

if (step('Node is new enough', requireNode()) && step('packages are installed', installPackages())) {
  if (step('everything compiles', run(process.execPath, ['esbuild.config.mjs']))) {
    step('the package is well-formed', run('npm', ['run', '--silent', 'check:package']));
    step('no export is over its budget of bytes', run(process.execPath, ['scripts/sizes.mjs']));
    // After the build: examples import the package by its name, and so its declarations.
    step('the linter has nothing to say', run('npx', ['oxlint', '--type-aware', '--deny-warnings']));
    step('the types hold', run('npx', ['tsc', '--noEmit', '-p', '.']));
    const chromium = findOrInstallChromium();
    const isThere = step('there is a Chromium for the browser tests', chromium !== undefined);
    const projects = ['node', 'types', ...(isThere ? ['web'] : [])];
    // What a test names is wanted alone.
    const simulated = process.argv.length === 2 ? simulate() : undefined;
    const tests = await runProjects(projects, { args: process.argv.slice(2), env: { CHROMIUM_PATH: chromium ?? '' } });
    results.push(...tests);
    (await simulated)?.();
    step('both worlds ran the same tests', isThere && sameTestsInBothWorlds(tests));
  }
}
conclude(results);
