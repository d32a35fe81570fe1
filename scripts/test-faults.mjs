/**
 * `npm run test:faults [-- --row F8]`: the promises of test/faults/README.md that are of seconds and of memory, measured with real processes, on real
 * sockets, by a real clock. Prints a table, writes reports/faults.json, and fails where a median is above what is promised.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { installPackages, requireNode, ROOT, run } from './install.mjs';

const { values } = parseArgs({ options: { row: { type: 'string', multiple: true }, rounds: { type: 'string', default: '3' } } });
if (!requireNode() || !installPackages() || !run(process.execPath, ['esbuild.config.mjs'])) process.exit(1);

const FOLDER = `${ROOT}test/faults/measure/`;
const rows = readdirSync(`${FOLDER}rows`).filter((file) => file.endsWith('.mjs')).map((file) => file.slice(0, -'.mjs'.length));
const loaded = await Promise.all(rows.map(async (name) => (await import(`${FOLDER}rows/${name}.mjs`)).measures.map((measure, index) => ({ ...measure, name, index }))));
const chosen = loaded
  .flat()
  .filter(({ row }) => values.row === undefined || values.row.includes(row))
  .toSorted((a, b) => Number(a.row.slice(1)) - Number(b.row.slice(1)));
if (chosen.length === 0) {
  console.error(`no such row is measured, but ${[...new Set(loaded.flat().map(({ row }) => row))].join(', ')}`);
  process.exit(2);
}

const median = (figures) => figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)];

async function measured({ name, index, rounds = Number(values.rounds), row, promise, unit, most }) {
  const child = spawn(process.execPath, [`${FOLDER}measure.mjs`, name, String(index), String(rounds)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (said += text));
  await once(child, 'close');
  const { figures, failure } = JSON.parse(said.trim().split('\n').at(-1) || '{"figures":[],"failure":"it ended without a word"}');
  const value = failure === undefined ? median(figures) : undefined;
  const result = { row, promise, unit, most, median: value, figures, failure, isMet: value !== undefined && value <= most, load: loadavg()[0] };
  console.log(lineOf(result));
  return result;
}

const shown = (figure, unit) => `${figure >= 100 ? Math.round(figure).toLocaleString('en') : Number(figure.toPrecision(3))} ${unit}`.trim();

function lineOf({ row, promise, unit, most, median: value, failure, isMet }) {
  const figure = failure === undefined ? shown(value, unit) : failure;
  return `${row.padEnd(4)} ${isMet ? 'met   ' : 'MISSED'}  ${promise}: ${figure} (at most ${shown(most, unit)})`;
}

const begun = performance.now();
// Those that mostly wait do so together, before anything is measured that the others would slow down.
const patient = chosen.filter(({ isPatient }) => isPatient);
const results = await Promise.all(patient.map((measure) => measured(measure)));
for (const measure of chosen) if (!patient.includes(measure)) results.push(await measured(measure));
results.sort((a, b) => chosen.findIndex(({ promise }) => promise === a.promise) - chosen.findIndex(({ promise }) => promise === b.promise));

console.log('');
for (const result of results) console.log(lineOf(result));
mkdirSync(`${ROOT}reports`, { recursive: true });
writeFileSync(`${ROOT}reports/faults.json`, `${JSON.stringify({ node: process.version, processor: cpus()[0]?.model, processors: availableParallelism(), results }, undefined, 2)}\n`);
const missed = results.filter(({ isMet }) => !isMet).length;
console.log(`${results.length - missed} met, ${missed} missed, in ${Math.round((performance.now() - begun) / 1_000)} s`);
process.exitCode = missed === 0 ? 0 : 1;
