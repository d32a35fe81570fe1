import { expect, test } from 'vitest';
import type * as face from '../../src/index.ts';
import type * as frames from '../../src/kernel.ts';
import { frameOf, prepareStage } from './frame.ts';

// What the pages of these tests have.
declare const frame: typeof frames;
declare global {
  var client: frames.FrameClient;
  /** What a request that was given up came to. */
  var outcome: Promise<unknown>;
  var ending: AbortController;
}

const stage = prepareStage();

test('given a user without keys, when the page covers the question, then a click shows no words; when it gives the question up once they are shown, then no keys were made of them', async () => {
  const { page, frame: url, troubles } = await stage.openBoth();
  await page.evaluate(async (address) => {
    globalThis.client = await frame.connectFrame({ url: address });
    const cover = document.createElement('div');
    // Seen through, and clicked through.
    cover.style.cssText = 'position:fixed;inset:0;z-index:2147483647;background:#f001;pointer-events:none';
    globalThis.ending = new AbortController();
    globalThis.outcome = client.requestVault({ keys: ['developer'], purposes: ['message'] }, { signal: ending.signal }).catch((error: face.RegistryError) => error.code);
    document.querySelector('iframe')?.after(cover);
  }, url);
  const inside = frameOf(page);
  await inside.locator('input[type=password]').fill('a password');
  for (let i = 0; i < 4; i++) {
    await inside.locator('#go').click({ force: true });
    // What is in sight is looked at once for each frame that is drawn: so many that an uncovered question would have been there for long enough.
    await inside.locator('#go').evaluate(async () => {
      for (let drawn = 0; drawn < 20; drawn++) await new Promise((resolve) => requestAnimationFrame(resolve));
    });
  }
  expect([await inside.locator('textarea').inputValue(), await inside.locator('output').textContent()]).toEqual(['', '']);

  await page.evaluate(() => document.querySelector('iframe + div')?.remove());
  await expect
    .poll(async () => {
      await inside.locator('#go').click({ timeout: 1_000 });
      return inside.locator('output').textContent();
    })
    .toContain('Write them down');
  expect((await inside.locator('textarea').inputValue()).split(' ')).toHaveLength(12);

  expect(await page.evaluate(() => (ending.abort(), outcome))).toBe('ABORTED');
  const managed = page.evaluate(() => client.manageVault());
  await inside.getByText('You have no keys here yet.').waitFor();
  expect([await inside.locator('input[type=password]').inputValue(), await inside.locator('textarea').inputValue()]).toEqual(['', '']);
  await inside.locator('#stop').click();
  await managed;
  expect(troubles).toEqual([]);
});
