import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const ROOT = new URL('../../', import.meta.url).pathname;

it('the example of model-based tests runs, and the README shows a part of it', async () => {
  const { stdout, stderr } = await run(process.execPath, ['examples/model.mjs'], { cwd: ROOT });
  expect({ stdout, stderr }).toEqual({ stdout: '2 of 2 states, 3 of 3 transitions, 4 cells, 1 simple path\n', stderr: '' });
  const readme = readFileSync(`${ROOT}README.md`, 'utf8');
  const [, shown = ''] = /### Machines of your own[^]*?```js\n([^]*?)```/.exec(readme) ?? [];
  const example = readFileSync(`${ROOT}examples/model.mjs`, 'utf8');
  const lines = shown.split('\n').filter((line) => line !== '' && !line.startsWith('import'));
  expect(lines.length).toBeGreaterThan(8);
  expect(lines.filter((line) => !example.includes(line))).toEqual([]);
});
