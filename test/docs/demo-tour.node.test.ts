import { describe, expect, test } from 'vitest';
import { prepareBrowser } from './demo.ts';

const browser = prepareBrowser();

describe('given the tour of the demo', () => {
  test('when it is hurried, then every step is seen to happen, and in the end all portals behave, and the vault is suggested', async () => {
    const demo = await browser.open();
    await demo.button('Show me').click();
    const captions = [/The right pane watches it/, /failed over to portal [ABC]/, /has been started again/, /is in quarantine for bad-signature/, /is lagging/, /is in quarantine, too/, /nothing false or older was ever shown/, /That was the tour/];
    // Each press ends a pause for reading; what happens takes as long as it takes.
    for (const [i, caption] of captions.entries()) {
      if (i > 0) await demo.button('Next').click();
      await demo.page.getByText(`Step ${i + 1} of ${captions.length}`).waitFor();
      await demo.button('Next').click();
      await demo.caption.filter({ hasText: caption }).waitFor();
    }
    await demo.button('Show me').waitFor();
    for (const name of ['A', 'B', 'C']) await demo.portal(name).getByText('It does as it should.').waitFor();
    expect(await demo.page.evaluate(() => document.activeElement?.id)).toBe('vault');
    expect(await demo.everShown()).toEqual(['Hello', 'Good morning', 'Still here', 'One honest portal is enough']);
    expect(demo.troubles).toEqual([]);
  });

  test('when it is paused, then nothing happens until it goes on; when it is stopped, then what it did is undone', async () => {
    const demo = await browser.open();
    await demo.button('Show me').click();
    await demo.button('Pause').click();
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
    await demo.caption.filter({ hasText: 'failed over' }).waitFor();
    await demo.button('Stop').click();
    await demo.caption.filter({ hasText: 'The tour was stopped' }).waitFor();
    await demo.button('Show me').waitFor();
    expect(await demo.page.locator('#portals [aria-pressed=true]').count()).toBe(0);
    expect(demo.troubles).toEqual([]);
  });
});
