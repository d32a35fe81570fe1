import { execFile, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';

const ROOT = new URL('../../', import.meta.url).pathname;
const readme = readFileSync(`${ROOT}README.md`, 'utf8');
const section = readme.slice(readme.indexOf('## Seeing it run'), readme.indexOf('## The command'));
const block = (word: string): string => [...section.matchAll(/```js\n(.*?)```/gs)].map(([, code = '']) => code).find((code) => code.includes(word)) ?? expect.unreachable(`no recipe has ${word}`);

/** A portal and a runtime, with an entry that is watched. */
const BEFORE = `
import { keygenAsync } from '@noble/ed25519';
import { createRuntime, hashDatakey, signEntry } from 'secure-registry';
import { createPortal } from 'secure-registry/portal';
const portal = await createPortal({});
const runtime = await createRuntime({ portals: [portal.url] });
const { secretKey, publicKey } = await keygenAsync();
const key = { pubkey: publicKey, datakey: hashDatakey('greeting') };
const write = (revision) => runtime.write(signEntry({ ...key, data: new Uint8Array(1), revision }, new Uint8Array([...secretKey, ...publicKey])));
const close = async () => { await runtime.close(); await portal.close(); };
`;

async function run(...parts: readonly string[]): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', parts.join('\n')], { cwd: ROOT });
  expect(stderr).toBe('');
  return stdout.trim();
}

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
  await run(BEFORE, connected, "runtime.watch(key).subscribe(); for (let i = 0n; i < 3n; i++) await write(i); while (inspector.sent < 50) await runtime.read(key, { maxStaleness: 0 }); await close();");
  expect(await line(/^author is gone: (\d+) reports/m)).toMatch(/^\d+$/);
  const replayed = block('replayRecording').replace("'session.jsonl'", JSON.stringify(join(folder, 'session.jsonl')));
  expect(await run(replayed, 'console.log(events > 10, differences.length);')).toBe('true 0');
});

it("the README's way to Stately's visualizer is told births and events", async () => {
  const recipe = block('createBrowserInspector').replace("import { createBrowserInspector } from '@statelyai/inspect';", '').replace('createBrowserInspector()', '{ adapter: { send: (event) => types.add(event.type) } }');
  expect(await run(BEFORE, 'const types = new Set();', recipe, 'await write(0n); await runtime.read(key, { maxStaleness: 0 }); await close(); console.log([...types].toSorted().join());')).toBe('@xstate.actor,@xstate.event,@xstate.snapshot');
});
