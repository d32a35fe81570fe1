// The files of a frame: its script, which holds all it needs, its style, and a page to begin with: `framePage` makes those that are of use.
import { build } from 'esbuild';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FRAME, WORKER_CONDITIONS } from './entry-points.mjs';

/** What the page is made of that is built: it reaches a portal on this machine, and lets nobody in. */
const NOBODY = { portals: ['http://127.0.0.1:9980'], origins: {} };

/** Builds them into dist/frame, with the workers that were built before. */
export async function buildFrame(root) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  await build({
    absWorkingDir: root,
    entryPoints: [
      { in: FRAME, out: 'frame' },
      { in: 'src/kernel/frame/frame.css', out: 'frame' },
    ],
    outdir: 'dist/frame',
    bundle: true,
    // What only who makes a vault needs is a file of its own.
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: WORKER_CONDITIONS,
    define: { SECURE_REGISTRY_VERSION: JSON.stringify(version) },
    legalComments: 'none',
    sourcemap: true,
    logLevel: 'warning',
  });
  for (const actor of ['portal', 'entries', 'verifier', 'vault', 'kdf']) for (const file of [`${actor}.worker.js`, `${actor}.worker.js.map`]) copyFileSync(join(root, 'dist/web', file), join(root, 'dist/frame', file));
  const { outputFiles } = await build({ absWorkingDir: root, entryPoints: ['src/kernel/frame-page.ts'], bundle: true, format: 'esm', platform: 'node', target: 'es2022', write: false });
  const { framePage } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
  writeFileSync(join(root, 'dist/frame/index.html'), framePage(NOBODY));
}
