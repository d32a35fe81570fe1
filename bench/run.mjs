// `npm run bench`: installs and builds if needed, measures every contender of every row in turn, prints a table, writes results.json.
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installPackages, requireNode, ROOT, run } from '../scripts/install.mjs';
import { runContender, SCRATCH, startServices } from './processes.mjs';
import { judge, summary } from './summary.mjs';
import { barLine, formatted, tableOf } from './table.mjs';

const ROWS = [
  'verify',
  'cold-reads',
  'cached-reads',
  'updates',
  'update-latency',
  'writes',
  'failover',
  'resubscription',
  'heap',
  'start',
  'vault',
  'portal',
  'fanout',
  'sizes',
  'chromium',
  'module',
  'inspection',
  'inspector',
  'demo-page',
];

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' }, row: { type: 'string', multiple: true, default: ROWS } } });
const rounds = Number(values.rounds);

/** Builds unless the last build is newer than all that it is made of. */
function compile() {
  const built = join(ROOT, 'dist/node/verifier.worker.js');
  const sources = ['src', 'actors', 'machines'].flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true }).map((file) => join(ROOT, folder, file)));
  const newest = Math.max(...[...sources, join(ROOT, 'package-lock.json')].map((file) => statSync(file).mtimeMs));
  if (existsSync(built) && statSync(built).mtimeMs >= newest) return true;
  console.log('building …');
  return run('npm', ['run', '--silent', 'compile']);
}

function shuffled(items) {
  const rest = [...items];
  return items.map(() => rest.splice(Math.floor(Math.random() * rest.length), 1)[0]);
}

/** One contender in one round. What fails is told and left out: the others' figures are still theirs. */
async function measureOnce(label, row, id, { unit, service }, services) {
  const load = loadavg()[0];
  try {
    const figures = await runContender(row, id, service && (await services.url(service)));
    console.log(`${label}: ${formatted(figures.value)} ${unit} (load ${load.toFixed(2)})`);
    return { ...figures, load };
  } catch (error) {
    console.error(`${label}: FAILED, ${error.message}`);
    process.exitCode = 1;
    return undefined;
  }
}

/** A row that says by itself what it comes to. */
async function reportRow(row, report) {
  try {
    const { absence, results = [], bars = [] } = await report();
    if (absence !== undefined) console.log(`${row}: ${absence}`);
    return { results, bars };
  } catch (error) {
    console.error(`${row}: FAILED, ${error.message}`);
    process.exitCode = 1;
    return { results: [], bars: [] };
  }
}

/** Measures a row: every contender once a round, in an order of each round's own, against one and the same services. */
async function measureRow(row) {
  const { report, contenders, bars, unit, service, mostRounds = Infinity } = await import(`./rows/${row}.mjs`);
  if (report !== undefined) return reportRow(row, report);
  const all = Object.fromEntries(Object.entries(contenders).map(([id, about]) => [id, { unit, service, mostRounds, ...about }]));
  const measured = Object.fromEntries(Object.keys(all).map((id) => [id, []]));
  const services = startServices();
  try {
    for (let round = 1; round <= rounds; round++) {
      for (const id of shuffled(Object.keys(all).filter((each) => round <= all[each].mostRounds))) {
        const figures = await measureOnce(`${row}, round ${round} of ${Math.min(rounds, all[id].mostRounds)}, ${id}`, row, id, all[id], services);
        if (figures !== undefined) measured[id].push(figures);
      }
    }
  } finally {
    services.kill();
  }
  const summaries = Object.fromEntries(Object.entries(all).map(([id, about]) => [id, summary(about, measured[id])]));
  return { results: Object.values(summaries), bars: bars.map((bar) => judge(bar, summaries)) };
}

async function bench() {
  const machine = { node: process.versions.node, platform: `${process.platform} ${process.arch}`, processor: cpus()[0]?.model, processors: cpus().length };
  const loadBefore = loadavg();
  const measured = [];
  for (const row of values.row) measured.push(await measureRow(row));
  const results = measured.flatMap((row) => row.results);
  const bars = measured.flatMap((row) => row.bars);
  const load = { before: loadBefore, after: loadavg() };
  console.log(`\n${tableOf(results)}\n`);
  console.log(`median, min and max of ${rounds} rounds at most, a process each, in random order; Node ${machine.node}, ${machine.processors} × ${machine.processor}`);
  console.log(`load average of one minute: ${load.before[0].toFixed(2)} before, ${load.after[0].toFixed(2)} after\n`);
  for (const bar of bars) console.log(barLine(bar));
  writeFileSync(join(ROOT, 'bench/results.json'), `${JSON.stringify({ machine, load, rounds, results, bars }, undefined, 2)}\n`);
}

if (!Number.isInteger(rounds) || rounds < 1 || !values.row.every((row) => ROWS.includes(row))) {
  console.error(`usage: npm run bench -- [--rounds N] [--row ${ROWS.join('|')}]…`);
  process.exitCode = 2;
} else if (requireNode() && installPackages() && compile()) {
  await bench();
  rmSync(SCRATCH, { recursive: true, force: true });
} else process.exitCode = 1;
