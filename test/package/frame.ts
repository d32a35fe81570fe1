import { readFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { build } from 'esbuild';
import type { Browser, BrowserContext, FrameLocator, Page } from 'playwright';
import { onTestFinished } from 'vitest';
import { frameAncestors, framePage, type Permission } from '../../src/kernel.ts';
import { createPortal } from '../../src/portal/index.ts';
import type { Consumer } from './fixture.ts';

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8' };

/** What a page's author writes, for a test to play with. */
const PROGRAM = `
import * as frame from 'secure-registry/kernel';
import * as registry from 'secure-registry';
import * as kernel from 'libkernel';
Object.assign(globalThis, { frame, registry, kernel });
`;

export type Files = (path: string, headers: IncomingHttpHeaders) => Promise<string | Buffer> | string | Buffer;

/** Serves on a port, and so an origin, of its own, for the running test. */
export async function serveFiles(files: Files, headers: () => Readonly<Record<string, string>> = () => ({})): Promise<string> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://page').pathname;
    if (path === '/favicon.ico') return void response.writeHead(204).end();
    const file = path.endsWith('/') ? `${path}index.html` : path;
    void Promise.resolve()
      .then(() => files(file, request.headers))
      .then(
        (content) => response.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream', ...headers() }).end(content),
        () => response.writeHead(404).end(),
      );
  });
  await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The program of pages, bundled as their author would. */
export async function bundleProgram(consumer: Consumer): Promise<string> {
  await consumer.install('libkernel');
  for (const name of ['libskynet', '@skynetlabs/libskynet']) await consumer.install(name);
  const entry = await consumer.write('frame/page.js', PROGRAM);
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, format: 'esm', platform: 'browser', target: 'es2022', external: ['fs', 'crypto'], write: false, logLevel: 'error' });
  return outputFiles[0]?.text ?? '';
}

export interface FrameSetting {
  readonly consumer: Consumer;
  readonly program: string;
  readonly permissions?: readonly Permission[];
  readonly limits?: { readonly callsPerSecond?: number; readonly burst?: number };
  /** Whether the server sends `frame-ancestors`: without it, the frame is on its own. */
  readonly isHeaderSent?: boolean;
  /** What else the page may frame. */
  readonly guests?: string;
}

/** A portal, a frame on an origin of its own, and a page on another that is listed, under a policy of its own. */
export async function openFrame({ consumer, program, permissions = ['read', 'write', 'sign'], limits, isHeaderSent = true, guests = '' }: FrameSetting) {
  const portal = await createPortal();
  onTestFinished(() => portal.close());
  let frame = '';
  const html = '<!doctype html><meta charset="utf-8"><title>A page</title><script type="module" src="./page.js"></script><body></body>';
  const pageFiles: Files = (path) => (path === '/page.js' ? program : html);
  const app = await serveFiles(pageFiles, () => ({ 'Content-Security-Policy': `default-src 'none'; script-src 'self'; frame-src ${frame} ${guests}` }));
  const origins = { [app]: permissions };
  const index = framePage({ portals: [portal.url], origins, limits });
  frame = await serveFiles(
    (path) => (path === '/index.html' ? index : readFile(join(consumer.installed, 'dist/frame', path))),
    () => (isHeaderSent ? { 'Content-Security-Policy': frameAncestors({ origins }) } : {}),
  );
  return { portal, app, frame: `${frame}/`, pageFiles };
}

/** Opens a page in a profile of its own; what went wrong in it, or in the frame, be it told to the console only. */
export async function openPageAt(browser: Browser, url: string, context?: BrowserContext): Promise<{ readonly page: Page; readonly context: BrowserContext; readonly troubles: readonly string[] }> {
  const own = context ?? (await browser.newContext());
  if (context === undefined) onTestFinished(() => own.close());
  const page = await own.newPage();
  const troubles: string[] = [];
  page.on('console', (message) => void (['error', 'warning'].includes(message.type()) && troubles.push(message.text())));
  page.on('pageerror', (error) => void troubles.push(String(error)));
  await page.goto(url);
  await page.waitForFunction(() => 'frame' in globalThis);
  return { page, context: own, troubles };
}

export const frameOf = (page: Page): FrameLocator => page.frameLocator('iframe');
