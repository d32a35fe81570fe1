// `npm run sizes`, after the build: bundles every export for browsers, prints what it weighs and of what, and fails where one is over its budget.
import { build } from 'esbuild';
import { isBuiltin } from 'node:module';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { WORKER_CONDITIONS } from './entry-points.mjs';
import { ROOT } from './install.mjs';
import { BUDGETS } from './size-budgets.mjs';

/** Columns of the table; rxjs brings tslib along. */
const PARTS = { own: 'own', comlink: 'comlink', rxjs: 'rxjs', tslib: 'rxjs', xstate: 'xstate', '@noble/hashes': 'noble', '@noble/ed25519': 'noble' };
const COLUMNS = [...new Set([...Object.values(PARTS), 'other'])];

/** The package that a bundled file is of. */
const packageOf = (file) => [...file.matchAll(/node_modules\/((?:@[^/]+\/)?[^/]+)/g)].at(-1)?.[1] ?? 'own';

/** Leaves every package but these outside of a bundle; all of them say that they have no side effects, so what is imported for nothing is dropped. */
const only = (packages) => ({
  name: 'only some packages',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./#]/ }, ({ path, kind }) => (kind === 'entry-point' || packages.some((name) => path === name || path.startsWith(`${name}/`)) ? undefined : { path, external: true, sideEffects: false }));
  },
});

async function measure({ name, source, entry, budget, goal = budget, without = [], only: packages }) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    ...(entry === undefined ? { stdin: { contents: source, resolveDir: ROOT } } : { entryPoints: [entry], conditions: WORKER_CONDITIONS }),
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    legalComments: 'none',
    outdir: 'dist',
    write: false,
    metafile: true,
    logLevel: 'error',
    plugins: packages === undefined ? [] : [only(packages)],
  });
  const [{ contents }] = outputFiles;
  const [{ inputs }] = Object.values(metafile.outputs);
  const split = Object.fromEntries(COLUMNS.map((column) => [column, 0]));
  const strangers = new Set();
  for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
    const found = packageOf(file);
    split[PARTS[found] ?? 'other'] += bytesInOutput;
    if (bytesInOutput > 0 && without.includes(found)) strangers.add(found);
  }
  for (const { path } of Object.values(metafile.inputs).flatMap(({ imports }) => imports)) if (isBuiltin(path)) strangers.add(path);
  return { name, gzip: gzipSync(contents, { level: 9 }).length, budget, goal, minified: contents.length, split, strangers: [...strangers] };
}

const rowOf = ({ name, gzip, budget, minified, split }) => ({ export: name, gzip, budget, over: gzip > budget ? `+${gzip - budget}` : '', minified, ...split });

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const measured = [];
for (const exported of BUDGETS) measured.push(await measure(exported));
if (values.json) console.log(JSON.stringify(measured, undefined, 2));
else {
  console.log('bytes for browsers, gzip -9 of what is minified; of what the minified bytes are:');
  console.table(measured.map(rowOf));
}
for (const { name, strangers } of measured) if (strangers.length > 0) console.error(`${name} holds ${strangers.join(', ')}`);
process.exitCode = measured.every(({ gzip, budget, strangers }) => gzip <= budget && strangers.length === 0) ? 0 : 1;
