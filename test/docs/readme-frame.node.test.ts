import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Author } from '../../src/portal/conformance/author.ts';
import { PlainClient } from '../../src/portal/conformance/client.ts';
import { framePolicy } from '../../src/kernel.ts';
import { createPortal } from '../../src/portal/index.ts';
import { allow, bundleProgram, frameOf, isHidden, pageFiles, prepareStage, serveFiles } from '../package/frame.ts';
import { runNode } from '../package/fixture.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const section = readme.slice(readme.indexOf('\n## In a frame\n'));
const [making = '', using = ''] = [...section.matchAll(/```js\n(.*?)```/gs)].map(([, code = '']) => code);

/** A text with other names, each of which has to be there. */
function renamed(text: string, names: Readonly<Record<string, string>>): string {
  for (const name of Object.keys(names)) expect(text).toContain(name);
  return Object.entries(names).reduce((all, [name, other]) => all.replaceAll(name, other), text);
}

/** What the page's author has around the README's lines: an entry to watch, and libkernel. */
const around = (program: string, pubkey: Uint8Array, datakey: Uint8Array): string => `
import * as kernel from 'libkernel';
const [pubkey, datakey, data] = [Uint8Array.of(${String(pubkey)}), Uint8Array.of(${String(datakey)}), new TextEncoder().encode('signed in the frame')];
${program}
await kernel.init();
console.log({ signedBy: signer.publicKey, kernel: await kernel.kernelVersion() });
`;

/** What the page prints: of ours, objects. */
type Line = Readonly<Record<string, unknown>>;

const stage = prepareStage();

test("the README's frame is made as it says, and the README's page watches, asks the user, signs and writes by it, and libkernel takes it for its kernel", async () => {
  const { consumer } = stage;
  let [policy, program] = ['', ''];
  const frame = await serveFiles((path) => readFile(join(consumer.folder, 'public', path)), () => ({ 'Content-Security-Policy': policy }));
  const app = await serveFiles((path, headers) => pageFiles(program)(path, headers), () => ({ 'Content-Security-Policy': `default-src 'none'; script-src 'self'; frame-src ${frame}` }));
  const [portal, other] = [await createPortal(), await createPortal()];
  for (const each of [portal, other]) onTestFinished(() => each.close());
  const file = await consumer.write('make-frame.js', renamed(making, { 'https://portal-a.example': portal.url, 'https://portal-b.example': other.url, 'https://app.example': app }));
  const { code, output } = await runNode(consumer, file);
  expect({ code, output }).toEqual({ code: 0, output: `${framePolicy({ portals: [portal.url, other.url], origins: { [app]: [], 'https://viewer.example': [] } })}\n` });
  policy = output.trim();

  const author = new Author('readme');
  const client = new PlainClient(portal.url, undefined);
  await client.write(author.entry(3n));
  const { pubkey, datakey } = author.entry(3n);
  program = await bundleProgram(consumer, around(renamed(using, { 'https://registry.example': frame }), pubkey, datakey));
  const { page, troubles } = await stage.openTab();
  const lines: Promise<Line>[] = [];
  page.on('console', (message) => void (message.type() === 'log' && lines.push(message.args()[0]?.jsonValue() as Promise<Line>)));
  /** What the page prints, once it has that. */
  const prints = async (name: string, value: unknown): Promise<Line> => {
    const find = async () => (await Promise.all(lines)).find((line) => typeof line === 'object' && expect.objectContaining({ [name]: value }).asymmetricMatch(line));
    await expect.poll(find).toBeDefined().catch(async (error: unknown) => expect({ error, troubles, lines: await Promise.all(lines) }).toEqual({ troubles: [] }));
    return (await find()) ?? expect.unreachable();
  };
  await page.goto(app);
  expect(await prints('revision', 3n)).toMatchObject({ exists: true, revision: 3n, data: new TextEncoder().encode('revision 3') });

  await frameOf(page).getByText(app, { exact: true }).waitFor();
  expect(await frameOf(page).locator('#question').textContent()).toContain('wants to sign registry entries with your key developer.');
  await allow(page, 'a password');
  const { signedBy, kernel } = await prints('signedBy', expect.any(Uint8Array));
  expect(kernel).toEqual([expect.any(String), 'secure-registry', null]);
  expect(await isHidden(page)).toBe(true);
  const written = await client.read({ pubkey: signedBy as Uint8Array, datakey });
  expect({ status: written.status, data: Buffer.from((JSON.parse(written.body) as { data: string }).data, 'hex').toString() }).toEqual({ status: 200, data: 'signed in the frame' });

  // The watch goes on.
  await client.write(author.entry(4n));
  await prints('revision', 4n);
  expect(troubles).toEqual([]);
}, 60_000);
