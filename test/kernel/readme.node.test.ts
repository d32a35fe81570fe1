import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { MAPPING } from '../../src/kernel/index.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

const cell = (name: string | null): string => (name === null ? 'none' : `\`${name}\``);

it("the README's table of kernel messages and events is the code's", () => {
  const section = /\n## In a kernel\n(.*?)\n## /s.exec(readme)?.[1] ?? expect.unreachable();
  const rows = [...section.matchAll(/^\| (.*?) \| (.*?) \| (.*?) \|/gm)].map(([, message, way, event]) => `${message} ${way} ${event}`).filter((row) => /[→←–]/.test(row));
  expect(rows).toEqual([
    ...Object.entries(MAPPING.arrives).map(([message, { event }]) => `${cell(message)} → ${cell(event)}`),
    ...Object.entries(MAPPING.leaves).map(([event, { message }]) => `${cell(message)} ← ${cell(event)}`),
    `none – ${Object.keys(MAPPING.stays).map(cell).join(', ')}`,
  ]);
});
