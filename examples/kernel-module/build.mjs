// Builds the module: one classic script, which holds all it needs. `npx secure-registry module build` and `module deploy` take it.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const OUTFILE = fileURLToPath(new URL('dist/profile.js', import.meta.url));

/** @returns where it is */
export async function buildProfile() {
  await build({
    entryPoints: [fileURLToPath(new URL('profile.ts', import.meta.url))],
    outfile: OUTFILE,
    bundle: true,
    format: 'iife', // a kernel evaluates it as a classic script
    platform: 'browser',
    target: 'es2022',
    minify: true,
    logOverride: { 'empty-import-meta': 'silent' }, // of what starts workers, of which nothing is left in the bundle
  });
  return OUTFILE;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await buildProfile());
