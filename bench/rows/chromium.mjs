// The same contender in a browser, where verdicts are Web Crypto's and workers are Web Workers: one round, reported, without bars.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright';
import { findOrInstallChromium } from '../../scripts/chromium.mjs';
import { hex, keyOf, SIGNERS } from '../entries.mjs';
import { startServices } from '../processes.mjs';
import { single } from '../summary.mjs';

const COLD = 20_000;
const CACHED = 1_000;
/** A browser's WebSocket cannot be read slower, so a client that is overrun closes it: no more is under way than this. */
const WATCHED = 1_000;
/** One at a time. Those before warm up. */
const UPDATES = { from: 7, to: 21 };
/** A page that has said nothing by then hangs, in milliseconds. */
const DEADLINE = 60_000;

const path = (file) => fileURLToPath(new URL(`../../${file}`, import.meta.url));

/** The page and its workers, from an origin of their own. */
async function servePage() {
  const options = { bundle: true, format: 'esm', platform: 'browser', minify: true, write: false, legalComments: 'none' };
  const { outputFiles } = await build({ ...options, entryPoints: [path('bench/page.mjs')], alias: { 'secure-registry': path('dist/web/index.js') } });
  const files = new Map([
    ['/', ['text/html', '<!doctype html><script type="module" src="page.js"></script>']],
    ['/page.js', ['text/javascript', outputFiles[0].text]],
    ...['portal', 'entries', 'verifier'].map((actor) => [`/${actor}.worker.js`, ['text/javascript', readFileSync(path(`dist/web/${actor}.worker.js`))]]),
  ]);
  const server = createServer((request, response) => {
    const [type, body] = files.get(request.url) ?? ['text/plain', ''];
    response.writeHead(files.has(request.url) ? 200 : 404, { 'Content-Type': type }).end(body);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

/** Asks the page for one figure; a page of its own for each, so that none is warmed up by another. */
async function inPage(browser, { port }, use) {
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.error(`chromium: ${error.message}`));
  await page.goto(`http://127.0.0.1:${port}/`);
  await page.waitForFunction('globalThis.bench !== undefined');
  const late = pause(DEADLINE, undefined, { ref: false }).then(() => Promise.reject(new Error('the page hangs')));
  const figures = await Promise.race([use(page), late]);
  await page.close();
  return figures;
}

async function updates(page, url, pubkeys) {
  const push = async (revision) => {
    const arrived = page.evaluate((r) => globalThis.bench.shown(r), revision);
    await fetch(`${url}/push?from=${revision}&to=${revision}`, { method: 'POST' });
    return arrived;
  };
  await page.evaluate(([u, p, c]) => globalThis.bench.watch(u, p, c), [url, pubkeys, WATCHED]);
  for (let revision = 2; revision < UPDATES.from - 1; revision++) await push(revision);
  const before = await push(UPDATES.from - 1);
  for (let revision = UPDATES.from; revision < UPDATES.to; revision++) await push(revision);
  const after = await push(UPDATES.to);
  return { value: (after.count - before.count) / ((after.at - before.at) / 1_000) };
}

export async function report() {
  const executablePath = findOrInstallChromium();
  if (executablePath === undefined) return { absence: 'no Chromium here' };
  const pubkeys = Array.from({ length: SIGNERS }, (_, number) => hex(keyOf(number).pubkey));
  const [services, server] = [startServices(), await servePage()];
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const measure = async (name, unit, script, args, use) => {
      const url = await services.url({ script, args });
      const figures = await inPage(browser, server.address(), (page) => use(page, url));
      console.log(`chromium, ${name}: ${Math.round(figures.value).toLocaleString('en')} ${unit}`);
      return single({ group: `${name}, in Chromium ${browser.version()}, one round`, name: 'secure-registry', unit }, figures);
    };
    return {
      results: [
        await measure('cold verified reads, 32 in flight', 'reads/s', 'portal.mjs', [COLD], (page, url) =>
          page.evaluate(([u, p, c]) => globalThis.bench.coldReads(u, p, c), [url, pubkeys, COLD]),
        ),
        await measure('cached reads across the worker border, 64 in flight', 'reads/s', 'portal.mjs', [CACHED], (page, url) =>
          page.evaluate(([u, p, c]) => globalThis.bench.cachedReads(u, p, c), [url, pubkeys, CACHED]),
        ),
        await measure('verified updates, socket to subscriber', 'updates/s', 'push-server.mjs', [WATCHED, UPDATES.to], (page, url) => updates(page, url, pubkeys)),
      ],
      bars: [],
    };
  } finally {
    await browser.close();
    server.close();
    services.kill();
  }
}
