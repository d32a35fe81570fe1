// Runs Vitest projects and counts what came of them. A skipped test counts as failed: nothing is left out in silence.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runBeside } from './install.mjs';

/** Runs the projects; resolves to every test as `{project, file, name, state}`. A run that broke off has a failed test of its own. */
export async function runProjects(projects, { args = [], env = {} } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'tally-'));
  const file = join(folder, 'tally.json');
  const chosen = projects.flatMap((project) => ['--project', project]);
  const reporters = ['--reporter=default', '--reporter=./scripts/tally-reporter.mjs'];
  const succeeded = await runBeside(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...chosen, ...reporters, ...args], { ...env, TALLY_FILE: file });
  try {
    const { tests, unhandled } = JSON.parse(readFileSync(file, 'utf8'));
    const errors = Array.from({ length: unhandled }, (_, i) => ({ project: '', file: '', name: `unhandled error ${i + 1}`, state: 'failed' }));
    const results = [...tests, ...errors, ...projects.filter((project) => !tests.some((test) => isOf(project, test))).map((project) => ({ project, file: '', name: 'no test was found', state: 'failed' }))];
    // Vitest may know of a fault that belongs to no test.
    if (!succeeded && results.every(({ state }) => state === 'passed')) results.push({ project: '', file: '', name: 'the run failed', state: 'failed' });
    return results;
  } catch {
    return [{ project: projects.join(), file: '', name: 'the run did not end', state: 'failed' }];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A project's browser stands behind its name. */
export const isOf = (project, test) => test.project === project || test.project === `${project} (chromium)`;

/** Ends the process with the closing line that tools read. */
export function conclude(results) {
  const failed = results.filter(({ state }) => state !== 'passed');
  if (failed.length > 0) console.log('\nnot passed:');
  for (const { project, file, name, state } of failed) console.log(`  ${state}  ${[project, file, name].filter(Boolean).join(' › ')}`);
  console.log(`\n${results.length - failed.length} passed, ${failed.length} failed`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}
