// `npm test`: installs, checks, builds, finds a Chromium, runs every test, and closes with "N passed, N failed".
import { installPackages, requireNode, run } from './install.mjs';
import { findOrInstallChromium } from './chromium.mjs';
import { conclude, runProjects } from './tally.mjs';

const results = [];
/** One step that counts like a test; the steps after it run whatever it came to, unless they cannot. */
function step(name, passed) {
  results.push({ project: 'project', file: '', name, state: passed ? 'passed' : 'failed' });
  return passed;
}

/** A test file for both worlds must have run the same tests in both: a browser that collects nothing would look green. */
function sameTestsInBothWorlds(tests) {
  const shared = ({ file }) => /\.test\.ts$/.test(file) && !/\.(node|web)\.test\.ts$/.test(file);
  const names = (project) => new Set(tests.filter((test) => test.project === project && shared(test)).map(({ file, name }) => `${file} › ${name}`));
  // A browser's instance may stand behind the project's name.
  const node = names('node');
  const web = new Set([...names('web'), ...names('web (chromium)')]);
  const missing = [...[...node].filter((name) => !web.has(name)).map((name) => `only in Node: ${name}`), ...[...web].filter((name) => !node.has(name)).map((name) => `only in Chromium: ${name}`)];
  for (const line of missing) console.log(line);
  return node.size > 0 && missing.length === 0;
}

if (step('Node is new enough', requireNode()) && step('packages are installed', installPackages())) {
  step('the linter has nothing to say', run('npx', ['oxlint', '--type-aware', '--deny-warnings']));
  step('the types hold', run('npx', ['tsc', '--noEmit', '-p', '.']));
  if (step('everything compiles', run(process.execPath, ['esbuild.config.mjs']))) {
    const chromium = findOrInstallChromium();
    const isThere = step('there is a Chromium for the browser tests', chromium !== undefined);
    const projects = ['node', 'types', ...(isThere ? ['web'] : [])];
    const tests = runProjects(projects, { args: process.argv.slice(2), env: { CHROMIUM_PATH: chromium ?? '' } });
    results.push(...tests);
    step('both worlds ran the same tests', isThere && sameTestsInBothWorlds(tests));
  }
}
conclude(results);
