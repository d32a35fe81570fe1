import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import { describe, expect, test } from 'vitest';
import { prepareBrowser, type DemoPage } from './demo.ts';

const browser = prepareBrowser();

/** What axe finds in the page, but what it calls minor. Its source is evaluated: the page's policy lets no other script in. */
async function faultsOf(demo: DemoPage): Promise<readonly string[]> {
  await demo.page.evaluate(axe.source);
  const { violations } = await demo.page.evaluate(() => (globalThis as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe.run({ iframes: false }));
  return violations.filter(({ impact }) => impact !== 'minor').map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

describe.each(['light', 'dark'] as const)('given the demo in %s colours', (colorScheme) => {
  test.each([{ width: 1400, height: 900 }, { width: 360, height: 640 }])('when it is $width pixels wide, and portals misbehave, then axe finds no fault that matters, and nothing is wider than it', async (viewport) => {
    const demo = await browser.open({ colorScheme, viewport, reducedMotion: 'reduce' });
    expect(await faultsOf(demo)).toEqual([]);
    await demo.page.getByText('What the switches do').click();
    for (const [name, fault] of [['A', 'lie'], ['B', 'roll back'], ['C', 'kill']] as const) await demo.switchOf(name, fault).click();
    await demo.seesPortal('A', /^quarantined/);
    await demo.seesPortal('B', /lagging/);
    await demo.startTour();
    expect(await faultsOf(demo)).toEqual([]);
    expect(await demo.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(viewport.width);
  });
});

/** Moves on until the focus is there. */
const tabTo = async (demo: DemoPage, selector: string): Promise<void> => {
  for (let steps = 0; steps < 60; steps++) {
    if (await demo.page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
    await demo.page.keyboard.press('Tab');
  }
  expect.unreachable(`Tab never came to ${selector}`);
};

/** Presses Enter until something is so, and not as fast as nobody can. */
async function enterUntil(demo: DemoPage, holds: () => Promise<boolean>): Promise<void> {
  const press = async (): Promise<boolean> => {
    // Not wherever the focus went when the frame was done.
    if (!(await holds())) await demo.inside.locator(':focus').press('Enter', { timeout: 1_000 }).catch(() => {});
    return holds();
  };
  await expect.poll(press, { interval: 500 }).toBe(true);
}

const focusedIn = (demo: DemoPage): Promise<string | undefined> => demo.page.evaluate(() => document.activeElement?.id);

/** Makes a vault in the frame, and lets the page sign with it. */
async function signWithVault(demo: DemoPage): Promise<void> {
  await tabTo(demo, '#vault');
  await demo.page.keyboard.press('Enter');
  await demo.inside.getByText('wants to sign registry entries with your key developer.').waitFor();
  await demo.inside.getByLabel(/A password for them/).waitFor();
  expect(await focusedIn(demo)).toBe('frame');
  await demo.page.keyboard.press('Tab');
  await demo.page.keyboard.type('a password');
  // The frame takes no answer to a question that has only just come into sight, nor before the words for new keys were.
  await enterUntil(demo, () => demo.inside.getByText('Write them down').isVisible());
  await enterUntil(demo, async () => (await demo.page.locator('#frame.shown').count()) === 0);
  await demo.shows('Signed by my vault');
}

describe('given somebody with a keyboard alone', () => {
  test('when they write, and throw a switch, then it works as by clicks', async () => {
    const demo = await browser.open();
    await tabTo(demo, '#text');
    await demo.page.keyboard.press('ControlOrMeta+A');
    await demo.page.keyboard.type('By hand');
    await demo.page.keyboard.press('Enter');
    await demo.shows('By hand');
    await tabTo(demo, '#portals > li:nth-child(2) button:nth-child(3)');
    await demo.page.keyboard.press('Space');
    await demo.seesPortal('B', /^quarantined: bad-signature/);
    expect(await demo.switchOf('B', 'lie').getAttribute('aria-pressed')).toBe('true');
    await demo.page.keyboard.press('Space');
    await demo.portal('B').getByText('It does as it should.').waitFor();
    expect(demo.troubles).toEqual([]);
  });

  test('when they sign with the vault, then the frame asks them, takes their word, and gives the focus back', async () => {
    const demo = await browser.open();
    await signWithVault(demo);
    await demo.button('Sign with this page’s key').waitFor();
    await demo.page.getByText(/^Revision 0, signed by the vault, was accepted/).waitFor();
    await demo.button(/^vault unlocked\.resting$/).waitFor();
    await expect.poll(() => focusedIn(demo)).toBe('vault');
    await demo.write('And again');
    await demo.shows('And again');
    await demo.page.getByText(/^Revision 1, signed by the vault/).waitFor();
    // Of this page's own key there is another entry.
    await demo.vaultButton.click();
    await demo.shows('Hello');
    expect(demo.troubles).toEqual([]);
  });

  test('when the frame is loaded again after that, then what is shown of its actors and entries is of the new one alone', async () => {
    const demo = await browser.open();
    await signWithVault(demo);
    await demo.button(/^vault unlocked\.resting$/).waitFor();
    await demo.page.frames()[1]?.evaluate(() => location.reload());
    await demo.page.getByText('vault not started yet').waitFor();
    await demo.button(/^portal connection\.live/).waitFor();
    await demo.shows('Hello');
    await demo.page.getByRole('tab', { name: 'Entries 1' }).waitFor();
    await demo.page.getByRole('tab', { name: /^Actors/ }).click();
    await demo.page.getByRole('row', { name: /^portal/ }).waitFor();
    expect(await demo.page.getByRole('row', { name: /^vault/ }).count()).toBe(0);
    expect(demo.troubles).toEqual([]);
  });
});
