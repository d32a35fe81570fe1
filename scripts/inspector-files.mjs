// The files of the inspector's page: what shows it, which any page may import, the page itself, and the worker that lays out its charts.
import { build } from 'esbuild';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { INSPECTOR } from './entry-points.mjs';

/** What is bundled of others: their licences go along. */
const BUNDLED = ['preact', '@tanstack/virtual-core', 'elkjs'];

/** Builds them into dist/inspector. */
export async function buildInspector(root) {
  await build({
    absWorkingDir: root,
    entryPoints: [...Object.entries(INSPECTOR).map(([out, file]) => ({ in: file, out })), { in: 'src/inspector/inspector.css', out: 'inspector' }],
    outdir: 'dist/inspector',
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    legalComments: 'none',
    sourcemap: true,
    logLevel: 'warning',
  });
  copyFileSync(join(root, 'src/inspector/index.html'), join(root, 'dist/inspector/index.html'));
  copyFileSync(join(root, 'node_modules/elkjs/lib/elk-worker.min.js'), join(root, 'dist/inspector/elk-worker.js'));
  writeFileSync(join(root, 'dist/inspector/LICENSES.txt'), BUNDLED.map((name) => licenceOf(root, name)).join('\n\n'));
}

function licenceOf(root, name) {
  const folder = join(root, 'node_modules', name);
  const { version, license, repository } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const text = ['LICENSE', 'LICENSE.md'].flatMap((file) => {
    try {
      return [readFileSync(join(folder, file), 'utf8')];
    } catch {
      return [];
    }
  });
  return [`${name} ${version}, ${license}`, `Source: ${repository?.url ?? repository}`, '', ...text].join('\n');
}
