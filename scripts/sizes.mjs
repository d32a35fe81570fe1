// `npm run sizes`, after the build: bundles every export for browsers, prints what it weighs and of what, and fails where one is over its budget.
import { build } from 'esbuild';
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, relative } from 'node:path';
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

/** The bundle, and the chunks that it cannot do without. */
function loadedAtOnce(outputs) {
  const [[first]] = Object.entries(outputs).filter(([, { entryPoint }]) => entryPoint !== undefined).toSorted(([, a], [, b]) => isDynamic(outputs, a) - isDynamic(outputs, b));
  const loaded = new Set([first]);
  for (const path of loaded) for (const { path: chunk, kind } of outputs[path].imports) if (kind === 'import-statement' && chunk in outputs) loaded.add(chunk);
  return loaded;
}

/** An entry point that somebody imports is one of esbuild's own: of a dynamic import. */
const isDynamic = (outputs, output) => Object.values(outputs).some(({ imports }) => imports.some(({ path, kind }) => kind === 'dynamic-import' && outputs[path] === output));

const total = (numbers) => numbers.reduce((sum, number) => sum + number, 0);

async function measure({ name, source, entry, built, budget, goal = budget, without = [], only: packages }) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    ...(entry === undefined ? { stdin: { contents: source, resolveDir: ROOT } } : { entryPoints: [entry], conditions: WORKER_CONDITIONS }),
    bundle: true,
    minify: true,
    format: 'esm',
    // What is imported when it is first used is no part of what has to be loaded.
    splitting: true,
    platform: 'browser',
    target: 'es2022',
    legalComments: 'none',
    outdir: 'dist',
    write: false,
    metafile: true,
    logLevel: 'error',
    plugins: packages === undefined ? [] : [only(packages)],
  });
  const loaded = loadedAtOnce(metafile.outputs);
  const bundled = outputFiles.filter(({ path }) => loaded.has(relative(ROOT, path))).map((file) => file.contents);
  // What is minified twice is told by what the build has written.
  const contents = built === undefined ? bundled : [readFileSync(join(ROOT, built))];
  const inputs = Object.assign({}, ...[...loaded].map((path) => metafile.outputs[path].inputs));
  const split = Object.fromEntries(COLUMNS.map((column) => [column, 0]));
  const strangers = new Set();
  for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
    const found = packageOf(file);
    split[PARTS[found] ?? 'other'] += bytesInOutput;
    if (bytesInOutput > 0 && without.includes(found)) strangers.add(found);
  }
  for (const { path } of Object.values(metafile.inputs).flatMap(({ imports }) => imports)) if (isBuiltin(path)) strangers.add(path);
  return { name, gzip: total(contents.map((bytes) => gzipSync(bytes, { level: 9 }).length)), budget, goal, minified: total(contents.map(({ length }) => length)), split, strangers: [...strangers] };
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
