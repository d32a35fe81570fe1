// `npm run simulate -- --seeds N --from S [--minutes M]`: plays seeds in simulated time, each from portals, faults and restarts of its own.
import { mkdirSync, rmSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { pathToFileURL } from 'node:url';
import { installPackages, requireNode, ROOT } from './install.mjs';

let bundled = 0;

/** Room for what is short-lived, in MiB: nearly all that a seed makes is, and so is not looked through again and again. */
const NURSERY = 96;

/** Bundles the simulation with the sources. @param plugins esbuild's. @returns the bundle's URL, and what removes it */
export async function bundleSimulation(plugins = []) {
  // Not before the packages are installed.
  const { build } = await import('esbuild');
  const folder = `${ROOT}node_modules/.cache/simulation-${process.pid}-${++bundled}`;
  mkdirSync(folder, { recursive: true });
  const outfile = `${folder}/simulation.mjs`;
  await build({ absWorkingDir: ROOT, plugins, entryPoints: ['test/simulation/scenario.ts'], outfile, bundle: true, format: 'esm', platform: 'node', packages: 'external', logLevel: 'error', sourcemap: 'inline' });
  return { url: pathToFileURL(outfile).href, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Plays seeds in threads, side by side; calls back with each report, and goes on as long as that answers true. @param options.isYielding whether whoever else works goes first */
export function playSeeds({ url, from, seeds, minutes, threads, isYielding = false }, onReport) {
  return new Promise((resolve, reject) => {
    let next = from;
    let playing = 0;
    let isOver = false;
    const workers = Array.from({ length: Math.min(threads, seeds) }, () => new Worker(new URL(import.meta.url), { workerData: { url, isYielding }, resourceLimits: { maxYoungGenerationSizeMb: NURSERY } }));
    const end = (settle, value) => {
      isOver = true;
      for (const worker of workers) void worker.terminate();
      settle(value);
    };
    const give = (worker) => {
      if (isOver) return;
      if (next < from + seeds) {
        playing++;
        worker.postMessage({ seed: next++, minutes }, []);
      } else if (playing === 0) end(resolve);
    };
    for (const worker of workers) {
      worker.on('error', (error) => end(reject, error));
      worker.on('message', (report) => {
        playing--;
        if (isOver) return;
        if (onReport(report) === false) return end(resolve);
        give(worker);
      });
      give(worker);
    }
  });
}

/** Plays seeds and sums up what came of them. */
export async function runSimulation({ from, seeds, minutes, threads = 2, isYielding = false, onFailure = () => {} }) {
  const { url, remove } = await bundleSimulation();
  const begun = performance.now();
  const used = process.cpuUsage();
  const sum = { seeds: 0, updates: 0, checks: 0, steps: 0, passed: 0, faults: {}, least: { updates: Infinity, faults: Infinity, kinds: Infinity }, failed: [] };
  try {
    await playSeeds({ url, from, seeds, minutes, threads, isYielding }, (report) => {
      sum.seeds++;
      for (const name of ['updates', 'checks', 'steps', 'passed']) sum[name] += report[name];
      for (const [kind, count] of Object.entries(report.faults)) sum.faults[kind] = (sum.faults[kind] ?? 0) + count;
      sum.least.updates = Math.min(sum.least.updates, report.updates);
      sum.least.faults = Math.min(sum.least.faults, Object.values(report.faults).reduce((a, b) => a + b, 0));
      sum.least.kinds = Math.min(sum.least.kinds, Object.keys(report.faults).length);
      if (report.failure !== undefined) {
        sum.failed.push(report);
        onFailure(report);
      }
    });
  } finally {
    remove();
  }
  const { user, system } = process.cpuUsage(used);
  return { ...sum, seconds: (performance.now() - begun) / 1_000, cpuSeconds: (user + system) / 1e6 };
}

export function describeFailure({ seed, failure, log }) {
  return [`seed ${seed}, step ${failure.step}, ${failure.at} ms: ${failure.message}`, ...log.map((line) => `    ${line}`), `  again: npm run simulate -- --from ${seed} --seeds 1`].join('\n');
}

/**
 * Comlink has the garbage collector tell it which proxies are gone, and until then holds their ports. Of a process that crashed, ports lead to proxies, so
 * that every world would stay for good, and the more there are the longer each takes. Worlds are told of no such thing, either: who knows when it comes.
 */
async function importComlink() {
  const { FinalizationRegistry } = globalThis;
  delete globalThis.FinalizationRegistry;
  await import('comlink');
  globalThis.FinalizationRegistry = FinalizationRegistry;
}

if (!isMainThread && workerData?.url !== undefined) {
  // To Linux it is this thread that asks, and not its process.
  if (workerData.isYielding) setPriority(constants.priority.PRIORITY_LOW);
  await importComlink();
  const { simulate } = await import(workerData.url);
  parentPort.on('message', (options) => void simulate(options).then((report) => parentPort.postMessage(report, [])));
} else if (isMainThread && process.argv[1] === new URL(import.meta.url).pathname) {
  const { values } = parseArgs({ options: { seeds: { type: 'string', default: '100' }, from: { type: 'string', default: '1' }, minutes: { type: 'string', default: '10' } } });
  const [seeds, from, minutes] = [values.seeds, values.from, values.minutes].map(Number);
  if (![seeds, from, minutes].every((number) => Number.isSafeInteger(number) && number > 0)) {
    console.error('--seeds, --from and --minutes take whole numbers');
    process.exit(2);
  }
  if (!requireNode() || !installPackages()) process.exit(1);
  const sum = await runSimulation({ from, seeds, minutes, onFailure: (report) => console.log(`${describeFailure(report)}\n`) });
  console.log(`faults: ${Object.entries(sum.faults).toSorted(([, a], [, b]) => b - a).map(([kind, count]) => `${kind} ${count}`).join(', ')}`);
  console.log(`every seed: at least ${sum.least.updates} updates, ${sum.least.faults} faults of ${sum.least.kinds} kinds`);
  console.log(`${sum.seeds} seeds in ${sum.seconds.toFixed(1)} s, ${(sum.seeds / sum.seconds).toFixed(2)} seeds/s, ${(sum.cpuSeconds / sum.seeds).toFixed(2)} s of a processor each: ${(sum.passed / 3_600_000).toFixed(1)} hours, ${sum.steps} steps, ${sum.updates} verified updates, ${sum.checks} checks`);
  console.log(`${sum.failed.length} seeds failed${sum.failed.length === 0 ? '' : `: ${sum.failed.map(({ seed }) => seed).join(', ')}`}`);
  process.exitCode = sum.failed.length === 0 ? 0 : 1;
}
