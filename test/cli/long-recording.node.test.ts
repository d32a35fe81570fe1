import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newUser } from './fixture.ts';

const LINES = 6_000;
const recording = ['{"type":"@secure-registry.recording","version":1,"createdAt":"0"}', ...Array.from({ length: LINES }, (_, i) => JSON.stringify({ type: '@secure-registry.portals', createdAt: String(i), portals: [{ url: `http://${'long'.repeat(300)}.example`, state: 'live' }] }))].map((line) => `${line}\n`).join('');

test('given a long recording, when it is shown to one page, and another hangs up in the middle, then all of it is served, without a warning', async () => {
  const user = await newUser();
  const path = join(user.home, 'long.jsonl');
  await writeFile(path, recording);
  const running = user.start(['inspect', '--replay', path, '--port', '0']);
  const url = (await running.line('stdout', /^inspector at /)).slice('inspector at '.length);
  const [leaving] = (await once(get(`${url}recording.jsonl`), 'response')) as [IncomingMessage];
  await once(leaving, 'data');
  leaving.destroy();
  expect((await (await fetch(`${url}recording.jsonl`)).text()).trimEnd()).toBe(recording.trimEnd());
  const { code, stderr } = await running.end('SIGINT');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});
