import { chromium, type Browser, type Page } from 'playwright';
import { expect, onTestFinished } from 'vitest';
import { Author } from '../../src/portal/conformance/author.ts';
import { PlainClient } from '../../src/portal/conformance/client.ts';
import { createPortal } from '../../src/portal/index.ts';

/** What a page's author writes: where the portal is, and which entry, stands in the page's address. */
export const program = (imports: string, workers: string): string => `
${imports}
import { createRuntime } from 'secure-registry';

const given = new URLSearchParams(location.search);
const bytes = (name) => Uint8Array.from(given.get(name).match(/../g), (digits) => Number.parseInt(digits, 16));
const show = (id, text) => { document.getElementById(id).textContent = text; };

const runtime = await createRuntime({ portals: given.getAll('portal')${workers} });
runtime.watch({ pubkey: bytes('pubkey'), datakey: bytes('datakey') }).subscribe({
  next: (result) => show('revision', result.exists ? 'revision ' + result.revision : 'absent'),
  complete: () => show('watch', 'completed'),
});
document.getElementById('vault').addEventListener('click', async ({ target }) => {
  const { generateMnemonic } = await import('secure-registry/keyring');
  const keys = await runtime.vault.create({ password: 'a password', mnemonic: generateMnemonic() });
  await runtime.vault.lock();
  await runtime.vault.unlock({ password: 'a password' });
  const signature = await runtime.vault.signer('device').signMessage(new Uint8Array(1));
  target.textContent = keys.length + ' keys, a signature of ' + signature.length + ' bytes';
});
document.getElementById('close').addEventListener('click', async () => {
  await runtime.close();
  show('runtime', 'closed');
});
show('runtime', 'running');
`;

export const HTML = `<!doctype html>
<meta charset="utf-8">
<title>An entry</title>
<p id="runtime"></p><p id="revision"></p><p id="watch"></p><button id="vault">make a vault</button><button id="close">close</button>
<script type="module" src="./page.js"></script>
`;

/** @param more what it is told beside what it is told for every test */
export const launchBrowser = (...more: readonly string[]): Promise<Browser> =>
  chromium.launch({ executablePath: process.env['CHROMIUM_PATH'] || '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', ...more] });

/** Writes an entry of revision 1 to a portal of its own; what a page needs to find it, and how it becomes newer. */
export async function publishEntry(seed: string): Promise<{ readonly query: URLSearchParams; readonly write: (revision: bigint) => Promise<void> }> {
  const portal = await createPortal();
  onTestFinished(() => portal.close());
  const author = new Author(seed);
  const write = async (revision: bigint): Promise<void> => expect((await new PlainClient(portal.url, undefined).write(author.entry(revision))).status).toBe(204);
  await write(1n);
  const { pubkey, datakey } = author.entry(1n);
  return { query: new URLSearchParams({ portal: portal.url, pubkey: hex(pubkey), datakey: hex(datakey) }), write };
}

const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex');

/** A page that was opened. */
export interface Opened {
  readonly page: Page;
  /** What went wrong in it, be it told to the console only. */
  readonly troubles: readonly string[];
}

/** Opens a page in a profile of its own. */
export async function openPage(browser: Browser, url: string): Promise<Opened> {
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('console', (message) => void (['error', 'warning'].includes(message.type()) && troubles.push(message.text())));
  page.on('pageerror', (error) => void troubles.push(String(error)));
  // Its own files. A question to a portal is given up once another way was faster.
  page.on('requestfailed', (request) => void (request.url().startsWith(new URL(url).origin) && troubles.push(`${request.url()}: ${request.failure()?.errorText}`)));
  await page.goto(url);
  return { page, troubles };
}

/** Sees the page make a vault, lock and unlock it, and sign; in workers of its own, one for each password that was stretched. */
export async function seeVault({ page, troubles }: Opened): Promise<void> {
  await page.getByText('running', { exact: true }).waitFor();
  const started: string[] = [];
  page.on('worker', (worker) => void started.push(worker.url()));
  await page.click('#vault');
  await page
    .getByText('3 keys, a signature of 64 bytes', { exact: true })
    .waitFor()
    .catch((error: unknown) => expect({ error, troubles }).toEqual({ troubles: [] }));
  expect(started.map((url) => /(vault|kdf)\.worker/.exec(url)?.[1])).toEqual(['vault', 'kdf', 'kdf']);
}

/** Sees the page show its entry, and a newer one, by so many workers, and close. */
export async function seeEntryUntilClosed({ page, troubles, write }: Opened & { readonly write: (revision: bigint) => Promise<void> }, threads: { readonly least: number; readonly most: number }): Promise<void> {
  const shows = (id: string, text: string): Promise<void> => page.getByText(text, { exact: true }).and(page.locator(`#${id}`)).waitFor();
  await shows('revision', 'revision 1').catch((error: unknown) => expect({ error, troubles }).toEqual({ troubles: [] }));
  expect(page.workers().length).toBeGreaterThanOrEqual(threads.least);
  expect(page.workers().length).toBeLessThanOrEqual(threads.most);
  await write(2n);
  await shows('revision', 'revision 2');
  await page.click('#close');
  await shows('runtime', 'closed');
  await shows('watch', 'completed');
  await expect.poll(() => page.workers().length).toBe(0);
}
