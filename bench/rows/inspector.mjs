// The inspector's page with ten thousand watched entries and a steady stream of news: frames a second on each of its tabs, and when it is first painted.
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { chromium } from 'playwright';
import { WebSocketServer } from 'ws';
import { findOrInstallChromium } from '../../scripts/chromium.mjs';
import { ROOT } from '../../scripts/install.mjs';
import { single } from '../summary.mjs';

const BUILT = join(ROOT, 'dist/inspector');
const ENTRIES = 10_000;
/** What comes each time, and how often: 2,000 changes of entries and 500 events a second. */
const [CHANGES, EVENTS, EVERY] = [40, 10, 20];
const MEASURED = 5_000;
const TABS = ['Charts', 'Actors', 'Events', 'Messages', 'Entries'];
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

const hex = (number) => (BigInt(number + 1) * 0x9e3779b97f4a7c15f39cc0605cedc834d1b54a32d192ed03n).toString(16).padStart(64, '0').slice(-64);
const entryOf = (number, revision) => ({
  pubkey: hex(number),
  datakey: hex(number + ENTRIES),
  watched: true,
  exists: true,
  revision: `${revision}n`,
  data: `0x${Buffer.from(`value ${number} of revision ${revision}`).toString('hex')}`,
  status: 'live',
  confirmedAt: Date.now(),
  confirmedBy: ['http://127.0.0.1:9980'],
});
const watched = (entries) => ({ type: '@secure-registry.watched', createdAt: String(Date.now()), entries });
const inspected = (sessionId) => ({ sessionId, rootId: sessionId, createdAt: String(Date.now()), _version: '0.7.2', id: null });

/** Births of the hosted actors, each with its machine. */
async function births() {
  const machines = await import('../../dist/node/machines.js');
  return ['portal', 'verifier', 'entries', 'vault'].map((name) => ({
    ...inspected(`${name}/x:0`),
    type: '@xstate.actor',
    name,
    definition: JSON.stringify(machines[`${name}Machine`].config),
    snapshot: { status: 'active', value: name === 'portal' ? { connection: { live: 'settled' }, checks: { interval: 'resting' } } : 'idle', context: {} },
  }));
}

/** What a busy verifier and a busy table tell. */
function events() {
  return Array.from({ length: EVENTS / 2 }, (_, i) => {
    const [thread, type, value] = i % 2 === 0 ? ['verifier', 'BATCH', 'verifying'] : ['entries', 'FINDINGS', 'ready'];
    const event = { type, batch: i, findings: [{ kind: 'served', name: hex(i) }] };
    return [
      { ...inspected(`${thread}/x:0`), type: '@xstate.event', event },
      { ...inspected(`${thread}/x:0`), type: '@xstate.snapshot', event, snapshot: { status: 'active', value, context: { served: i } } },
    ];
  }).flat();
}

async function serve() {
  const server = createServer((request, response) => {
    const name = new URL(request.url, 'http://host').pathname.slice(1) || 'index.html';
    if (name === 'session.json') return response.end('{"mode":"live"}');
    if (!existsSync(join(BUILT, name))) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': TYPES[extname(name)] ?? 'text/plain' }).end(readFileSync(join(BUILT, name)));
  });
  const first = await births();
  new WebSocketServer({ server, path: '/reports' }).on('connection', (socket) => {
    const send = (...reports) => socket.send(JSON.stringify({ source: 'main', reports }));
    send(...first);
    for (let from = 0; from < ENTRIES; from += 1_000) send(watched(Array.from({ length: 1_000 }, (_, i) => entryOf(from + i, 1))));
    let [turn, sent] = [1, performance.now()];
    const timer = setInterval(() => {
      // As many as are due: a timer that is late has more to send.
      for (; sent < performance.now(); sent += EVERY, turn++) send(...events(), watched(Array.from({ length: CHANGES }, (_, i) => entryOf((turn * CHANGES + i) % ENTRIES, 1 + turn))));
    }, EVERY);
    socket.on('close', () => clearInterval(timer));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

/** Frames a second, and the longest that one let itself be waited for. */
const frames = (page) =>
  page.evaluate(
    (time) =>
      new Promise((resolve) => {
        const begun = performance.now();
        let [count, longest, last] = [0, 0, begun];
        const frame = (now) => {
          count++;
          longest = Math.max(longest, now - last);
          last = now;
          if (now - begun < time) requestAnimationFrame(frame);
          else resolve({ value: (count * 1_000) / (now - begun), longest });
        };
        requestAnimationFrame(frame);
      }),
    MEASURED,
  );

export async function report() {
  if (!existsSync(BUILT)) return { absence: 'not built yet' };
  const executablePath = findOrInstallChromium();
  if (executablePath === undefined) return { absence: 'no Chromium here' };
  const server = await serve();
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.on('pageerror', (error) => console.error(`chromium: ${error.message}`));
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    await page.locator('.tile-portal svg').waitFor();
    const group = `the inspector, ${ENTRIES.toLocaleString('en')} entries watched, 2,000 changes and 500 reports of events a second, in Chromium ${browser.version()}`;
    const results = [];
    const painted = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime);
    results.push(single({ group, name: 'first paint', unit: 'ms' }, { value: painted }));
    const bars = [{ text: 'first paint of the inspector: at most 1,000 ms', figure: painted, unit: ' ms', isMet: painted <= 1_000 }];
    for (const name of TABS) {
      await page.getByRole('tab', { name }).click();
      const measured = await frames(page);
      console.log(`inspector, ${name}: ${measured.value.toFixed(1)} frames/s, the longest ${measured.longest.toFixed(0)} ms`);
      results.push(single({ group, name, unit: 'frames/s' }, measured));
      bars.push({ text: `the inspector's tab ${name}: more than 30 frames/s`, figure: measured.value, unit: ' frames/s', isMet: measured.value > 30 });
    }
    return { results, bars };
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}
