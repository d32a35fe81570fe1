import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type * as frames from '../../src/kernel.ts';
import { framePage, framePolicy } from '../../src/kernel.ts';
import { createPortal } from '../../src/portal/index.ts';
import { frameOf, prepareStage, serveFiles } from './frame.ts';

// What the pages of these tests have.
declare const frame: typeof frames;
declare global {
  var client: frames.FrameClient;
}

const stage = prepareStage();

/** A page at a frame all of whose files come with the frame's policy, of which the portals may be others than those that the frame is configured with. */
const openUnder = async (portalsOf: (portal: string) => readonly string[]) => {
  const portal = await createPortal();
  onTestFinished(() => portal.close());
  const app = await stage.serveStranger();
  const origins = { [app]: ['read', 'write', 'sign'] } as const;
  const index = framePage({ portals: [portal.url], origins });
  const policy = framePolicy({ portals: portalsOf(portal.url), origins });
  const address = await serveFiles(
    (path) => (path === '/index.html' ? index : readFile(join(stage.consumer.installed, 'dist/frame', path))),
    () => ({ 'Content-Security-Policy': policy }),
  );
  const opened = await stage.openPage(app);
  await opened.page.evaluate(async (url) => {
    globalThis.client = await frame.connectFrame({ url });
  }, `${address}/`);
  const read = () => opened.page.evaluate(() => client.read({ pubkey: new Uint8Array(32), datakey: new Uint8Array(32) }).then(({ exists }) => exists, ({ code }: { code: string }) => code));
  return { ...opened, read };
};

describe('given a frame whose server sends its policy with every file', () => {
  test('when a page reads, and the user makes a vault, then the policy lets it', async () => {
    const { page, read, troubles } = await openUnder((portal) => [portal]);
    expect(await read()).toBe(false);
    const managed = page.evaluate(() => client.manageVault());
    const inside = frameOf(page);
    await inside.locator('input[type=password]').fill('a password');
    await expect
      .poll(async () => {
        await inside.locator('#go').click({ timeout: 1_000 }).catch(() => {}); // a browser ignores clicks in a frame that has just appeared
        return inside.locator('#question').textContent();
      })
      .toContain('Your vault is open.');
    await inside.locator('#stop').click();
    await managed;
    expect(troubles).toEqual([]);
  });

  test('when a worker of its wants to reach what is no portal of the policy, then it cannot', async () => {
    const { read } = await openUnder(() => ['http://127.0.0.1:1']);
    expect(await read()).toBe('UNREACHABLE');
  });
});
