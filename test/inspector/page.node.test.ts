import axe from 'axe-core';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { inline } from '../../src/inline.ts';
import type { Report } from '../../src/inspect/report.ts';
import { toDisplayJson } from '../../src/link/actor/display.ts';
import { connectionMachine, consentMachine, entriesMachine, entryMachine, portalMachine, queryMachine, vaultMachine, verifierMachine } from '../../src/machines.ts';
import { Author } from '../../src/portal/conformance/author.ts';
import { createPortal } from '../../src/portal/index.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { launchBrowser } from '../package/page.ts';
import { birth, event, snapshot } from './fixture/inspected.ts';
import { openInspector, serveInspector } from './fixture/page.ts';
import { reportsOf, watchedReport } from './fixture/reports.ts';

const TABS = ['Charts', 'Actors', 'Events', 'Messages', 'Entries', 'Portals', 'Incidents'] as const;

const header = '{"type":"@secure-registry.recording","version":1,"createdAt":"0"}';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
}, 60_000);
afterAll(() => browser.close());

const tab = (page: Page, name: (typeof TABS)[number]) => page.getByRole('tab', { name });
const rows = (page: Page, name: string) => page.getByRole('grid', { name }).locator('.grid-body [role=row]');

/** A little of everything. */
const everything: readonly Report[] = [
  birth('portal/x:0', 'portal', undefined, { definition: JSON.parse(toDisplayJson(portalMachine.config)) as object, value: { connection: { live: 'settled' }, checks: { interval: 'resting' } } }),
  birth('portal/x:1', 'connection.1', 'portal/x:0', { definition: JSON.parse(toDisplayJson(connectionMachine.config)) as object, value: { open: 'listening' } }),
  birth('verifier/x:0', 'verifier', undefined, { definition: JSON.parse(toDisplayJson(verifierMachine.config)) as object, value: 'idle' }),
  birth('entries/x:0', 'entries', undefined, { definition: JSON.parse(toDisplayJson(entriesMachine.config)) as object, value: 'ready' }),
  birth('entries/x:1', `entry.${'ab'.repeat(32)}`, 'entries/x:0', { definition: JSON.parse(toDisplayJson(entryMachine.config)) as object, value: { live: 'present' } }),
  event('verifier/x:0', { type: 'BATCH', batch: 1 }),
  snapshot('verifier/x:0', 'BATCH', 'verifying'),
  event('entries/x:0', { type: 'FINDINGS', findings: [{ kind: 'served', name: '<img src=x onerror=alert(1)>' }] }),
  { type: '@secure-registry.portals', createdAt: '3000', portals: [{ url: 'http://one.example', state: 'live', latency: 12.5, failures: 0, lastFailure: undefined, quarantined: false, reason: undefined }, { url: 'http://two.example', state: 'standby', latency: undefined, failures: 2, lastFailure: 'closed', quarantined: true, reason: 'garbage' }] },
  { type: '@secure-registry.incident', createdAt: '3000', incident: { kind: 'garbage', portal: 'http://two.example', at: 3_000, raw: '0x3c623e' } },
  watchedReport(0, 40),
];

async function opened(options: { colorScheme?: 'light' | 'dark' } = {}) {
  const site = await serveInspector();
  site.send('main', everything);
  return { site, ...(await openInspector(browser, site.url, options)) };
}

/** So many events, numbered. */
const measured = (from: number, to: number): readonly Report[] => Array.from({ length: to - from }, (_, i) => event('portal/x:0', { type: 'MEASURED', number: from + i }));

/** A runtime with two portals of its own. */
async function started(): Promise<{ runtime: Runtime; author: Author; portals: { close(): Promise<void>; url: string }[] }> {
  const portals = [await createPortal(), await createPortal()];
  onTestFinished(async () => void (await Promise.all(portals.map((portal) => portal.close()))));
  const runtime = await createRuntime({ portals: portals.map(({ url }) => url), workers: inline() });
  onTestFinished(() => runtime.close());
  return { runtime, author: new Author('inspected'), portals };
}

/** What axe finds, but what it calls minor. */
const faults = async (page: Page): Promise<unknown> => {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (window as unknown as { axe: { run(): Promise<axe.AxeResults> } }).axe.run());
  return violations.filter(({ impact }) => impact !== 'minor').map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary}`) }));
};

describe('the page of a runtime', () => {
  it('shows its machines as they are now, while a portal fails and another takes over', async () => {
    const { runtime, author, portals } = await started();
    const site = await serveInspector();
    const subscription = reportsOf(runtime).subscribe((report) => site.send('main', [report]));
    onTestFinished(() => subscription.unsubscribe());
    // So high that all messages are in sight: of those that are not, there are no rows.
    const { page, troubles } = await openInspector(browser, site.url, { viewport: { width: 1280, height: 6_000 } });
    const lit = (): Promise<readonly (string | null)[]> => page.locator('.chart svg .state.lit[data-state]').evaluateAll((states) => states.map((state) => state.getAttribute('data-state')));
    await page.getByRole('button', { name: 'portal connection.idle, checks.interval.resting' }).click();
    await page.getByRole('img', { name: 'Statechart of portal. Now in: connection.idle, checks.interval.resting.' }).waitFor();
    expect(await lit()).toEqual(['', 'connection', 'connection.idle', 'checks', 'checks.interval', 'checks.interval.resting']);
    runtime.watch(author.entry(1n)).subscribe();
    await page.getByRole('img', { name: /connection\.live\.settled/ }).waitFor();
    expect(await lit()).toContain('connection.live.settled');
    await tab(page, 'Portals').click();
    await page.getByRole('row', { name: new RegExp(`${portals[0]?.url} live`) }).waitFor();
    await portals[0]?.close();
    await page.getByRole('row', { name: new RegExp(`${portals[1]?.url} live`) }).waitFor();
    await tab(page, 'Messages').click();
    for (const [way, type] of [
      ['entries to portal', 'WANTED'],
      ['portal to verifier', 'BATCH'],
      ['verifier to entries', 'FINDINGS'],
    ] as const) {
      await rows(page, 'Messages').filter({ hasText: type }).first().waitFor();
      const words = (await rows(page, 'Messages').allTextContents()).filter((text) => text.includes(type)).map((text) => text.replace(/\.\d+(?= to |:)/g, ''));
      for (const text of words) expect(text).toContain(way);
    }
    await tab(page, 'Events').click();
    await page.getByLabel('Type').fill('WANTED');
    await expect.poll(() => rows(page, 'Events').count()).toBe(1);
    await rows(page, 'Events').click();
    expect(await page.getByRole('region', { name: /^Event / }).textContent()).toContain('connection.idle, checks.interval.resting → connection.seeking, checks.interval.resting');
    expect(troubles).toEqual([]);
  });

  it('draws every machine with every state, in Chromium, under its policy', async () => {
    const site = await serveInspector();
    const machines = [portalMachine, connectionMachine, verifierMachine, entriesMachine, entryMachine, vaultMachine, queryMachine, consentMachine];
    site.send('all', machines.map(({ id, config }) => birth(`${id}/x:0`, id, undefined, { definition: JSON.parse(toDisplayJson(config)) as object })));
    const { page, troubles } = await openInspector(browser, site.url);
    await tab(page, 'Actors').click();
    for (const { id, root } of machines) {
      await rows(page, 'Actors').filter({ hasText: new RegExp(`^${id}(runs|$)`) }).click();
      await page.getByRole('img', { name: new RegExp(`^Statechart of ${id}\\.`) }).waitFor();
      const states = await page.locator('.chart .state[data-state]').evaluateAll((drawn) => drawn.map((one) => one.getAttribute('data-state')));
      const count = (node: { states: object }): number => Object.values(node.states).reduce((sum: number, child: unknown) => sum + count(child as { states: object }), 1);
      expect(new Set(states).size).toBe(count(root));
    }
    expect(troubles).toEqual([]);
  });

  it('loads what lays out charts only when there is one', async () => {
    const site = await serveInspector();
    site.send('main', [watchedReport(0, 3)]);
    const { page } = await openInspector(browser, site.url);
    await page.getByRole('tab', { name: 'Entries 3' }).waitFor();
    expect(site.asked).not.toContain('elk-worker.js');
    site.send('main', everything);
    await page.locator('.tile-portal svg').waitFor();
    expect(site.asked).toContain('elk-worker.js');
  });

  it('says when the live connection is lost, and comes back by itself', async () => {
    const { page, site, troubles } = await opened();
    const status = page.getByRole('status');
    await status.filter({ hasText: /^Live$/ }).waitFor();
    await page.getByRole('tab', { name: 'Entries 40' }).waitFor();
    site.forget();
    site.send('main', [birth('portal/x:0', 'portal'), watchedReport(0, 39)]);
    // It may be there again before anybody who looks now and then has looked.
    const said = await status.evaluateHandle((element) => {
      const texts: string[] = [];
      new MutationObserver(() => texts.push(element.textContent)).observe(element, { childList: true, characterData: true, subtree: true });
      return texts;
    });
    site.cut();
    await expect.poll(() => said.jsonValue()).toContainEqual(expect.stringContaining('lost'));
    await status.filter({ hasText: /^Live$/ }).waitFor();
    // What nobody watches any more is not told of again.
    await page.getByRole('tab', { name: 'Entries 39' }).waitFor();
    await page.getByRole('tab', { name: 'Actors 1' }).waitFor();
    site.forget();
    site.cut();
    await status.filter({ hasText: 'main is gone' }).waitFor();
    expect(troubles).toEqual([]);
  });

  it('shows one of several runtimes, and keeps those that are gone', async () => {
    const { page, site } = await opened();
    site.send('other', [watchedReport(0, 7)]);
    await page.getByLabel('Runtime').selectOption('other');
    await page.getByRole('tab', { name: 'Entries 7' }).waitFor();
    site.gone('other');
    await page.getByRole('status').filter({ hasText: 'other is gone' }).waitFor();
    await page.getByLabel('Runtime').selectOption('main');
    await page.getByRole('tab', { name: 'Entries 40' }).waitFor();
    expect(await page.getByLabel('Runtime').locator('option').allTextContents()).toEqual(['main', 'other (gone)']);
  });

  it('shows hostile names as text', async () => {
    const { page, site, troubles } = await opened();
    const hostile = '"><img src=x onerror=alert(1)><script>';
    site.send(hostile, [birth('portal/x:0', hostile, undefined, { definition: { id: hostile, initial: hostile, states: { [hostile]: { on: { [hostile]: hostile } } } }, value: hostile }), event('portal/x:0', { type: hostile })]);
    await page.getByLabel('Runtime').selectOption(hostile);
    await page.locator('.tile-portal svg').waitFor();
    await tab(page, 'Actors').click();
    await page.locator('.chart svg').waitFor();
    await tab(page, 'Events').click();
    await rows(page, 'Events').first().waitFor();
    expect(await page.locator('img, #inspector script').count()).toBe(0);
    expect(troubles).toEqual([]);
  });
});

/** Names of states in tiles that are less than 10 px high, or out of sight where they are lit. */
const unreadable = (page: Page): Promise<readonly string[]> =>
  page.locator('.tile svg').evaluateAll((charts) =>
    charts.flatMap((chart) => {
      const room = chart.getBoundingClientRect();
      const scale = room.width / ((chart as SVGSVGElement).viewBox.baseVal.width || 1);
      const small = [...chart.querySelectorAll('.state-name')].filter((name) => Number.parseFloat(getComputedStyle(name).fontSize) * scale < 9.99);
      const current = chart.querySelectorAll('.innermost:not(.machine) > rect');
      const isInSight = [...current].some((state) => {
        const { left, right, top, bottom } = state.getBoundingClientRect();
        return left >= room.left - 1 && right <= room.right + 1 && top >= room.top - 1 && bottom <= room.bottom + 1;
      });
      return [...small.map(({ textContent }) => textContent), ...(current.length === 0 || isInSight ? [] : ['what is lit'])];
    }),
  );

describe('the charts at a glance', () => {
  it.each([{ width: 1280, height: 800 }, { width: 700, height: 520 }, { width: 360, height: 640 }])('are readable, and have what is lit in sight, at $width by $height', async (viewport) => {
    const site = await serveInspector();
    site.send('main', everything);
    const { page, troubles } = await openInspector(browser, site.url, { viewport, reducedMotion: 'reduce' });
    for (const name of ['portal', 'verifier', 'entries', 'entry']) await page.locator(`.tile-${name} svg`).waitFor();
    expect(await unreadable(page)).toEqual([]);
    for (const connection of ['idle', { waiting: 'tired' }, { live: 'relieving' }, { live: 'switching' }]) {
      site.send('main', [snapshot('portal/x:0', 'MEASURED', { connection, checks: { interval: 'resting' } })]);
      const name = typeof connection === 'string' ? connection : Object.entries(connection).flat().join('.');
      await page.getByRole('button', { name: `portal connection.${name}, checks.interval.resting` }).waitFor();
      expect({ name, unreadable: await unreadable(page) }).toEqual({ name, unreadable: [] });
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(viewport.width);
    expect(troubles).toEqual([]);
  });

  it('show the way that was taken last, and by an afterglow states that were left before they could be drawn', async () => {
    const { page, site } = await opened();
    await page.getByRole('button', { name: 'verifier verifying' }).waitFor();
    await page.locator('.tile-verifier .taken[data-arrow="idle>verifying"]').waitFor({ state: 'attached' });
    expect(await page.locator('.glow').count()).toBe(0);
    site.send('main', [snapshot('verifier/x:0', 'VERIFIED', 'idle'), snapshot('verifier/x:0', 'BATCH', 'verifying'), snapshot('verifier/x:0', 'VERIFIED', 'idle')]);
    await page.locator('.tile-verifier .taken[data-arrow="verifying>idle"]').waitFor({ state: 'attached' });
    expect(await page.locator('.tile-verifier .glow').evaluateAll((glows) => glows.map((glow) => glow.getAttribute('data-state')))).toEqual(['idle', 'verifying']);
    expect(await page.locator('.tile-verifier .tile-head code').textContent()).toBe('VERIFIED');
  });

  it('follow the entry that moved last, and say which actors are not there yet', async () => {
    const { page, site } = await opened();
    await page.getByRole('button', { name: 'entry.abab…abab live.present' }).waitFor();
    site.send('main', [birth('entries/x:2', `entry.${'cd'.repeat(32)}`, 'entries/x:0', { definition: JSON.parse(toDisplayJson(entryMachine.config)) as object, value: 'asking' })]);
    await page.getByRole('button', { name: 'entry.cdcd…cdcd asking' }).waitFor();
    site.send('main', [snapshot('entries/x:1', 'LOST', { stale: 'present' })]);
    await page.getByRole('button', { name: 'entry.abab…abab stale.present' }).waitFor();
    expect(await page.locator('.tile-absent').allTextContents()).toEqual(['vault not started yet']);
    site.send('main', [birth('vault/x:0', 'vault', undefined, { definition: JSON.parse(toDisplayJson(vaultMachine.config)) as object, value: 'opening' })]);
    await page.getByRole('button', { name: 'vault opening' }).waitFor();
  });

  it('are reached, and opened, by the keyboard', async () => {
    const { page } = await opened();
    await page.locator('.tile-entry svg').waitFor();
    await tab(page, 'Charts').focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.querySelector('.tile-state')?.textContent)).toBe('verifying');
    await page.keyboard.press('Enter');
    await page.getByRole('img', { name: 'Statechart of verifier. Now in: verifying.' }).waitFor();
    expect(await tab(page, 'Actors').getAttribute('aria-selected')).toBe('true');
  });
});

describe('ten thousand watched entries', () => {
  it('are in the page as far as they are in sight, and reached by the keyboard', async () => {
    const { page, site } = await opened();
    site.send('main', [watchedReport(40, 10_000)]);
    await tab(page, 'Entries').click();
    await page.getByText('10,000 of 10,000').waitFor();
    const grid = page.getByRole('grid', { name: 'Watched entries' });
    expect(await grid.getAttribute('aria-rowcount')).toBe('10001');
    expect(await rows(page, 'Watched entries').count()).toBeLessThan(60);
    await grid.focus();
    await page.keyboard.press('End');
    await page.getByText('value 9999 of 1').waitFor();
    expect(await rows(page, 'Watched entries').count()).toBeLessThan(60);
    expect(await page.locator('*').count()).toBeLessThan(900);
    const active = await grid.getAttribute('aria-activedescendant');
    expect(await page.locator(`[id="${active}"]`).textContent()).toContain('value 9999 of 1');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Entry' }).getByText('value 9998 of 1').waitFor();
    await page.getByLabel('Find').fill('value 4321 of');
    await page.getByText('1 of 10,000').waitFor();
    await page.getByLabel('Find').fill('');
    await page.getByLabel('Status').selectOption('stale');
    await page.getByText('2,500 of 10,000').waitFor();
    await page.getByRole('button', { name: 'Hex' }).click();
    await rows(page, 'Watched entries').getByText('0x76616c75652033206f662031').waitFor();
  });
});

describe('the log of ten thousand events', () => {
  it('stands still while one reads, and goes on after', async () => {
    const { page, site } = await opened();
    site.send('main', measured(0, 10_000));
    await tab(page, 'Events').click();
    await page.getByText('10,000 shown').waitFor();
    expect(await rows(page, 'Events').count()).toBeLessThan(60);
    await page.getByRole('button', { name: 'Pause' }).click();
    site.send('main', measured(10_000, 10_250));
    await page.getByText('10,000 shown, 250 newer').waitFor();
    expect(await rows(page, 'Events').first().textContent()).toContain('"number":9999');
    await page.getByRole('button', { name: 'Pause' }).click();
    await rows(page, 'Events').getByText('"number":10249').waitFor();
    await page.getByLabel('Text').fill('"number":10007');
    await page.getByText('1 shown').waitFor();
    await page.getByLabel('Text').fill('');
    await page.getByLabel('Actor').selectOption({ label: 'entries' });
    await page.getByText(/^0 shown/).waitFor();
  });
});

describe('by the keyboard alone', () => {
  it('every tab is reached by arrow keys, a list by Tab, a row by arrow keys, its details by Enter', async () => {
    const { page } = await opened();
    await tab(page, 'Charts').focus();
    for (const name of [...TABS.slice(1), 'Charts' as const]) {
      await page.keyboard.press('ArrowRight');
      await page.getByRole('tabpanel', { name }).waitFor();
      expect(await tab(page, name).evaluate((element) => element === document.activeElement)).toBe(true);
    }
    await page.keyboard.press('End');
    await page.getByRole('tabpanel', { name: 'Incidents' }).waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Incidents, the newest first');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Incident' }).getByText('<b>', { exact: true }).waitFor();
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await page.getByRole('grid', { name: 'Actors' }).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('img', { name: 'Statechart of connection. Now in: open.listening.' }).waitFor();
    const outline = await page.locator('.grid-row.active').evaluate((row) => getComputedStyle(row).outlineStyle);
    expect(outline).toBe('solid');
    await page.locator('.as-list summary').focus();
    await page.keyboard.press('Enter');
    await page.locator('.state-list [aria-current]').getByText('listening', { exact: true }).waitFor();
  });
});

describe('axe finds no fault that matters', () => {
  it.each(['light', 'dark'] as const)('in %s, on any tab, with details open', async (colorScheme) => {
    const { page } = await opened({ colorScheme });
    for (const name of TABS) {
      await tab(page, name).click();
      if (name === 'Actors') await page.locator('.chart svg').waitFor();
      else if (name === 'Charts') await page.locator('.tile-entry svg').waitFor();
      else if (name !== 'Portals') await page.locator('.grid-body [role=row]').first().click();
      expect({ name, faults: await faults(page) }).toEqual({ name, faults: [] });
    }
  });

  it.each(['light', 'dark'] as const)('in %s, where a recording is played, and where nothing is known', async (colorScheme) => {
    const recording = await serveInspector([header, ...everything.map((report) => JSON.stringify(report))].join('\n'));
    const { page } = await openInspector(browser, recording.url, { colorScheme });
    await page.getByRole('button', { name: 'To the end' }).click();
    await page.locator('.tile-portal svg').waitFor();
    expect(await faults(page)).toEqual([]);
    const { page: empty } = await openInspector(browser, (await serveInspector()).url, { colorScheme });
    await empty.getByText('Waiting for a runtime').waitFor();
    expect(await faults(empty)).toEqual([]);
  });
});

describe('a recording', () => {
  const moves: readonly Report[] = [
    birth('vault/x:0', 'vault', undefined, { definition: JSON.parse(toDisplayJson(vaultMachine.config)) as object, value: 'opening' }),
    ...(['empty', 'creating', { unlocked: 'resting' }] as const).flatMap((value, i) => {
      const type = ['ENDED', 'CREATE', 'ENDED'][i] ?? '';
      return [event('vault/x:0', { type }, undefined, 2_000 + i), snapshot('vault/x:0', type, value, 'active', 2_000 + i)];
    }),
  ];
  const text = [header, ...moves.map((report) => JSON.stringify(report)), '{"type":"@xst'].join('\n');

  it('is gone through step by step, forth and back, to any place, and played', async () => {
    const { page, troubles } = await openInspector(browser, (await serveInspector(text)).url);
    const current = page.locator('.actor-head .current strong');
    await page.getByText('0 / 7').waitFor();
    await tab(page, 'Actors').click();
    const step = page.getByRole('button', { name: 'One step', exact: true });
    await step.click();
    await current.getByText('opening').waitFor();
    // Twice before anything is drawn.
    await step.evaluate((button: HTMLButtonElement) => {
      button.click();
      button.click();
    });
    await page.getByText('3 / 7').waitFor();
    await current.getByText('empty').waitFor();
    await page.getByRole('button', { name: 'One step back' }).click();
    await page.getByText('2 / 7').waitFor();
    await step.focus();
    await page.keyboard.press('Enter');
    await current.getByText('empty').waitFor();
    await page.getByRole('button', { name: 'One step back' }).click();
    await page.getByText('2 / 7').waitFor();
    await current.getByText('opening').waitFor();
    await page.getByRole('slider', { name: 'Place in the recording' }).focus();
    await page.keyboard.press('End');
    await current.getByText('unlocked.resting').waitFor();
    await page.keyboard.press('Home');
    await page.getByText('0 / 7').waitFor();
    // At either end there is no step to go, and the focus stays where it was.
    for (const [name, place] of [['One step', 7], ['One step back', 0]] as const) {
      await page.getByRole('slider', { name: 'Place in the recording' }).fill(String(place === 0 ? 1 : place - 1));
      const button = page.getByRole('button', { name, exact: true });
      await button.focus();
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name, exact: true, disabled: true }).waitFor();
      await page.keyboard.press('Enter');
      await page.getByText(`${place} / 7`).waitFor();
      expect(await button.evaluate((its) => its === document.activeElement)).toBe(true);
    }
    await page.getByLabel('Speed').selectOption('20');
    await page.getByRole('button', { name: 'Play' }).click();
    await current.getByText('unlocked.resting').waitFor();
    await page.getByRole('button', { name: 'Play' }).waitFor();
    expect(await page.locator('.chart .transition.taken').getAttribute('data-arrow')).toBe('creating>unlocked');
    expect(troubles).toEqual([]);
  });

  it('that is damaged is shown as far as it goes, and says so', async () => {
    const { page } = await openInspector(browser, (await serveInspector(`${text}\n${header}`)).url);
    await page.getByRole('status').filter({ hasText: 'Read as far as it goes: line 9 of a recording must be a report' }).waitFor();
    expect(await page.getByText('0 / 7').count()).toBe(1);
  });
});
