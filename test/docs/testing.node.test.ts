import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const ROOT = new URL('../../', import.meta.url).pathname;

it('the example of tests runs, and the README shows a part of it', async () => {
  const { stdout, stderr } = await run(process.execPath, ['examples/testing.mjs'], { cwd: ROOT });
  expect({ stdout, stderr }).toEqual({ stdout: 'good morning, good evening | good morning by the honest portal\n', stderr: '' });
  const readme = readFileSync(`${ROOT}README.md`, 'utf8');
  const [, shown = ''] = /## Testing your program[^]*?```js\n([^]*?)```/.exec(readme) ?? [];
  const example = readFileSync(`${ROOT}examples/testing.mjs`, 'utf8');
  const lines = shown.split('\n').filter((line) => line !== '' && !line.startsWith('import'));
  expect(lines.length).toBeGreaterThan(8);
  expect(lines.filter((line) => !example.includes(line))).toEqual([]);
});
