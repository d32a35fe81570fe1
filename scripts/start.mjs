// `npm start`: installs, compiles, and shows the main job happening.
import { installPackages, requireNode, run } from './install.mjs';

if (!requireNode() || !installPackages() || !run(process.execPath, ['esbuild.config.mjs'])) process.exit(1);
const { main } = await import('../examples/start/main.mjs');
try {
  await main({ once: process.argv.includes('--once') });
  process.exit(0);
} catch (error) {
  console.error(`a step was not seen: ${error.code === undefined ? '' : `${error.code}: `}${error.message}`);
  process.exit(1);
}
