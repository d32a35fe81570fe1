import { build, type Metafile } from 'esbuild';
import { execFile } from 'node:child_process';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build as buildWithVite } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newConsumer, type Consumer } from './fixture.ts';

let consumer: Consumer;
beforeAll(async () => {
  consumer = await newConsumer();
}, 60_000);
afterAll(() => consumer.remove());

const scripts = (): readonly string[] => consumer.files.filter((file) => /^dist\/web\/.*\.js$/.test(file));

/** Bundles a program of the project's for browsers, with all that it imports. */
async function bundled(source: string, minify = false): Promise<{ readonly text: string; readonly metafile: Metafile }> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: source, resolveDir: consumer.folder },
    absWorkingDir: consumer.folder,
    bundle: true,
    minify,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  return { text: outputFiles.map(({ text }) => text).join('\n'), metafile };
}

/** What `npm run sizes` measures. */
async function sizes(): Promise<readonly { readonly name: string; readonly gzip: number }[]> {
  const { stdout } = await promisify(execFile)(process.execPath, ['scripts/sizes.mjs', '--json']);
  return JSON.parse(stdout) as readonly { name: string; gzip: number }[];
}

const gzipped = (text: string): number => gzipSync(text, { level: 9 }).length;

/** Bytes of a bundle by the package that they come from. */
function weights({ outputs }: Metafile): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const { inputs } of Object.values(outputs)) {
    for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
      const name = [...file.matchAll(/node_modules\/((?:@[^/]+\/)?[^/]+)/g)].at(-1)?.[1] ?? 'the program';
      sums[name] = (sums[name] ?? 0) + bytesInOutput;
    }
  }
  return sums;
}

const ACTORS = ['portal', 'entries', 'verifier'] as const;
const EVERYTHING = "export * from 'secure-registry'; export * as inline from 'secure-registry/inline'; import 'secure-registry/worker.js';" + ACTORS.map((actor) => `import 'secure-registry/${actor}.worker.js';`).join('');

describe('given what the package has for browsers', () => {
  test('when all of it is bundled for one, then nothing in it asks for Node', async () => {
    const { metafile } = await bundled(EVERYTHING);
    const imported = [...Object.values(metafile.inputs), ...Object.values(metafile.outputs)].flatMap(({ imports }) => imports.map(({ path }) => path));
    expect(imported.length).toBeGreaterThan(10);
    expect(imported.filter((name) => isBuiltin(name) || /^(?:ws|lmdb|hono|@hono|rate-limiter-flexible)(?:\/|$)/.test(name))).toEqual([]);
    expect(weights(metafile)).not.toHaveProperty('ws');
  });

  test('when its scripts are searched, then none imports a module of Node, or refers to what only Node has', async () => {
    expect(scripts().map((file) => file.replace('dist/web/', ''))).toEqual(expect.arrayContaining(['index.js', 'inline.js', 'worker.js', ...ACTORS.map((actor) => `${actor}.worker.js`)]));
    for (const script of scripts()) {
      const text = await consumer.read(script);
      expect({ script, found: text.match(/(?:from|import\()\s*["'](?:node:[^"']*|ws|lmdb)["']|(?<![\w$.#])(?:(?:process|Buffer)[.[]|require\(|__dirname)/g) }).toEqual({ script, found: null });
    }
  });

  test.each(['worker', ...ACTORS.map((actor) => `${actor}.worker`)])('when its %s.js is bundled, then it stands alone: a browser resolves no package in a worker, and bundlers lose chunks', async (worker) => {
    const { metafile } = await bundled(`import 'secure-registry/${worker}.js';`);
    expect(Object.keys(weights(metafile)).sort()).toEqual(['secure-registry', 'the program'].sort());
    expect(Object.keys(metafile.inputs).filter((file) => file.includes('node_modules'))).toHaveLength(1);
  });

  test('when the scripts that a page loads are followed without a bundler, then none leads to XState', async () => {
    const reached = new Set(['index.js']);
    for (const script of reached) {
      const text = await consumer.read(`dist/web/${script}`);
      expect({ script, found: text.match(/from\s*["']xstate/g) }).toEqual({ script, found: null });
      for (const [, name = ''] of text.matchAll(/from\s*["']\.\/([^"']+)["']/g)) reached.add(name);
    }
    expect(reached.size).toBeGreaterThan(1);
  });

  test('when it is weighed, then it weighs what `npm run sizes` says', async () => {
    const measured = await sizes();
    const weighed = new Map<string, number>([['. (createRuntime)', gzipped((await bundled("export { createRuntime } from 'secure-registry';", true)).text)]]);
    for (const worker of ['worker', ...ACTORS.map((actor) => `${actor}.worker`)]) weighed.set(`./${worker}.js`, gzipped(await consumer.read(`dist/web/${worker}.js`)));
    expect(weighed.size).toBe(5);
    for (const [name, bytes] of weighed) {
      const gzip = measured.find((row) => row.name === name)?.gzip ?? 0;
      expect({ name, ratio: bytes / gzip > 0.98 && bytes / gzip < 1.02 }).toEqual({ name, ratio: true });
    }
  });
});

describe('given a page that has its actors in workers', () => {
  const PAGE = "import { createRuntime } from 'secure-registry';\nexport const runtime = await createRuntime({ portals: ['https://portal.example'] });";

  test('when it is bundled with esbuild, then the page holds no XState, nor what verifies signatures, and the workers do', async () => {
    const page = await bundled(PAGE);
    const held = Object.entries(weights(page.metafile)).flatMap(([name, bytes]) => (bytes > 0 ? [name] : []));
    expect(held.sort()).toEqual(['comlink', 'rxjs', 'secure-registry', 'the program', 'tslib'].sort());
    expect(page.text).not.toMatch(/["']xstate\.(?:init|stop)["']/);
    for (const actor of ACTORS) expect(await consumer.read(`dist/web/${actor}.worker.js`)).toMatch(/["'`]xstate\.(?:init|stop)["'`]/);
    const own = await bundled(`${PAGE}\nimport { inline } from 'secure-registry/inline';\nglobalThis.host = inline();`);
    expect(weights(own.metafile)['xstate']).toBeGreaterThan(10_000);
  });

  test('when it is bundled with Vite, then the page holds no XState', async () => {
    await consumer.write('vite/page.js', PAGE);
    const output = await buildWithVite({ root: join(consumer.folder, 'vite'), configFile: false, logLevel: 'silent', build: { write: false, target: 'es2022', rolldownOptions: { input: 'page.js' } } });
    const pages = [output].flat().flatMap((result) => ('output' in result ? result.output : [])).flatMap((file) => (file.type === 'chunk' ? [file.code] : []));
    expect(pages).toEqual([expect.stringContaining('https://portal.example')]);
    expect(pages[0]).not.toMatch(/["'`]xstate\.(?:init|stop)["'`]/);
  });

  test("when its author's own worker file only imports the package's, then a bundler keeps what that does", async () => {
    const { text } = await bundled("import 'secure-registry/worker.js';");
    expect(text.length).toBeGreaterThan(50_000);
  });
});
