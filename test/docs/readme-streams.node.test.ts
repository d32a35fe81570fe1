import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { OPENING, recipesIn, ROOT, run as runAll, sectionBetween } from './readme-recipe.ts';

const section = sectionBetween('### Streams', '### Errors');
const block = recipesIn(section);
const run = async (...parts: readonly string[]): Promise<readonly string[]> => (await runAll(OPENING, "await write('good morning');", ...parts)).split('\n');

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
