// Builds dist/: the library for Node and for browsers, and the command; then the declarations.
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

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
await Promise.all([
  build({ ...common, platform: 'node', outdir: 'dist/node', entryPoints: { index: 'src/index.ts', portal: 'src/portal/index.ts', cli: 'src/cli/index.ts' }, splitting: true }),
  build({ ...common, platform: 'browser', outdir: 'dist/web', entryPoints: { index: 'src/index.ts' } }),
]);
const { status } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], { cwd: common.absWorkingDir, stdio: 'inherit' });
process.exitCode = status ?? 1;
