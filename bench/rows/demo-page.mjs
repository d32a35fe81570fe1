// The page of `npm start`, from this machine: until something is painted, and until the first entry is watched. A profile of its own each time.
import { chromium } from 'playwright';
import { startDemo } from '../../examples/start/demo.mjs';
import { findOrInstallChromium } from '../../scripts/chromium.mjs';
import { judge, summary } from '../summary.mjs';

const TIMES = 5;
/** Milliseconds. */
const BAR = 1_000;

/** Milliseconds since the page was asked for. */
async function visit(browser, url) {
  const page = await browser.newPage();
  await page.goto(url);
  const painted = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const seen = (entries) => entries.filter(({ name }) => name === 'first-contentful-paint').forEach(({ startTime }) => resolve(startTime));
        new PerformanceObserver((list) => seen(list.getEntries())).observe({ type: 'paint', buffered: true });
      }),
  );
  await page.waitForFunction(() => document.querySelector('#value').textContent === 'Hello', undefined, { polling: 'raf' });
  const watched = await page.evaluate(() => performance.now());
  await page.close();
  return { painted, watched };
}

export async function report() {
  const executablePath = findOrInstallChromium();
  if (executablePath === undefined) return { absence: 'no Chromium here' };
  const demo = await startDemo();
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const visits = [];
    for (let i = 0; i < TIMES; i++) visits.push(await visit(browser, demo.url));
    const about = (name) => ({ group: `the page of npm start, in Chromium ${browser.version()}`, name, unit: 'ms' });
    const summaries = {
      painted: { ...summary(about('first contentful paint'), visits.map(({ painted }) => ({ value: painted }))), isAlone: true },
      watched: { ...summary(about('first entry written, and watched'), visits.map(({ watched }) => ({ value: watched }))), isAlone: true },
    };
    return {
      results: Object.values(summaries),
      bars: [judge({ text: 'first paint of the demo page: at most 1,000 ms, the slowest', figure: ({ painted }) => painted.max, holds: (value) => value <= BAR, unit: ' ms' }, summaries)],
    };
  } finally {
    await browser.close();
    await demo.close();
  }
}
