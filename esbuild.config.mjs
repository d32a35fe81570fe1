// Builds dist/: the library for Node and for browsers, and the command; then the declarations.
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pruneDeclarations } from './scripts/declarations.mjs';
import { COMMAND, LIBRARY, NODE, SMALL_WORKERS, WORKER_CONDITIONS, WORKERS } from './scripts/entry-points.mjs';
import { buildFrame } from './scripts/frame-files.mjs';
import { buildInspector } from './scripts/inspector-files.mjs';
import { buildModule } from './scripts/module-bundle.mjs';
import { minifyModuleFile } from './scripts/second-minifier.mjs';
import { keepOwnSources } from './scripts/source-maps.mjs';

const common = {
  absWorkingDir: fileURLToPath(new URL('.', import.meta.url)),
  bundle: true,
  format: 'esm',
  target: 'es2022',
  sourcemap: true,
  legalComments: 'none',
  logLevel: 'warning',
  packages: 'external',
};

rmSync(`${common.absWorkingDir}dist`, { recursive: true, force: true });
/** Workers hold all they need: a browser resolves no bare specifier in one. What is a native addon stays outside. */
const worker = { ...common, packages: 'bundle', conditions: WORKER_CONDITIONS, entryPoints: WORKERS, minify: true };
await Promise.all([
  build({ ...common, platform: 'node', outdir: 'dist/node', splitting: true, entryPoints: NODE }),
  // RxJS as one of its own chunks: what Node would load of it are two hundred files, for longer than most commands run.
  build({ ...common, platform: 'node', outdir: 'dist/node', splitting: true, entryPoints: COMMAND, alias: { rxjs: './node_modules/rxjs/dist/esm/index.js', tslib: './node_modules/tslib/tslib.es6.mjs' } }),
  build({ ...common, platform: 'browser', outdir: 'dist/web', splitting: true, entryPoints: LIBRARY }),
  // By the fields that browsers' bundlers read: of hash-wasm, Node's own choice is one file with every function there is.
  build({ ...worker, platform: 'node', outdir: 'dist/node', external: ['lmdb', 'ws', '@napi-rs/keyring'], mainFields: ['module', 'main'] }),
  build({ ...worker, platform: 'browser', outdir: 'dist/web' }),
]);
await Promise.all(SMALL_WORKERS.map((name) => minifyModuleFile(`${common.absWorkingDir}dist/web/${name}.js`)));
// The page of `npm start`: an application, bundled as its author would. What is not needed for the first look is a file of its own.
await build({
  ...common,
  packages: 'bundle',
  platform: 'browser',
  outdir: 'dist/start',
  entryPoints: { page: 'examples/start/page/main.ts', 'style': 'examples/start/page/page.css', index: 'examples/start/page/index.html' },
  splitting: true,
  loader: { '.html': 'copy' },
  alias: { 'secure-registry/kernel': './dist/web/kernel.js', 'secure-registry': './dist/web/index.js' },
  conditions: WORKER_CONDITIONS,
  minify: true,
});
await buildModule(common.absWorkingDir);
await buildFrame(common.absWorkingDir);
await buildInspector(common.absWorkingDir);
for (const world of ['node', 'web', 'frame', 'inspector']) keepOwnSources(`${common.absWorkingDir}dist/${world}`);
const { status } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], { cwd: common.absWorkingDir, stdio: 'inherit' });
if (status === 0) pruneDeclarations(common.absWorkingDir);
process.exitCode = status ?? 1;
