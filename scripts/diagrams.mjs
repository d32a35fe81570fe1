// `npm run diagrams`: writes the machines into SPEC.md as diagrams, and beside their code as JSON that Stately's editor imports; with `--check`, tells which are not what is written.
import { build } from 'esbuild';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const options = process.argv.slice(2);
const isCheck = options.includes('--check');
if (options.length > (isCheck ? 1 : 0)) {
  console.error('usage: npm run diagrams [-- --check]');
  process.exit(2);
}

// Of the sources, all in one: nothing has to be compiled before.
const folder = mkdtempSync(join(tmpdir(), 'diagrams-'));
const outfile = join(folder, 'documents.mjs');
await build({ absWorkingDir: root, entryPoints: ['src/inspect/documents.ts'], bundle: true, format: 'esm', platform: 'node', outfile });
const { inlineFunctions, machineDocuments, MACHINES, withDiagrams } = await import(pathToFileURL(outfile).href);
rmSync(folder, { recursive: true });

const lost = MACHINES.flatMap((machine) => inlineFunctions(machine).map((path) => `machines/${machine.id}.ts: ${path} is a function without a name, which JSON would drop`));
for (const line of lost) console.error(line);
if (lost.length > 0) process.exit(1);

const read = (path) => {
  try {
    return readFileSync(`${root}${path}`, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
};
const documents = [...machineDocuments().map(({ path, json }) => [path, json]), ['SPEC.md', withDiagrams(read('SPEC.md'))]];
const old = documents.filter(([path, text]) => read(path) !== text);
for (const [path, text] of old) {
  if (isCheck) console.error(`${path} does not show the machines as they are: npm run diagrams`);
  else {
    writeFileSync(`${root}${path}`, text);
    console.log(`${path} is written`);
  }
}
process.exitCode = isCheck && old.length > 0 ? 1 : 0;
