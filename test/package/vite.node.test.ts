import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { newInstallation, type Consumer } from './fixture.ts';
import { HTML, launchBrowser, openPage, program, publishEntry, seeEntryUntilClosed, seeVault } from './page.ts';

let consumer: Consumer;
let browser: Browser;
beforeAll(async () => {
  [consumer, browser] = await Promise.all([newInstallation(['vite']), launchBrowser()]);
  await consumer.write('index.html', HTML);
  await consumer.write('page.js', program('', ''));
  await consumer.write('public/favicon.ico', '');
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await consumer?.remove();
});

const vite = (): string => join(consumer.folder, 'node_modules/vite/bin/vite.js');
const environment = { ...process.env, NO_COLOR: '1', NODE_ENV: undefined, VITEST: undefined };

/** Runs one of Vite's servers until the test ends; the address that it tells. */
async function serve(...command: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [vite(), ...command, '--host', '127.0.0.1', '--port', '0'], { cwd: consumer.folder, env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill();
    await ended;
  });
  for await (const line of createInterface(child.stdout)) {
    const url = /http:\/\/127\.0\.0\.1:\d+\//.exec(line)?.[0];
    if (url === undefined) continue;
    child.stdout.resume();
    return url;
  }
  throw new Error(`vite ${command.join(' ')} ended`);
}

/** How Vite shows a page that has no configuration at all; each answers where. */
const WAYS = [
  { way: 'vite dev', start: () => serve('dev') },
  {
    way: 'vite build and vite preview',
    async start() {
      await promisify(execFile)(process.execPath, [vite(), 'build'], { cwd: consumer.folder, env: environment });
      return serve('preview');
    },
  },
];

describe('given a project of Vite and the package, as npm installs them', () => {
  test.each(WAYS)('when its page is shown by $way, then it watches an entry through workers and makes a vault, without a trouble', async ({ way, start }) => {
    const [url, { query, write }] = await Promise.all([start(), publishEntry(way)]);
    const opened = await openPage(browser, `${url}?${query}`);
    await seeVault(opened);
    await seeEntryUntilClosed({ ...opened, write }, { least: 4, most: 7 });
    expect(opened.troubles).toEqual([]);
  });
});
