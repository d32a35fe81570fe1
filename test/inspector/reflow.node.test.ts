import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from '../package/page.ts';
import { birth, event } from './fixture/inspected.ts';
import { openInspector, serveInspector } from './fixture/page.ts';
import { watchedReport } from './fixture/reports.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
}, 60_000);
afterAll(() => browser.close());

// The second is what is left of the usual page for whoever has it twice as large.
it.each([
  { width: 360, height: 640 },
  { width: 640, height: 400 },
])('where a page is $width by $height pixels, then none of the inspector stands beside it, nor of what plays a recording', async (viewport) => {
  const reports = [birth('portal/x:0', 'portal'), ...Array.from({ length: 2_000 }, () => event('portal/x:0', { type: 'MEASURED' })), watchedReport(0, 40)];
  const recording = ['{"type":"@secure-registry.recording","version":1,"createdAt":"0"}', ...reports.map((report) => JSON.stringify(report))].join('\n');
  const { page, troubles } = await openInspector(browser, (await serveInspector(recording)).url, { viewport });
  await page.getByRole('button', { name: 'To the end' }).click();
  for (const tab of await page.getByRole('tab').all()) {
    await tab.click();
    expect(await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight])).toEqual([viewport.width, viewport.height]);
  }
  await page.getByLabel('Speed').selectOption('20');
  expect(troubles).toEqual([]);
});
