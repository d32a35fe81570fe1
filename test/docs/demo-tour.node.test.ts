import { describe, expect, test } from 'vitest';
import { prepareBrowser, type DemoPage } from './demo.ts';

const browser = prepareBrowser();

/** What is said after each step. */
const captions = [/The right pane watches it/, /failed over to portal [ABC]/, /has been started again/, /is in quarantine for bad-signature/, /is lagging/, /is in quarantine, too/, /nothing false or older was ever shown/, /The vault has started, and the frame asks you/];

/** Each press ends a time for reading; what happens takes as long as it takes. */
async function goThrough(demo: DemoPage): Promise<void> {
  await demo.startTour();
  for (const [i, caption] of captions.entries()) {
    if (i > 0) await demo.button('Next').click();
    await demo.page.getByText(`Step ${i + 1} of ${captions.length}`).waitFor();
    await demo.button('Next').click();
    await demo.caption.filter({ hasText: caption }).waitFor();
  }
}

describe('given the tour of the demo', () => {
  test('when it is gone through by hand, then every step is seen to happen, and the statecharts move, and the vault comes and asks, and in the end all portals behave', async () => {
    const demo = await browser.open();
    await demo.button(/^entry\..* live\.present$/).waitFor();
    const seen = await demo.followCharts();
    await goThrough(demo);
    // How it opened is told where that lasts until somebody asks.
    await expect.poll(async () => (await seen())['vault']).toContain('empty');
    const { portal = [], verifier = [], entry = [] } = await seen();
    expect(portal).toEqual(expect.arrayContaining(['connection.live.settled', 'connection.seeking']));
    expect(verifier).toEqual(expect.arrayContaining(['idle', 'verifying']));
    expect(entry).toEqual(expect.arrayContaining(['live.present', 'stale.present']));
    // The frame takes no answer to a question that has only just come into sight.
    const deny = async (): Promise<number> => {
      const asking = demo.page.locator('#frame.shown');
      if ((await asking.count()) > 0) await demo.inside.getByRole('button', { name: 'Deny' }).click({ timeout: 1_000 }).catch(() => {}); // it may be gone by now
      return asking.count();
    };
    await expect.poll(deny, { interval: 500 }).toBe(0);
    await demo.caption.filter({ hasText: 'The vault signed nothing' }).waitFor();
    await demo.button('Show me').waitFor();
    for (const name of ['A', 'B', 'C']) await demo.portal(name).getByText('It does as it should.').waitFor();
    expect(await demo.page.evaluate(() => document.activeElement?.id)).toBe('vault');
    expect(await demo.everShown()).toEqual(['Hello', 'Good morning', 'Still here', 'One honest portal is enough']);
    expect(demo.troubles).toEqual([]);
  });

  test('when it is stopped while the vault asks, then the question is withdrawn', async () => {
    const demo = await browser.open({ viewport: { width: 1400, height: 900 } });
    await goThrough(demo);
    await demo.inside.getByText('wants to sign registry entries').waitFor();
    await demo.button(/^vault empty$/).waitFor();
    expect(await demo.button('Next').isVisible()).toBe(false);
    await demo.button('Stop').click();
    await demo.caption.filter({ hasText: 'The tour was stopped' }).waitFor();
    await expect.poll(() => demo.page.locator('#frame.shown').count()).toBe(0);
    await demo.button('Sign with the vault').waitFor();
    await demo.page.locator('#vault:enabled').waitFor();
    await demo.button('Show me').waitFor();
    await expect.poll(() => demo.page.evaluate(() => document.activeElement?.id)).toBe('tour-start');
    await demo.write('And on');
    await demo.shows('And on');
    expect(demo.troubles).toEqual([]);
  });

  test('when it is paused, then nothing happens until it goes on; when it is stopped, then what it did is undone', async () => {
    const demo = await browser.open();
    await demo.startTour();
    // Step by step it goes on by hand.
    await demo.button('Next').click();
    await demo.caption.filter({ hasText: 'The right pane watches it' }).waitFor();
    await demo.button('Next').click();
    await demo.caption.filter({ hasText: 'That one is killed now' }).waitFor();
    await demo.write('Meanwhile');
    await demo.shows('Meanwhile');
    expect(await demo.caption.textContent()).toContain('That one is killed now');
    expect(await demo.page.locator('#portals [aria-pressed=true]').count()).toBe(0);
    await demo.button('Go on').click();
    await demo.page.locator('#portals [aria-pressed=true]').filter({ hasText: 'kill' }).waitFor();
    await demo.button('Stop').click();
    await demo.caption.filter({ hasText: 'The tour was stopped' }).waitFor();
    await demo.button('Show me').waitFor();
    await expect.poll(() => demo.page.evaluate(() => document.activeElement?.id)).toBe('tour-start');
    expect(await demo.page.locator('#portals [aria-pressed=true]').count()).toBe(0);
    await demo.chronicles('all portals were told to behave');
    expect(demo.troubles).toEqual([]);
  });
});
