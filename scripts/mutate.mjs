/**
 * `npm run mutate [-- --area NAME]`: changes the code a little at a time, and counts the changes that no test notices. `--area` takes a part of one, too;
 * `--file GLOB` instead of all its files; `--concurrency N` for another number of processes than there are processors. Fails where an area's score is
 * below {@link LEAST_SCORE}. The changes and what came of them are in reports/mutation.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { installPackages, requireNode, ROOT } from './install.mjs';
import { LEAST_SCORE, PARTS } from './mutation-areas.mjs';

const { values } = parseArgs({
  options: {
    area: { type: 'string', multiple: true, default: Object.keys(PARTS).map(areaOf) },
    file: { type: 'string', multiple: true },
    concurrency: { type: 'string', default: String(availableParallelism()) },
  },
});
const chosen = Object.keys(PARTS).filter((part) => values.area.includes(part) || values.area.includes(areaOf(part)));
const unknown = values.area.filter((area) => !chosen.some((part) => part === area || areaOf(part) === area));
if (unknown.length > 0) {
  console.error(`there is no area ${unknown.join(', ')}, but ${Object.keys(PARTS).join(', ')}`);
  process.exit(2);
}
if (!requireNode() || !installPackages()) process.exit(1);
process.chdir(ROOT);
const { Stryker } = await import('@stryker-mutator/core');

const areas = {};
for (const part of chosen) {
  process.env.MUTATED_PART = part; // for the processes that run its tests
  const stryker = new Stryker({
    mutate: values.file ?? PARTS[part].mutate,
    concurrency: Number(values.concurrency),
    jsonReporter: { fileName: `reports/mutation/${part}.json` },
  });
  (areas[areaOf(part)] ??= []).push(...(await stryker.runMutationTest()));
}
for (const mutant of Object.values(areas).flat()) if (isMissed(mutant)) console.log(`${placeOf(mutant)}  ${mutant.status}: ${mutant.mutatorName} ${oneLine(mutant.replacement)}`);
const table = Object.fromEntries(Object.entries(areas).map(([area, mutants]) => [area, tally(mutants)]));
console.table(table);
process.exitCode = Object.values(table).every((row) => row['score %'] >= LEAST_SCORE) ? 0 : 1;

function areaOf(part) {
  return part.split('/')[0];
}

function isMissed({ status }) {
  return status === 'Survived' || status === 'NoCoverage';
}

/** The score is the share of the mutants that were noticed. To go round in circles is to be noticed. What was excluded or could not be run does not count. */
function tally(mutants) {
  const count = (...statuses) => mutants.filter(({ status }) => statuses.includes(status)).length;
  const [noticed, missed] = [count('Killed', 'Timeout'), mutants.filter(isMissed).length];
  return {
    'score %': Math.round((10_000 * noticed) / (noticed + missed)) / 100,
    killed: count('Killed'),
    'timed out': count('Timeout'),
    survived: count('Survived'),
    'not covered': count('NoCoverage'),
    excluded: count('Ignored'),
    errors: count('RuntimeError', 'CompileError'),
  };
}

function placeOf({ fileName, location }) {
  return `${fileName.replace(ROOT, '')}:${location.start.line}:${location.start.column}`;
}

function oneLine(text) {
  return text.replace(/\s+/g, ' ').slice(0, 100);
}
