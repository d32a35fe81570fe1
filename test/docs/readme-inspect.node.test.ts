import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { OPENING, recipesIn, ROOT, run, sectionBetween } from './readme-recipe.ts';

const block = recipesIn(sectionBetween('## Seeing it run', '## The command'));

it("the README's connection reports to the command, which records it, and its recipe feeds that back", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'readme-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const command = spawn(process.execPath, ['dist/node/cli.js', 'inspect', '--record', join(folder, 'session.jsonl'), '--port', '0'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void command.kill('SIGKILL'));
  const said = new EventEmitter();
  let text = '';
  command.stdout.setEncoding('utf8').on('data', (more: string) => {
    text += more;
    said.emit('more');
  });
  const line = async (pattern: RegExp): Promise<string> => {
    while (!pattern.test(text)) await once(said, 'more');
    return pattern.exec(text)?.[1] ?? '';
  };
  const url = await line(/url: '(ws:.*?)'/);
  const connected = block('4411').replace('ws://127.0.0.1:4411', url);
  await run(OPENING, connected, "runtime.watch(key).subscribe(); for (const text of ['one', 'two', 'three']) await write(text); while (inspector.sent < 50) await runtime.read(key, { maxStaleness: 0 }); await close();");
  expect(await line(/^author is gone: (\d+) reports/m)).toMatch(/^\d+$/);
  const replayed = block('replayRecording').replace("'session.jsonl'", JSON.stringify(join(folder, 'session.jsonl')));
  expect(await run(replayed, 'console.log(events > 10, differences.length);')).toBe('true 0');
});

it("the README's way to Stately's visualizer is told births and events", async () => {
  const recipe = block('createBrowserInspector').replace("import { createBrowserInspector } from '@statelyai/inspect';", '').replace('createBrowserInspector()', '{ adapter: { send: (event) => types.add(event.type) } }');
  expect(await run(OPENING, 'const types = new Set();', recipe, "await write('one'); await runtime.read(key, { maxStaleness: 0 }); await close(); console.log([...types].toSorted().join());")).toBe('@xstate.actor,@xstate.event,@xstate.snapshot');
});
