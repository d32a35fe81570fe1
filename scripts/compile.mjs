// `npm run compile`: installs what is needed, and compiles.
import { installPackages, requireNode, run } from './install.mjs';

process.exitCode = requireNode() && installPackages() && run(process.execPath, ['esbuild.config.mjs']) ? 0 : 1;
