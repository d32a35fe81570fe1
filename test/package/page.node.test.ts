import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { build as bundle } from 'esbuild';
import type { Browser } from 'playwright';
import { build as buildWithVite } from 'vite';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { newConsumer, type Consumer } from './fixture.ts';
import { HTML, launchBrowser, openPage, program, publishEntry, seeEntryUntilClosed } from './page.ts';

/** Nothing but files of the page's own origin, and portals on this machine. */
const STRICT_CSP = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self' http://127.0.0.1:* ws://127.0.0.1:*";

/** Four or so: one per actor, and a verifier for each processor but one. */
const SOME_WORKERS = { least: 3, most: 6 };
const NO_WORKERS = { least: 0, most: 0 };

/** How pages can be built: nothing beyond what the program says and the one build call below. */
const BUILDS = [
  { how: 'Vite, which finds the workers by itself', build: vite, imports: '', workers: '', threads: SOME_WORKERS },
  { how: 'Vite, with its own import of a worker', build: vite, imports: "import RegistryWorker from 'secure-registry/worker.js?worker';", workers: ', workers: (actor) => new RegistryWorker({ name: actor })', threads: SOME_WORKERS },
  {
    how: 'Vite, with workers that the page starts',
    build: vite,
    imports: '',
    workers: ", workers: (actor) => new Worker(new URL('secure-registry/worker.js', import.meta.url), { type: 'module', name: actor })",
    threads: SOME_WORKERS,
  },
  { how: 'Vite, without workers', build: vite, imports: "import { inline } from 'secure-registry/inline';", workers: ', workers: inline()', threads: NO_WORKERS },
  { how: 'esbuild, with the workers as entry points beside the page', build: esbuild, imports: '', workers: '', threads: SOME_WORKERS },
  {
    how: 'esbuild, with one file for all workers that the page starts',
    build: esbuild,
    imports: '',
    workers: ", workers: (actor) => new Worker('./worker.js', { type: 'module', name: actor })",
    threads: SOME_WORKERS,
  },
  { how: 'esbuild, without workers', build: esbuild, imports: "import { inline } from 'secure-registry/inline';", workers: ', workers: inline()', threads: NO_WORKERS },
] as const;

/** Builds `folder` of the project; answers the folder that is to be served. */
async function vite(folder: string): Promise<string> {
  await buildWithVite({ root: folder, configFile: false, logLevel: 'error' });
  return join(folder, 'dist');
}

/** A worker for each actor, called as the library calls it; and one that plays any part. */
const WORKERS = Object.fromEntries(['portal.worker', 'entries.worker', 'verifier.worker', 'worker'].map((name) => [name, `secure-registry/${name}.js`]));

async function esbuild(folder: string): Promise<string> {
  await bundle({ absWorkingDir: folder, entryPoints: { page: './page.js', ...WORKERS }, outdir: '.', allowOverwrite: true, bundle: true, format: 'esm', minify: true, logLevel: 'error' });
  return folder;
}

let consumer: Consumer;
let browser: Browser;
beforeAll(async () => {
  consumer = await newConsumer();
  browser = await launchBrowser();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await consumer?.remove();
});

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8' };

/** Serves a folder for the running test. */
async function serve(folder: string, headers: Readonly<Record<string, string>>): Promise<string> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://page').pathname;
    const file = path === '/' ? '/index.html' : path;
    if (file === '/favicon.ico') return void response.writeHead(204).end();
    readFile(join(folder, file)).then(
      (content) => response.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream', ...headers }).end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** Builds a page, serves it, and opens it on an entry of revision 1 at a portal. */
async function setUp({ build, imports, workers }: (typeof BUILDS)[number], headers: Readonly<Record<string, string>>) {
  const folder = `page-${Math.random().toString(36).slice(2)}`;
  await consumer.write(`${folder}/index.html`, HTML);
  await consumer.write(`${folder}/page.js`, program(imports, workers));
  const url = await serve(await build(join(consumer.folder, folder)), headers);
  const { query, write } = await publishEntry(folder);
  return { ...(await openPage(browser, `${url}?${query}`)), write };
}

describe.each([
  { where: 'a page without a content security policy', headers: {} },
  { where: 'a page under a strict content security policy', headers: { 'Content-Security-Policy': STRICT_CSP } },
])('given $where', ({ headers }) => {
  test.each(BUILDS)('when it is built with $how, then it shows an entry, every newer one, and closes, without a trouble', async (built) => {
    const { page, troubles, write } = await setUp(built, headers);
    await seeEntryUntilClosed({ page, troubles, write }, built.threads);
    expect(troubles).toEqual([]);
  });
});

test('given a policy that forbids workers, when the page starts a runtime, then it is told that the worker could not be loaded', async () => {
  const { troubles } = await setUp(BUILDS[0], { 'Content-Security-Policy': STRICT_CSP.replace("worker-src 'self'", "worker-src 'none'") });
  await expect.poll(() => troubles).toContainEqual(expect.stringMatching(/worker could not be loaded/));
});
