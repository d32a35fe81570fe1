import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { launchBrowser } from '../package/page.ts';

const ROOT = new URL('../../', import.meta.url).pathname;

/** Runs what `npm start` runs once everything is compiled. */
function start(options: { readonly once: boolean }) {
  const program = `const { main } = await import('./examples/start/main.mjs'); await main(${JSON.stringify(options)});`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
}

it('the main job is shown step by step, the failover among them, and ends by itself with --once', async () => {
  const { child, lines } = start({ once: true });
  const exit = once(child, 'exit');
  const said: string[] = [];
  for await (const line of lines) said.push(line);
  expect(await exit).toEqual([0, null]);
  const steps = [/three portals/, /two runtimes/, /a new keyring: ed25519:[0-9a-f]{64} in a vault in \S+ \(Argon2id 64 MiB, \d+ ms\)/, /vault signed revision 0, accepted by http/, /read revision 0 "hello"/, /locked, refused to sign \(LOCKED\), and was unlocked/, /watched revision 1/, /killed http/, /failed over to http/, /watched revision 2 "still here"/, /every step was seen/];
  expect(steps.map((step) => said.findIndex((line) => step.test(line)))).toEqual(steps.map((_, i) => i));
});

it.each([['SIGINT', 130], ['SIGTERM', 143]] as const)('when %s ends it during the job, then no folder with a vault is left behind', async (signal, code) => {
  const { child, lines } = start({ once: true });
  const exit = once(child, 'exit');
  let folder: string | undefined;
  for await (const line of lines) {
    folder = /in a vault in (\S+) /.exec(line)?.[1];
    if (folder !== undefined) break;
  }
  expect(existsSync(`${folder}/vault`)).toBe(true);
  child.kill(signal);
  expect(await exit).toEqual([code, null]);
  expect(existsSync(folder ?? '')).toBe(false);
});

it('then a page is served, until Ctrl-C: an entry is written, and watched through a frame', async () => {
  const { child, lines } = start({ once: false });
  const said: string[] = [];
  for (let line = await lines.next(); line.done !== true && !line.value.includes('Ctrl-C'); line = await lines.next()) said.push(line.value);
  const url = /http\S+$/.exec(said.find((line) => line.includes('a page to play with')) ?? '')?.[0];
  const browser = await launchBrowser();
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  const troubles: string[] = [];
  page.on('console', (message) => void (['error', 'warning'].includes(message.type()) && troubles.push(message.text())));
  page.on('pageerror', (error) => void troubles.push(error.message));
  await page.goto(url ?? '');
  await page.getByText(/^Revision 0, signed by this page, was accepted by [ABC]/).waitFor();
  await page.getByText(/^live: /).waitFor();
  expect(troubles).toEqual([]);
  const exit = once(child, 'exit');
  child.kill('SIGINT');
  expect(await exit).toEqual([0, null]);
  await expect(fetch(url ?? '')).rejects.toThrow('fetch failed');
});
