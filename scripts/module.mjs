// `npm run build` and `npm run deploy`: compiles, then deploys the kernel module, in its developer or its production version.
import { spawnSync } from 'node:child_process';
import { installPackages, requireNode, ROOT, run } from './install.mjs';

if (!requireNode() || !installPackages() || !run(process.execPath, ['esbuild.config.mjs'])) process.exit(1);
const { status } = spawnSync(process.execPath, [`${ROOT}dist/node/cli.js`, 'module', ...process.argv.slice(2)], { cwd: ROOT, stdio: 'inherit' });
process.exitCode = status ?? 1;
