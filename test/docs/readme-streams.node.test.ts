import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const ROOT = new URL('../../', import.meta.url).pathname;
const readme = readFileSync(`${ROOT}README.md`, 'utf8');
const section = readme.slice(readme.indexOf('### Streams'), readme.indexOf('### Errors'));

const block = (word: string): string => [...section.matchAll(/```js\n(.*?)```/gs)].map(([, code = '']) => code).find((code) => code.includes(word)) ?? expect.unreachable(`no recipe has ${word}`);

/** What runs before and after a recipe: a portal, an entry, and one that replaces it once `next` is called. */
const BEFORE = `
import { keygenAsync } from '@noble/ed25519';
import { createRuntime, hashDatakey, signEntry } from 'secure-registry';
import { createPortal } from 'secure-registry/portal';
const portal = await createPortal({});
const runtime = await createRuntime({ portals: [portal.url] });
const { secretKey, publicKey } = await keygenAsync();
const key = { pubkey: publicKey, datakey: hashDatakey('greeting') };
let revision = 0n;
const write = (text) => runtime.write(signEntry({ ...key, data: new TextEncoder().encode(text), revision: revision++ }, new Uint8Array([...secretKey, ...publicKey])));
await write('good morning');
const close = async () => { await runtime.close(); await portal.close(); };
`;

async function run(...parts: readonly string[]): Promise<readonly string[]> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', [BEFORE, ...parts].join('\n')], { cwd: ROOT });
  expect(stderr).toBe('');
  return stdout.trim().split('\n');
}

describe("the README's streams", () => {
  it('go through operators of RxJS', async () => {
    const after = [
      "const live = new Promise((resolve) => urls.subscribe((url) => url === portal.url && resolve()));",
      "const second = new Promise((resolve) => texts.subscribe((text) => text === 'good evening' && resolve()));",
      "await live; await write('good evening'); await second;",
      "subscription.unsubscribe(); console.log(subscription.closed); await close();",
    ];
    expect(await run(block("from 'rxjs'"), ...after)).toEqual(['watched good morning', 'watched good evening', 'true']);
  });

  it('are loops, which end by their signal, and with the runtime', async () => {
    const [first, second] = block('valuesOf(').split('for await (const incident');
    const around = [
      "const [ending, texts] = [new AbortController(), []]; const { signal } = ending;",
      "const show = async ({ data }) => { const text = new TextDecoder().decode(data); console.log(text); if (text === 'good morning') await write('good evening'); else ending.abort(); };",
      "const report = (incident) => console.log(incident.kind);",
      (first ?? '').replace('for await', 'try { for await'),
      "} catch ({ code }) { console.log(code); }",
      "queueMicrotask(() => void runtime.close());",
      `for await (const incident${second ?? ''}`,
      "console.log('ended'); await close();",
    ];
    expect(await run(...around)).toEqual(['good morning', 'good evening', 'ABORTED', 'ended']);
  });

  it('are actors of XState', async () => {
    const around = [
      "import { waitFor } from 'xstate';",
      block("from 'xstate'"),
      "await waitFor(watching, ({ context }) => context?.revision === 0n); await write('good evening'); await waitFor(watching, ({ context }) => context?.revision === 1n);",
      'await close();',
    ];
    const lines = await run(...around);
    expect(lines.filter((line, i) => line !== lines[i - 1] && !line.endsWith('undefined'))).toEqual(['active 0n', 'active 1n', 'done 1n']);
  });

  it('are what the example of React uses', () => {
    expect(section).toContain(`\`\`\`ts\n${readFileSync(`${ROOT}examples/react/use-entry.ts`, 'utf8')}\`\`\``);
  });
});
