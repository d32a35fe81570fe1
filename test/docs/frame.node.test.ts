import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { launchBrowser } from '../package/page.ts';

const ROOT = new URL('../../', import.meta.url).pathname;

it('the example of a frame shows an entry in a page of another origin, and every newer one, until it is ended', async () => {
  const child = spawn(process.execPath, ['examples/frame/main.mjs'], { cwd: ROOT, stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const exit = once(child, 'exit');
  const said: string[] = [];
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const says = async (what: RegExp): Promise<string> => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done === true) return expect.unreachable(`it never said ${what}, but ${said.join('\n')}`);
      said.push(value);
      const [found] = what.exec(value) ?? [];
      if (found !== undefined) return found;
    }
  };
  const url = await says(/(?<=open )http\S+/);
  await says(/then type/);
  const browser = await launchBrowser();
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  const troubles: string[] = [];
  page.on('console', (message) => void (['error', 'warning'].includes(message.type()) && troubles.push(message.text())));
  page.on('pageerror', (error) => void troubles.push(String(error)));
  await page.goto(url);
  const shows = (id: string, text: string): Promise<void> => page.getByText(text, { exact: true }).and(page.locator(`#${id}`)).waitFor();
  await shows('value', 'hello');
  await shows('revision', '0');
  await shows('status', 'live');
  const [, framed] = page.frames();
  expect(new URL(framed?.url() ?? '').origin).not.toBe(new URL(url).origin);
  expect(await page.locator('#frame').textContent()).toBe(framed?.url());
  expect(page.workers().length).toBeGreaterThan(0);

  child.stdin.write('good evening\n');
  await says(/written as revision 1: good evening/);
  await shows('value', 'good evening');
  await shows('revision', '1');
  // What is no entry changes nothing.
  child.stdin.write(`${'x'.repeat(114)}\n`);
  await says(/^INVALID_INPUT: /);
  child.stdin.write('good night\n');
  await shows('value', 'good night');
  await shows('revision', '2');
  expect(troubles).toEqual([]);
  child.stdin.end();
  expect(await exit).toEqual([0, null]);
}, 60_000);
