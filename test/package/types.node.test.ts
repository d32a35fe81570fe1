import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isBuiltin } from 'node:module';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { filesOf, newConsumer, runNode, type Consumer } from './fixture.ts';

/** A page's program: nothing of Node in it. */
const PAGE = `
import { createRuntime, RegistryError, signEntry, type ReadResult, type Runtime } from 'secure-registry';
import { inline, type InlineHost } from 'secure-registry/inline';
import { Keyring, mnemonicToKeyData, type KeyData, type Signer } from 'secure-registry/keyring';
import { entryMachine, toMermaid, type EntryEvent } from 'secure-registry/machines';
import 'secure-registry/worker.js';
import 'secure-registry/portal.worker.js';
import 'secure-registry/entries.worker.js';
import 'secure-registry/verifier.worker.js';

const host: InlineHost = inline();
const runtime: Runtime = await createRuntime({ portals: ['https://portal.example'], workers: host, policy: { linger: 0 } });
export const other = await createRuntime({ portals: [{ url: 'https://portal.example' }], workers: (actor) => new Worker('worker.js', { type: 'module', name: actor }) });
const key = { pubkey: new Uint8Array(32), datakey: new Uint8Array(32) };
const result: ReadResult = await runtime.read(key, { maxStaleness: 0 });
export const revision: bigint | undefined = result.exists ? result.revision : undefined;
runtime.watch(key, { status: true }).subscribe({ next: ({ status }) => { const known: 'live' | 'cached' | 'stale' = status; return known; } });
export const code = (error: unknown): string | undefined => (error instanceof RegistryError ? error.code : undefined);
export const diagram: string = toMermaid(entryMachine);
export const typeOf = (event: EntryEvent): string => event.type;
const keyData: KeyData = mnemonicToKeyData('', { keys: { admin: { type: 'sr25519', path: '//admin' }, device: { type: 'ed25519', origin: 'device' } } });
const keyring = new Keyring({ ...keyData, admin: mnemonicToKeyData('')['programMod'] });
const signer: Signer = keyring.get('device').signer;
await runtime.write(await signEntry({ ...key, data: new Uint8Array(0), revision: 1n }, signer));
export const address: string | undefined = keyData['admin']?.address;
// @ts-expect-error a key has a path, or is of the device
mnemonicToKeyData('', { keys: { admin: { type: 'ed25519' } } });
// @ts-expect-error a keyring has no key to read
keyring.get('device').secret;
// @ts-expect-error a revision is no number
await runtime.write({ ...key, data: new Uint8Array(0), revision: 1, signature: new Uint8Array(64) });
// @ts-expect-error there are no such options
await createRuntime({ portal: 'https://portal.example' });
// @ts-expect-error only createRuntime makes one
await import('secure-registry').then(({ Runtime: Made }) => new Made());
`;

/** A page's tests. */
const PAGE_TESTS = `
import { createRuntime, type Runtime } from 'secure-registry';
import { SimulatedWorld, type SimulatedPortal, type Traffic } from 'secure-registry/testing';

const world = new SimulatedWorld({ seed: 1, portals: 2 });
export const runtime: Runtime = await world.run(createRuntime({ portals: world.urls, workers: world.host() }));
const portal: SimulatedPortal = world.portal(0);
portal.faults = { reads: 'stale', plain: true };
export const traffic: Traffic = portal.traffic;
// @ts-expect-error a browser has no ports to listen on
export { FaultyPortal, runPortalConformance } from 'secure-registry/testing';
`;

/** A program for Node. */
const SERVER = `
import { createRuntime, type Runtime } from 'secure-registry';
import { FaultyPortal, runPortalConformance, SimulatedWorld, type AwaitedTraffic, type CheckedEntry, type Generation, type PortalFaults, type Traffic } from 'secure-registry/testing';
import { createPortal, MemoryStore, type EntryStore, type Portal } from 'secure-registry/portal';

const store: EntryStore = new MemoryStore();
const portal: Portal = await createPortal({ port: 0, store });
export const url: string = portal.url;
await portal.close();
const world = new SimulatedWorld({ seed: 1, portals: 2 });
const runtime: Runtime = await world.run(createRuntime({ portals: world.urls, workers: world.host() }));
const faults: PortalFaults = { reads: 'stale', latency: 100 };
world.portal(0).faults = faults;
await world.run(runtime.close());
const faulty: FaultyPortal = await FaultyPortal.start();
faulty.faults = faults;
faulty.say('a frame', 'another');
const awaited: AwaitedTraffic = { reads: 1 };
await faulty.until(awaited);
export const seen: readonly Traffic[] = [faulty.traffic, world.portal(0).traffic];
export const generation: Generation = 'B';
export const known: CheckedEntry | undefined = world.portal(0).get(world.author('ada').key('news'));
export const passed: number = (await runPortalConformance(faulty.url)).passed;
// @ts-expect-error there is no such fault
faulty.faults = { reads: 'lie' };
// @ts-expect-error what a world does with its portals is not for programs
world.portal(0).connect;
// @ts-expect-error there is no such generation
await createPortal({ generation: 'C' });
`;

const MODULES = { nodenext: { module: 'nodenext' }, bundler: { module: 'esnext', moduleResolution: 'bundler' } } as const;

let consumer: Consumer;
beforeAll(async () => {
  consumer = await newConsumer();
  await consumer.install('@types/node');
  await consumer.write('page.ts', PAGE);
  await consumer.write('page-tests.ts', PAGE_TESTS);
  await consumer.write('server.ts', SERVER);
}, 60_000);
afterAll(() => consumer.remove());

/** Type-checks one file of the project, all declarations included; the lines of what the compiler says. */
async function check(file: string, options: object): Promise<readonly string[]> {
  const project = await consumer.write(
    `${file}.tsconfig.json`,
    JSON.stringify({ compilerOptions: { target: 'es2022', strict: true, noEmit: true, skipLibCheck: false, ...options }, files: [file] }),
  );
  const { output } = await runNode(consumer, resolve('node_modules/typescript/bin/tsc'), '-p', project);
  return output.split('\n').filter((line) => line.includes('error TS'));
}

describe.each(['nodenext', 'bundler'] as const)('given a project whose modules resolve as %s, and whose libraries are checked', (resolution) => {
  const options = MODULES[resolution];

  test("when a page's program is compiled without Node's types, then its types hold", async () => {
    expect(await check('page.ts', { ...options, lib: ['ES2023', 'DOM', 'ESNext.Disposable'], types: [] })).toEqual([]);
  });

  test("when it is compiled beside Node's types, then its types hold", async () => {
    expect(await check('page.ts', { ...options, lib: ['ES2023', 'DOM'], types: ['node'] })).toEqual([]);
  });

  test("when the project's own optional properties are exact, which XState's declarations do not withstand, then its types hold if libraries are not checked", async () => {
    expect(await check('page.ts', { ...options, lib: ['ES2023', 'DOM'], types: [], exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, verbatimModuleSyntax: true, skipLibCheck: true })).toEqual([]);
  });

  test('when a program for Node is compiled, then its types hold', async () => {
    // Of bundlers, TypeScript cannot know that they bundle for Node.
    const node = resolution === 'bundler' ? { ...options, customConditions: ['node'] } : options;
    expect(await check('server.ts', { ...node, lib: ['ES2023', 'DOM'], types: ['node'] })).toEqual([]);
    expect(await check('server.ts', { ...node, lib: ['ES2023'], types: ['node'], skipLibCheck: true })).toEqual([]);
  });

  test('when a program is wrong, then that is found', async () => {
    await consumer.write('wrong.ts', "import { createRuntime } from 'secure-registry';\nexport const runtime: string = await createRuntime({ portals: [] });\n");
    expect(await check('wrong.ts', { ...options, lib: ['ES2023', 'DOM'], types: ['node'] })).toEqual([expect.stringMatching(/^wrong\.ts\(2,14\): error TS2322/)]);
  });
});

test("given a page's tests, whose modules resolve as a bundler does for browsers, then what only Node has is not there, and needs no types of Node's", async () => {
  expect(await check('page-tests.ts', { ...MODULES.bundler, lib: ['ES2023', 'DOM', 'ESNext.Disposable'], types: [] })).toEqual([]);
});

const declarations = (): readonly string[] => consumer.files.filter((file) => file.endsWith('.d.ts'));
const specifiersOf = async (file: string): Promise<readonly string[]> => [...(await consumer.read(file)).matchAll(/(?:\bfrom|\bimport|\bimport\()\s*['"]([^'"]+)['"]/g)].map(([, name = '']) => name);

describe('given the declarations', () => {
  test('when their imports are followed, then each leads to a declaration, to Node, or to an installed package', async () => {
    expect(declarations().length).toBeGreaterThan(50);
    for (const file of declarations()) {
      const lost = (await specifiersOf(file)).filter((name) =>
        name.startsWith('.')
          ? !name.endsWith('.js') || !consumer.files.includes(declarationOf(file, name))
          : !isBuiltin(name) && !(packageOf(name) in consumer.manifest.dependencies && existsSync(join(consumer.folder, 'node_modules', packageOf(name)))),
      );
      expect({ file, lost }).toEqual({ file, lost: [] });
    }
  });

  test('when they are read, then none tells of what is not for programs', async () => {
    for (const file of declarations()) expect({ file, isInternal: (await consumer.read(file)).includes('@internal') }).toEqual({ file, isInternal: false });
  });

  test('when the entry points are followed, then they lead to every one', async () => {
    const reached = new Set(filesOf(consumer.manifest.exports).flatMap(([condition, file]) => (condition === 'types' ? [join('.', file)] : [])));
    for (const file of reached) for (const name of await specifiersOf(file)) if (name.startsWith('.')) reached.add(declarationOf(file, name));
    expect([...reached].toSorted()).toEqual(declarations().toSorted());
  });
});

const declarationOf = (file: string, specifier: string): string => join(dirname(file), specifier.replace(/\.js$/, '.d.ts'));
const packageOf = (specifier: string): string => specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
