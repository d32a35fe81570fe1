// The module of a kernel: one classic script, which holds all it needs.
import { build } from 'esbuild';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MODULE, WORKER_CONDITIONS } from './entry-points.mjs';
import { minifyScript } from './second-minifier.mjs';

/** What is fixed when the module is built, as its first line says it. */
async function moduleConfiguration(root) {
  const { outputFiles } = await build({ absWorkingDir: root, entryPoints: ['src/kernel/deployment/configuration.ts'], bundle: true, format: 'esm', platform: 'node', target: 'es2022', write: false });
  const { configurationLine, namedIn } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
  const { portals = [], trustedDomains = [] } = namedIn(process.env);
  return configurationLine({ portals, trustedDomains });
}

/** The script, minified twice. */
async function bundleModule(root) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [MODULE],
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    conditions: WORKER_CONDITIONS,
    legalComments: 'none',
    drop: ['console'],
    write: false,
    outdir: 'dist/web',
    logLevel: 'warning',
  });
  return `${await moduleConfiguration(root)}\n${await minifyScript(outputFiles[0].text)}\n`;
}

/** Builds it into dist/. */
export async function buildModule(root) {
  writeFileSync(join(root, 'dist/web/module.js'), await bundleModule(root));
}
