// The page's folder: a program, bundled as its author would, and what it has to know.
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const SOURCES = fileURLToPath(new URL('.', import.meta.url));

/**
 * @param {string} folder
 * @param {{ frame: string, pubkey: string, datakey: string }} knowledge what the page fetches as `entry.json`
 * @returns the headers that have to be sent with it
 */
export async function makePageFolder(folder, knowledge) {
  await build({
    absWorkingDir: SOURCES,
    entryPoints: [{ in: 'page.ts', out: 'page' }, { in: 'page.css', out: 'page' }, { in: 'index.html', out: 'index' }],
    outdir: folder,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    loader: { '.html': 'copy' },
    minify: true,
  });
  await writeFile(`${folder}/entry.json`, JSON.stringify(knowledge));
  // All the page may do: run its own script, and show the frame. Portals it cannot reach, and need not.
  return { 'content-security-policy': `default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; frame-src ${new URL(knowledge.frame).origin}` };
}
