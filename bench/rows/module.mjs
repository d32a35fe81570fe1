// The module in a kernel that starts a fresh worker for every query: from `new Worker` to the response, in a page of a headless Chromium.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { findOrInstallChromium } from '../../scripts/chromium.mjs';
import { entryOf } from '../entries.mjs';
import { startServices } from '../processes.mjs';
import { single } from '../summary.mjs';

const TIMES = 30;
/** Milliseconds. */
const BAR = 50;

/** What stands in the page: a kernel in a few lines. */
function kernel(code) {
  const url = URL.createObjectURL(new Blob([code]));
  const start = (method, data, heard) => {
    const worker = new Worker(url);
    worker.addEventListener('message', ({ data: message }) => heard(message));
    worker.postMessage({ method: 'presentSeed', domain: 'root', data: { seed: new Uint8Array(16).fill(1) } }, []);
    worker.postMessage({ nonce: 'n', domain: 'bench.example', method, data }, []);
    return worker;
  };
  const ask = (method, data) =>
    new Promise((resolve, reject) => {
      const began = performance.now();
      const worker = start(method, data, ({ method: kind, data: answer, err }) => {
        if (kind !== 'response') return;
        const took = performance.now() - began;
        worker.terminate();
        if (err === null) resolve({ took, answer });
        else reject(new Error(err));
      });
    });
  const told = { newest: -1n, look: () => {} };
  globalThis.bench = {
    ask,
    subscribe: (key) =>
      start('registrySubscribe', key, ({ method, data }) => {
        if (method === 'responseUpdate') told.newest = data.revision;
        told.look();
      }),
    async told(revision) {
      while (told.newest < revision) await new Promise((resolve) => void (told.look = resolve));
    },
  };
}

const keyOf = ({ pubkey, datakey }) => ({ pubkey, datakey });
const read = async (page, entry, status) => {
  const { took, answer } = await page.evaluate((key) => globalThis.bench.ask('registryRead', key), keyOf(entry));
  if (answer.revision !== entry.revision || answer.status !== status) throw new Error(`it answered revision ${answer.revision}, ${answer.status}, where ${entry.revision} is ${status}`);
  return took;
};

/** Every worker but the first answers by the stamp of one before it. */
async function stamped(page) {
  const entry = entryOf(0, 1);
  await read(page, entry, 'cached');
  const took = [];
  for (let i = 0; i < TIMES; i++) took.push(await read(page, entry, 'cached'));
  return took;
}

/** Each time there is a newer entry than any stamp tells of, which one worker has live. */
async function vouched(page) {
  await page.evaluate((key) => void globalThis.bench.subscribe(key), keyOf(entryOf(1, 1)));
  await page.evaluate((revision) => globalThis.bench.told(revision), 1n);
  const took = [];
  for (let revision = 2; revision < TIMES + 2; revision++) {
    const entry = entryOf(1, revision);
    // The writer stamps what it wrote with no portal's word.
    await page.evaluate((signed) => globalThis.bench.ask('registryWrite', signed), entry);
    await page.evaluate((newest) => globalThis.bench.told(newest), BigInt(revision));
    took.push(await read(page, entry, 'live'));
  }
  return took;
}

const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];

export async function report() {
  const executablePath = findOrInstallChromium();
  if (executablePath === undefined) return { absence: 'no Chromium here' };
  const services = startServices();
  const server = createServer((_request, response) => void response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><title>A kernel</title>'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const portal = await services.url({ script: 'portal.mjs', args: [2] });
    const built = readFileSync(fileURLToPath(new URL('../../dist/web/module.js', import.meta.url)), 'utf8');
    const code = `var SECURE_REGISTRY_MODULE=${JSON.stringify({ portals: [portal], trustedDomains: [] })};${built.slice(built.indexOf('\n'))}`;
    const results = [];
    const bars = [];
    for (const [name, measure] of Object.entries({ stamped, vouched })) {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${server.address().port}/`);
      await page.evaluate(kernel, code);
      const sorted = (await measure(page)).sort((a, b) => a - b);
      await page.close();
      const [p50, p99] = [at(sorted, 0.5), at(sorted, 0.99)];
      console.log(`module, ${name}: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`);
      results.push({ ...single({ group: `cold worker of the module to its answer, in Chromium ${browser.version()}, ${TIMES} times`, name, unit: 'ms' }, { value: p50, p50, p99 }), isAlone: true });
      bars.push({ text: `cold worker to its answer, ${name}: at most ${BAR} ms`, figure: p50, unit: ' ms', isMet: p50 <= BAR });
    }
    return { results, bars };
  } finally {
    await browser.close();
    server.close();
    services.kill();
  }
}
