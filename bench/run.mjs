// `npm run bench`: installs and builds if needed, measures every contender of every row in turn, prints a table, writes results.json.
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installPackages, requireNode, ROOT, run } from '../scripts/install.mjs';
import { runContender, startService } from './processes.mjs';
import { barLine, tableOf } from './table.mjs';

const ROWS = ['cold-reads', 'cached-reads', 'updates', 'failover'];

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

const medianOf = (numbers) => {
  const sorted = numbers.filter((number) => number !== undefined).sort((a, b) => a - b);
  return sorted.length === 0 ? undefined : (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
};

/** What the rounds of one contender come to. The percentiles and the processor time are medians of the rounds' own. */
function summary({ group, name }, unit, measured) {
  const all = measured.map(({ value }) => value);
  const median = (figure) => medianOf(measured.map((round) => round[figure]));
  return { group, name, unit, median: medianOf(all), min: Math.min(...all), max: Math.max(...all), p50: median('p50'), p99: median('p99'), cpu: median('cpu'), rounds: measured };
}

/** Measures a row: every contender once a round, in an order of each round's own, against one and the same service. */
async function measureRow(name) {
  const { contenders, bars, unit, service } = await import(`./rows/${name}.mjs`);
  const measured = Object.fromEntries(Object.keys(contenders).map((contender) => [contender, []]));
  const running = service === undefined ? undefined : await startService(service.script, service.args);
  try {
    for (let round = 1; round <= rounds; round++) {
      for (const contender of shuffled(Object.keys(contenders))) {
        const load = loadavg()[0];
        const figures = await runContender(name, contender, running?.ready.url ?? '');
        measured[contender].push({ ...figures, load });
        console.log(`${name}, round ${round} of ${rounds}, ${contender}: ${Math.round(figures.value).toLocaleString('en')} ${unit} (load ${load.toFixed(2)})`);
      }
    }
  } finally {
    running?.kill();
  }
  const summaries = Object.fromEntries(Object.entries(contenders).map(([contender, about]) => [contender, summary(about, unit, measured[contender])]));
  const judged = bars.map(({ text, figure, holds, unit: barUnit }) => ({ text, figure: figure(summaries), unit: barUnit, isMet: holds(figure(summaries)) }));
  return { results: Object.values(summaries), bars: judged };
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
  console.log(`median, min and max of ${rounds} rounds, a process each, in random order; Node ${machine.node}, ${machine.processors} × ${machine.processor}`);
  console.log(`load average of one minute: ${load.before[0].toFixed(2)} before, ${load.after[0].toFixed(2)} after\n`);
  for (const bar of bars) console.log(barLine(bar));
  writeFileSync(join(ROOT, 'bench/results.json'), `${JSON.stringify({ machine, load, rounds, results, bars }, undefined, 2)}\n`);
}

if (!Number.isInteger(rounds) || rounds < 1 || !values.row.every((row) => ROWS.includes(row))) {
  console.error(`usage: npm run bench -- [--rounds N] [--row ${ROWS.join('|')}]…`);
  process.exitCode = 2;
} else if (requireNode() && installPackages() && compile()) await bench();
else process.exitCode = 1;
