import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { ROOT, sectionBetween } from './readme-recipe.ts';

it.each([
  { example: 'examples/testing.mjs', from: '## Testing your program', to: '### Machines of your own', prints: 'good morning, good evening | good morning by the honest portal' },
  { example: 'examples/model.mjs', from: '### Machines of your own', to: '## Security, changes, license', prints: '2 of 2 states, 3 of 3 transitions, 4 cells, 1 simple path' },
])('$example runs, and the README shows a part of it', async ({ example, from, to, prints }) => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [example], { cwd: ROOT });
  expect({ stdout, stderr }).toEqual({ stdout: `${prints}\n`, stderr: '' });
  const [, shown = ''] = /```js\n([^]*?)```/.exec(sectionBetween(from, to)) ?? [];
  const code = readFileSync(`${ROOT}${example}`, 'utf8');
  const lines = shown.split('\n').filter((line) => line !== '' && !line.startsWith('import'));
  expect(lines.length).toBeGreaterThan(8);
  expect(lines.filter((line) => !code.includes(line))).toEqual([]);
});
