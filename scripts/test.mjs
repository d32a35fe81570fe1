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

/** Plays the seeds, and answers whether each hundred held. */
async function simulate() {
  const { failed, seconds, updates } = await runSimulation({ from: 1, seeds: SEEDS, minutes: 10, onFailure: (report) => console.log(describeFailure(report)) });
  console.log(`simulation: ${SEEDS} seeds, ${updates} verified updates, ${seconds.toFixed(0)} s`);
  for (let first = 1; first <= SEEDS; first += 100) step(`simulation: seeds ${first}–${first + 99}`, !failed.some(({ seed }) => seed >= first && seed < first + 100));
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
  step('the linter has nothing to say', run('npx', ['oxlint', '--type-aware', '--deny-warnings']));
  if (step('everything compiles', run(process.execPath, ['esbuild.config.mjs']))) {
    step('the package is well-formed', run('npm', ['run', '--silent', 'check:package']));
    step('no export is over its budget of bytes', run(process.execPath, ['scripts/sizes.mjs']));
    // After the build: examples import the package by its name, and so its declarations.
    step('the types hold', run('npx', ['tsc', '--noEmit', '-p', '.']));
    const chromium = findOrInstallChromium();
    const isThere = step('there is a Chromium for the browser tests', chromium !== undefined);
    const projects = ['node', 'types', ...(isThere ? ['web'] : [])];
    const tests = runProjects(projects, { args: process.argv.slice(2), env: { CHROMIUM_PATH: chromium ?? '' } });
    results.push(...tests);
    // What a test names is wanted alone.
    if (process.argv.length === 2) await simulate().catch((error) => step(`the simulation runs: ${error.message}`, false));
    step('both worlds ran the same tests', isThere && sameTestsInBothWorlds(tests));
  }
}
conclude(results);
