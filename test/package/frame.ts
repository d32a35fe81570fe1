import { readFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { build } from 'esbuild';
import type { Browser, BrowserContext, FrameLocator, Locator, Page } from 'playwright';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { framePage, framePolicy, type Permission } from '../../src/kernel.ts';
import { createPortal } from '../../src/portal/index.ts';
import { newConsumer, type Consumer } from './fixture.ts';
import { launchBrowser } from './page.ts';

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

/** A page, and its program. */
export const pageFiles =
  (program: string): Files =>
  (path) =>
    path === '/page.js' ? program : '<!doctype html><meta charset="utf-8"><title>A page</title><script type="module" src="./page.js"></script><body></body>';

/** A program of a page, bundled as its author would. */
export async function bundleProgram(consumer: Consumer, program: string): Promise<string> {
  const entry = await consumer.write('frame/page.js', program);
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, format: 'esm', platform: 'browser', target: 'es2022', external: ['fs', 'crypto'], write: false, logLevel: 'error' });
  return outputFiles[0]?.text ?? '';
}

export interface FrameSetting {
  readonly permissions?: readonly Permission[];
  readonly limits?: { readonly callsPerSecond?: number; readonly burst?: number };
  /** Whether the server sends the frame's policy: without it, the frame is on its own. */
  readonly isHeaderSent?: boolean;
  /** What else the page may frame. */
  readonly guests?: string;
  /** What pages of a second origin may do, which is listed as the first one is, and may be framed by it; absent for none. */
  readonly neighbour?: readonly Permission[];
}

/** What the tests of a file share: somebody's project that has the package, and libkernel; what pages have of it; a browser. */
export function prepareStage() {
  let shared: { readonly consumer: Consumer; readonly browser: Browser; readonly program: string } | undefined;
  const ready = (): NonNullable<typeof shared> => shared ?? expect.unreachable();
  beforeAll(async () => {
    const consumer = await newConsumer();
    for (const name of ['libkernel', 'libskynet', '@skynetlabs/libskynet']) await consumer.install(name);
    shared = { consumer, program: await bundleProgram(consumer, PROGRAM), browser: await launchBrowser() };
  }, 60_000);
  afterAll(async () => {
    await shared?.browser.close();
    await shared?.consumer.remove();
  });
  return {
    get consumer() {
      return ready().consumer;
    },
    /** Serves a page with the program, which nobody lists. */
    serveStranger: () => serveFiles(pageFiles(ready().program)),
    openTab: (context?: BrowserContext) => openTab(ready().browser, context),
    openFrame: (setting: FrameSetting = {}) => openFrame(ready().consumer, ready().program, setting),
    openPage: (url: string, context?: BrowserContext) => openPageAt(ready().browser, url, context),
    /** Both. */
    async openBoth(setting: FrameSetting = {}) {
      const opened = await openFrame(ready().consumer, ready().program, setting);
      return { ...opened, ...(await openPageAt(ready().browser, opened.app)) };
    },
  };
}

/** A portal, a frame on an origin of its own, and a page on another that is listed, under a policy of its own. */
async function openFrame({ installed }: Consumer, program: string, { permissions = ['read', 'write', 'sign'], limits, isHeaderSent = true, guests = '', neighbour: others }: FrameSetting) {
  const portal = await createPortal();
  onTestFinished(() => portal.close());
  let [frame, neighbour] = ['', ''];
  const servePage = (): Promise<string> => serveFiles(pageFiles(program), () => ({ 'Content-Security-Policy': `default-src 'none'; script-src 'self'; frame-src ${frame} ${neighbour} ${guests}` }));
  const app = await servePage();
  if (others !== undefined) neighbour = await servePage();
  const origins = { [app]: permissions, ...(others !== undefined && { [neighbour]: others }) };
  const index = framePage({ portals: [portal.url], origins, limits });
  frame = await serveFiles(
    (path) => (path === '/index.html' ? index : readFile(join(installed, 'dist/frame', path))),
    () => (isHeaderSent ? { 'Content-Security-Policy': framePolicy({ portals: [portal.url], origins }) } : {}),
  );
  return { portal, app, neighbour, frame: `${frame}/` };
}

interface Tab {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What went wrong in its page, or in the frame, be it told to the console only. */
  readonly troubles: readonly string[];
}

/** Opens a tab in a profile of its own, unless one is named. */
async function openTab(browser: Browser, context?: BrowserContext): Promise<Tab> {
  const own = context ?? (await browser.newContext());
  if (context === undefined) onTestFinished(() => own.close());
  const page = await own.newPage();
  const troubles: string[] = [];
  page.on('console', (message) => void (['error', 'warning'].includes(message.type()) && troubles.push(message.text())));
  page.on('pageerror', (error) => void troubles.push(String(error)));
  return { page, context: own, troubles };
}

/** Opens a page with the program, or one that says it is there. */
async function openPageAt(browser: Browser, url: string, context?: BrowserContext): Promise<Tab> {
  const tab = await openTab(browser, context);
  await tab.page.goto(url);
  await tab.page.waitForFunction(() => 'frame' in globalThis);
  return tab;
}

export const frameOf = (page: Page): FrameLocator => page.frameLocator('iframe').first();

/** Clicks until it has come to something: a browser ignores clicks in a frame of another origin that has just appeared or moved, and so do we. */
export const press = async (button: Locator, holds: () => Promise<boolean>): Promise<void> => {
  await expect
    .poll(async () => {
      if (await holds()) return true;
      await button.click({ timeout: 1_000 }).catch(() => {}); // it may be gone by now
      return holds();
    })
    .toBe(true);
};
export const isHidden = (page: Page): Promise<boolean> => page.locator('iframe').first().evaluate((iframe) => (iframe as HTMLElement).style.visibility === 'hidden');

/** Answers the question that the frame shows for the first time, as a user who allows it. @returns the words of the keys that are made */
export async function allow(page: Page, password: string): Promise<string> {
  const inside = frameOf(page);
  await inside.locator('input[type=password]').fill(password);
  // The first click makes the keys, whose words have to be written down.
  await press(inside.locator('#go'), async () => (await inside.locator('output').textContent())?.includes('Write them down') === true);
  const told = await inside.locator('textarea').inputValue();
  await press(inside.locator('#go'), () => isHidden(page));
  return told;
}
