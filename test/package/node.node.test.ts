import { afterAll, beforeAll, expect, test } from 'vitest';
import { newConsumer, runNode, type Consumer } from './fixture.ts';

let consumer: Consumer;
beforeAll(async () => {
  consumer = await newConsumer();
}, 60_000);
afterAll(() => consumer.remove());

/** Runs a program that has `portal`, `key` and `write` at hand, and prints one JSON value with `tell`. */
async function run(imports: string, program: string): Promise<unknown> {
  await consumer.write(
    'program.mjs',
    `${imports}
import { createRuntime, RegistryError, hashDatakey, signEntry } from 'secure-registry';
import { createPortal } from 'secure-registry/portal';
import { getPublicKeyAsync } from '@noble/ed25519';
const seed = new Uint8Array(32).fill(7);
const key = { pubkey: await getPublicKeyAsync(seed), datakey: hashDatakey('greeting') };
const secretKey = Uint8Array.of(...seed, ...key.pubkey);
const entry = (revision) => signEntry({ ...key, data: new TextEncoder().encode('hello'), revision }, secretKey);
const portal = await createPortal();
const tell = (value) => console.log(JSON.stringify(value));
/** Writes and reads an entry through a runtime, and closes it. */
async function use(runtime) {
  await runtime.write(entry(3n));
  const { revision, source } = await runtime.read(key, { maxStaleness: 0 });
  await runtime.close();
  return [String(revision), source];
}
${program}
await portal.close();
`,
  );
  const { code, output } = await runNode(consumer, 'program.mjs');
  expect({ code, output }).toMatchObject({ code: 0 });
  return JSON.parse(output);
}

test('given Node, when the runtime is started with nothing but portals, then it reads what it wrote, and the process ends by itself', async () => {
  expect(await run('', 'tell(await use(await createRuntime({ portals: [portal.url] })));')).toEqual(['3', 'portal']);
});

test('given Node, when the runtime keeps its actors in this thread, then it reads what it wrote', async () => {
  expect(await run("import { inline } from 'secure-registry/inline';", 'tell(await use(await createRuntime({ portals: [portal.url], workers: inline() })));')).toEqual(['3', 'portal']);
});

test('given Node, when the program starts workers itself, then every actor is one of them', async () => {
  const program = `
const started = [];
const workers = (actor) => {
  started.push(actor);
  return new Worker(new URL(import.meta.resolve('secure-registry/worker.js')), { name: actor });
};
const result = await use(await createRuntime({ portals: [portal.url], workers, policy: { verifiers: 1 } }));
tell({ result, started: started.sort() });`;
  expect(await run("import { Worker } from 'node:worker_threads';", program)).toEqual({ result: ['3', 'portal'], started: ['entries', 'portal', 'verifier'] });
});

test("given Node, when the program starts each actor's own worker file, then it reads what it wrote", async () => {
  const program = `
const workers = (actor) => new Worker(new URL(import.meta.resolve('secure-registry/' + actor + '.worker.js')), { name: actor });
tell(await use(await createRuntime({ portals: [portal.url], workers, policy: { verifiers: 1 } })));`;
  expect(await run("import { Worker } from 'node:worker_threads';", program)).toEqual(['3', 'portal']);
});

test("given Node, when a worker file is another actor's, then the runtime does not start", async () => {
  const program = `
const workers = (actor) => new Worker(new URL(import.meta.resolve('secure-registry/portal.worker.js')), { name: actor });
const error = await createRuntime({ portals: [portal.url], workers, policy: { verifiers: 1 } }).catch((reason) => reason);
tell([error instanceof RegistryError, error.code]);`;
  expect(await run("import { Worker } from 'node:worker_threads';", program)).toEqual([true, 'UNSUPPORTED']);
});

test('given entry points that share classes, when one throws, then the others know the error', async () => {
  const program = `
const refusal = await createPortal({ port: -1 }).catch((error) => error);
const closed = await createRuntime({ portals: [portal.url], workers: inline() });
await closed.close();
const late = await closed.read(key).catch((error) => error);
tell([refusal, late].map((error) => [error instanceof RegistryError, error.code]));`;
  expect(await run("import { inline } from 'secure-registry/inline';", program)).toEqual([
    [true, 'INVALID_INPUT'],
    [true, 'CLOSED'],
  ]);
});

test("given a CommonJS program, when it requires the package, then it gets what import gets", async () => {
  await consumer.write('program.cjs', "const { createRuntime } = require('secure-registry');\nimport('secure-registry').then((imported) => console.log(imported.createRuntime === createRuntime));\n");
  const { code, output } = await runNode(consumer, '--no-warnings', 'program.cjs');
  expect({ code, output }).toEqual({ code: 0, output: 'true\n' });
});

test('given a path inside the package that is no entry point, when it is imported, then Node refuses', async () => {
  await consumer.write('program.mjs', "await import('secure-registry/dist/node/index.js');");
  expect((await runNode(consumer, 'program.mjs')).output).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED');
});
