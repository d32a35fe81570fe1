/**
 * `npm run mutate [-- --area NAME]`: changes the code a little at a time, and counts the changes that no test notices. `--file GLOB` instead of all
 * files of an area, `--concurrency N` for another number of processes than there are processors. Fails where an area is below {@link LEAST_SCORE}.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { installPackages, requireNode, ROOT } from './install.mjs';
import { AREAS, LEAST_SCORE } from './mutation-areas.mjs';

const { values } = parseArgs({
  options: {
    area: { type: 'string', multiple: true, default: Object.keys(AREAS) },
    file: { type: 'string', multiple: true },
    concurrency: { type: 'string', default: String(availableParallelism()) },
  },
});
const unknown = values.area.filter((area) => !Object.hasOwn(AREAS, area));
if (unknown.length > 0) {
  console.error(`there is no area ${unknown.join(', ')}, but ${Object.keys(AREAS).join(', ')}`);
  process.exit(2);
}
if (!requireNode() || !installPackages()) process.exit(1);
process.chdir(ROOT);
const { Stryker } = await import('@stryker-mutator/core');

const rows = [];
for (const area of values.area) {
  process.env.MUTATED_AREA = area; // for the processes that run its tests
  const stryker = new Stryker({
    mutate: values.file ?? AREAS[area].mutate,
    concurrency: Number(values.concurrency),
    jsonReporter: { fileName: `reports/mutation/${area}.json` },
  });
  const mutants = await stryker.runMutationTest();
  for (const mutant of mutants) if (isMissed(mutant)) console.log(`${placeOf(mutant)}  ${mutant.status}: ${mutant.mutatorName} ${oneLine(mutant.replacement)}`);
  rows.push(tally(area, mutants));
}
console.table(Object.fromEntries(rows.map(({ area, ...row }) => [area, row])));
process.exitCode = rows.every((row) => row['score %'] >= LEAST_SCORE) ? 0 : 1;

function isMissed({ status }) {
  return status === 'Survived' || status === 'NoCoverage';
}

/** The share of the mutants that were noticed. A time-out is: the code went round in circles. What could not be run at all does not count. */
function tally(area, mutants) {
  const count = (status) => mutants.filter((mutant) => mutant.status === status).length;
  const [killed, timeout, survived, uncovered] = ['Killed', 'Timeout', 'Survived', 'NoCoverage'].map(count);
  const noticed = killed + timeout;
  const score = Math.round((10_000 * noticed) / (noticed + survived + uncovered)) / 100;
  const [ignored, errors] = [count('Ignored'), count('RuntimeError') + count('CompileError')];
  return { area, 'score %': score, killed, 'timed out': timeout, survived, 'not covered': uncovered, excluded: ignored, errors };
}

function placeOf({ fileName, location }) {
  return `${fileName.replace(ROOT, '')}:${location.start.line + 1}:${location.start.column + 1}`;
}

function oneLine(text) {
  return text.replace(/\s+/g, ' ').slice(0, 100);
}
