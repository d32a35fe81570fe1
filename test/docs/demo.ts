import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Browser, BrowserContextOptions, FrameLocator, Locator, Page } from 'playwright';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { launchBrowser } from '../package/page.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const PROGRAM = `const { startDemo } = await import('./examples/start/demo.mjs'); console.log((await startDemo()).url);`;

/** Starts the demo of `npm start`, with portals of its own, for the running test. @returns where its page is */
export async function startDemo(): Promise<string> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGTERM'));
  const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  return line.trim();
}

/** A browser for the tests of a file. */
export function prepareBrowser() {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await launchBrowser();
  }, 60_000);
  afterAll(() => browser?.close());
  return { open: async (options?: BrowserContextOptions) => openDemo(browser ?? expect.unreachable(), options) };
}

/** The page of a demo, as a user sees it. */
export class DemoPage {
  readonly url: string;
  readonly page: Page;
  /** What went wrong in it, or in the frame, be it told to the console only; that a portal is not there is not. */
  readonly troubles: string[] = [];

  constructor(url: string, page: Page) {
    this.url = url;
    this.page = page;
    page.on('console', (message) => void (['error', 'warning'].includes(message.type()) && !/^Failed to load resource|^WebSocket connection to/.test(message.text()) && this.troubles.push(message.text())));
    page.on('pageerror', (error) => void this.troubles.push(String(error)));
  }

  get value(): Locator {
    return this.page.locator('#value');
  }

  get caption(): Locator {
    return this.page.locator('#caption');
  }

  get chronicle(): Locator {
    return this.page.locator('#chronicle');
  }

  /** What the frame shows when it asks the user something. */
  get inside(): FrameLocator {
    return this.page.frameLocator('#frame');
  }

  get vaultButton(): Locator {
    return this.page.locator('#vault');
  }

  /** @param name all of it, or what it is like */
  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  /** A card, by the name of its portal. */
  portal(name: string): Locator {
    return this.page.locator('#portals > li').filter({ has: this.page.getByRole('heading', { name: `Portal ${name}` }) });
  }

  switchOf(portal: string, fault: string): Locator {
    return this.portal(portal).getByRole('button', { name: fault, exact: true });
  }

  /** Waits until the frame sees a portal so. */
  async seesPortal(name: string, state: string | RegExp): Promise<void> {
    await this.portal(name).locator('.state').filter({ hasText: state }).waitFor();
  }

  /** The portal that the frame is connected to, once there is one. */
  async live(): Promise<string> {
    const title = await this.page.locator('#portals > li').filter({ has: this.page.locator('.state', { hasText: /^live/ }) }).getByRole('heading').textContent();
    return title?.replace('Portal ', '') ?? '';
  }

  async write(text: string): Promise<void> {
    await this.page.getByLabel('Value').fill(text);
    await this.button('Write').click();
  }

  async shows(text: string): Promise<void> {
    await this.value.getByText(text, { exact: true }).or(this.value.filter({ hasText: new RegExp(`^${text}$`) })).waitFor();
  }

  async chronicles(line: string | RegExp): Promise<void> {
    await this.chronicle.locator('li').filter({ hasText: line }).first().waitFor();
  }

  /** Starts the tour, and pauses it in the same turn: from there on it goes by hand, however slow the machine is. */
  async startTour(): Promise<void> {
    await this.page.evaluate(() => document.querySelector('#tour-start')?.addEventListener('click', () => document.querySelector<HTMLElement>('#tour-pause')?.click(), { once: true }));
    await this.button('Show me').click();
    await this.button('Go on').waitFor();
  }

  /** From now on, every state of every actor that its chart has lit, or shown to have been in, by the actor's place among the charts. */
  async followCharts(): Promise<() => Promise<Readonly<Record<string, readonly string[]>>>> {
    await this.page.evaluate(() => {
      const seen: Record<string, string[]> = ((globalThis as { seen?: Record<string, string[]> }).seen = {});
      const note = (): void => {
        for (const tile of document.querySelectorAll('.tile')) {
          const states = (seen[tile.className.replace('tile tile-', '')] ??= []);
          for (const state of tile.querySelectorAll('.lit[data-state], .glow')) {
            const id = state.getAttribute('data-state') ?? '';
            if (!states.includes(id)) states.push(id);
          }
        }
      };
      note();
      new MutationObserver(note).observe(document.querySelector('#inspector') ?? document.body, { childList: true, attributes: true, subtree: true });
    });
    return () => this.page.evaluate(() => (globalThis as { seen?: Record<string, string[]> }).seen ?? {});
  }

  /** Every value that the right pane has ever shown, in their order. */
  everShown(): Promise<readonly string[]> {
    return this.page.evaluate(() => (globalThis as { shown?: string[] }).shown ?? []);
  }
}

/** Opens the page of a demo of its own, in a profile of its own; resolves once the first value is shown. */
async function openDemo(browser: Browser, options?: BrowserContextOptions): Promise<DemoPage> {
  const url = await startDemo();
  const context = await browser.newContext(options);
  onTestFinished(() => context.close());
  const demo = new DemoPage(url, await context.newPage());
  await demo.page.addInitScript(() => {
    const shown: string[] = ((globalThis as { shown?: string[] }).shown = []);
    document.addEventListener('DOMContentLoaded', () => {
      const value = document.querySelector('#value');
      if (value) new MutationObserver(() => !['…', 'nothing yet'].includes(value.textContent) && shown.push(value.textContent)).observe(value, { childList: true, characterData: true, subtree: true });
    });
  });
  await demo.page.goto(url);
  await demo.shows('Hello');
  return demo;
}
