import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { connectInspector, readRecording, type Report } from '../../src/inspect.ts';
import { inline } from '../../src/inline.ts';
import { toDisplayJson } from '../../src/link/index.ts';
import { verifierMachine } from '../../src/machines.ts';
import { createPortal } from '../../src/portal/index.ts';
import { createRuntime } from '../../src/runtime.ts';
import { someone } from '../runtime/fixture/author.ts';
import { newUser, type Running, type User } from './fixture.ts';

async function startInspector(user: User, ...args: readonly string[]): Promise<{ running: Running; url: string; socketUrl: string }> {
  const running = user.start(['inspect', '--port', '0', ...args]);
  const line = await running.line('stdout', /^inspector at /);
  const url = line.slice('inspector at '.length);
  return { running, url, socketUrl: url.replace('http', 'ws') };
}

/** A runtime that has written and read something, and reports. */
async function startReporting(url: string, name: string) {
  const portal = await createPortal({});
  const runtime = await createRuntime({ portals: [portal.url], workers: inline() });
  const connection = connectInspector(runtime, { url }, { name });
  onTestFinished(async () => {
    await runtime.close();
    await portal.close();
  });
  const author = someone();
  runtime.watch(author.entry(0n)).subscribe();
  for (let i = 0n; i < 5n; i++) await runtime.write(author.entry(i));
  return { runtime, connection, author };
}

/** A page's socket, and what it is told. */
function openPage(url: string, origin = new URL(url).origin) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}reports`, { origin });
  const told: { source: string; reports?: Report[]; gone?: true }[] = [];
  const waiting: (() => void)[] = [];
  socket.on('message', (data) => {
    told.push(JSON.parse((data as Buffer).toString()) as (typeof told)[number]);
    for (const look of waiting.splice(0)) look();
  });
  return {
    socket,
    told,
    reports: () => told.flatMap(({ source, reports = [] }) => reports.map((report) => ({ source, report }))),
    async until(holds: () => boolean): Promise<void> {
      while (!holds()) await new Promise<void>((resolve) => waiting.push(resolve));
    },
  };
}

describe('given secure-registry inspect --attach', () => {
  test('when runtimes report, then pages see them under their names, from their births on, also pages that come later', async () => {
    const user = await newUser();
    const { running, url, socketUrl } = await startInspector(user, '--attach');
    const early = openPage(url);
    await once(early.socket, 'open');
    const { runtime } = await startReporting(socketUrl, 'author');
    await running.line('stdout', /^author reports$/);
    await early.until(() => early.reports().some(({ report }) => report.type === '@secure-registry.watched' && report.entries.some(({ revision }) => revision === '4n')));
    await startReporting(socketUrl, 'author');
    await running.line('stdout', /^author 2 reports$/);
    const late = openPage(url);
    for (const page of [early, late]) {
      await page.until(() => page.reports().some(({ source, report }) => source === 'author 2' && report.type === '@secure-registry.watched' && report.entries.some(({ revision }) => revision === '4n')));
      for (const source of ['author', 'author 2']) {
        const born = (): readonly unknown[] => page.reports().flatMap(({ source: of, report }) => (of === source && report.type === '@xstate.actor' ? [report.sessionId.split('/')[0]] : []));
        await page.until(() => ['portal', 'entries', 'verifier.0'].every((name) => born().includes(name)));
      }
    }
    await runtime.close();
    await early.until(() => early.told.some(({ source, gone }) => source === 'author' && gone === true));
    await running.line('stdout', /^author is gone: \d+ reports$/);
    const { code, stderr } = await running.end('SIGINT');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  test('when it is asked by another name, or by pages of elsewhere, then it tells nothing', async () => {
    const user = await newUser();
    const { url, socketUrl } = await startInspector(user, '--attach', '--origin', 'https://app.example');
    const refusal = async (path: string, options: object): Promise<unknown> => {
      const socket = new WebSocket(`${socketUrl}${path}`, options);
      const [error] = (await once(socket, 'error').catch((caught: unknown) => [caught])) as [Error];
      return error.message;
    };
    const opens = async (path: string, options: object): Promise<void> => {
      const socket = new WebSocket(`${socketUrl}${path}`, options);
      await once(socket, 'open');
      socket.terminate();
    };
    const { host, origin } = new URL(url);
    expect(await refusal('reports', { origin: 'https://evil.example' })).toContain('403');
    expect(await refusal('reports', {})).toContain('403');
    expect(await refusal('reports', { origin, headers: { host: `evil.example:${host.split(':')[1]}` } })).toContain('403');
    expect(await refusal('', { origin: 'https://evil.example' })).toContain('403');
    await opens('reports', { origin });
    await opens('', {});
    await opens('', { origin: 'http://localhost:5173' });
    await opens('', { origin: 'https://app.example' });
    const answer = await fetch(url, { method: 'POST' });
    expect(answer.status).toBe(405);
    for (const path of ['../node/cli.js', '%2e%2e/node/cli.js', 'nothing.js', 'inspector.js%00']) expect((await fetch(`${url}${path}`)).status).toBe(404);
  });

  test('when a reporter sends garbage, then nobody is told of it', async () => {
    const user = await newUser();
    const { running, url, socketUrl } = await startInspector(user, '--attach');
    const page = openPage(url);
    await once(page.socket, 'open');
    const socket = new WebSocket(`${socketUrl}?name=somebody`);
    await once(socket, 'open');
    for (const text of ['', '{', 'null', '7', '[]', '{"type":7}', '{"type":"@xstate.actor"}', '"@xstate.actor"', '{"type":"@xstate.event","createdAt":"7","_version":"0.7.2"}', '{"type":"@secure-registry.watched","createdAt":"7"}']) socket.send(text);
    socket.send(Buffer.from([1, 2, 3]));
    const genuine = { type: '@secure-registry.gap', createdAt: '7' };
    socket.send(JSON.stringify(genuine));
    await page.until(() => page.reports().length > 0);
    expect(page.reports()).toEqual([{ source: 'somebody', report: genuine }]);
    socket.close();
    await running.line('stdout', /^somebody is gone: 1 reports$/);
  });

  test('when others speak no protocol, or hang up in the middle, then it goes on', async () => {
    const user = await newUser();
    const { running, url, socketUrl } = await startInspector(user, '--attach');
    const page = openPage(url);
    await once(page.socket, 'open');
    const port = Number(new URL(url).port);
    const say = async (text: string, isReset = false): Promise<string> => {
      const socket = connect(port, '127.0.0.1');
      let heard = '';
      socket.on('data', (data) => (heard += String(data))).on('error', () => {});
      socket.write(text, () => isReset && socket.resetAndDestroy());
      await new Promise((resolve) => socket.once('close', resolve));
      return heard;
    };
    const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
    expect(await say(`GET // HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`)).toMatch(/^HTTP\/1.1 403 /);
    expect(await say(`GET // HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${upgrade}`)).toMatch(/^HTTP\/1.1 403 /);
    for (let i = 0; i < 20; i++) await say(`GET /reports HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${upgrade}`, true);

    const reporting = async (name: string): Promise<WebSocket> => {
      const socket = new WebSocket(`${socketUrl}?name=${name}`).on('error', () => {});
      await once(socket, 'open');
      return socket;
    };
    const large = await reporting('large');
    large.send(Buffer.alloc(16 * 1024 * 1024 + 1));
    await running.line('stdout', /^large is gone: 0 reports$/);
    const broken = await reporting('broken');
    (broken as unknown as { readonly _socket: Socket })._socket.write(Buffer.from([0xff, 0xff]));
    await running.line('stdout', /^broken is gone: 0 reports$/);
    const named = new WebSocket(`${socketUrl}?name=%1b%5b31m`);
    const [refusal] = (await once(named, 'error')) as [Error];
    expect(refusal.message).toContain('403');

    const genuine = { type: '@secure-registry.gap', createdAt: '7' };
    (await reporting('sound')).send(JSON.stringify(genuine));
    await page.until(() => page.reports().length > 0);
    expect(page.reports()).toEqual([{ source: 'sound', report: genuine }]);
    const { code, stderr } = await running.end('SIGINT');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  test('when its port is taken, then the second one fails with what to do', async () => {
    const user = await newUser();
    const { url } = await startInspector(user, '--attach');
    const { code, stderr } = await user.run('inspect', '--attach', '--port', new URL(url).port);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^INVALID_INPUT: port \d+ must be one that nobody listens at\nhint: .+\n$/);
  });
});

/** A reporter that never stops. */
async function startFlooding(socketUrl: string): Promise<void> {
  const socket = new WebSocket(socketUrl).on('error', () => {});
  onTestFinished(() => socket.terminate());
  await once(socket, 'open');
  const report = JSON.stringify({ type: '@secure-registry.incident', createdAt: '7', incident: { raw: 'x'.repeat(500) } });
  const flood = (): void => {
    for (let i = 0; i < 1_000; i++) socket.send(report);
    socket.send(report, (error) => error ?? setImmediate(flood));
  };
  flood();
}

describe('given secure-registry inspect --record', () => {
  test('when a runtime has reported, then the recording, fed back, gives the same states, and no other user may read it', async () => {
    const user = await newUser();
    const file = join(user.home, 'recording.jsonl');
    const { running, url, socketUrl } = await startInspector(user, '--record', file);
    const page = openPage(url);
    await once(page.socket, 'open');
    const first = await startReporting(socketUrl, 'author');
    await startReporting(socketUrl, 'reader');
    // What pages were told is recorded.
    for (const name of ['author', 'reader']) await page.until(() => page.reports().some(({ source, report }) => source === name && report.type === '@xstate.snapshot'));
    await first.runtime.close();
    await running.line('stdout', /^author is gone: \d+ reports in .*recording\.jsonl$/);
    expect((await running.end('SIGTERM')).stdout).toMatch(/^\d+ reports in .*recording\.jsonl\.2$/m);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    for (const path of [file, `${file}.2`]) {
      const { code, stdout, stderr } = await user.run('inspect', '--replay', path, '--check');
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/^\d+ events fed back to \d+ actors: the same states\n$/);
    }
  });

  test('when it is ended while a runtime reports, then what it took in is in the file, whole', async () => {
    const user = await newUser();
    const file = join(user.home, 'recording.jsonl');
    const { running, url, socketUrl } = await startInspector(user, '--record', file);
    const page = openPage(url);
    await startFlooding(socketUrl);
    await page.until(() => page.reports().length > 5_000);
    const { code, stderr, stdout } = await running.end('SIGINT');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [, count = ''] = /^(\d+) reports in .*recording\.jsonl$/m.exec(stdout) ?? [];
    expect([...readRecording((await readFile(file, 'utf8')).split('\n'))]).toHaveLength(Number(count));
  });

  test('when the file cannot be written any more, then it ends, and says so', async () => {
    const user = await newUser();
    const file = join(user.home, 'recording.jsonl');
    const command = spawn('sh', ['-c', `trap '' XFSZ; ulimit -f 1000; exec "$@"`, 'sh', process.execPath, 'dist/node/cli.js', 'inspect', '--record', file, '--port', '0'], { stdio: ['ignore', 'pipe', 'pipe'] });
    onTestFinished(() => void command.kill('SIGKILL'));
    const ended = once(command, 'close');
    let said = '';
    command.stderr.on('data', (data) => (said += String(data)));
    const [line] = (await once(command.stdout, 'data')) as [Buffer];
    await startFlooding(/http:(.*\/)/.exec(String(line))?.[1]?.replace(/^/, 'ws:') ?? expect.unreachable('no URL'));
    expect(await ended).toEqual([1, null]);
    expect(said).toMatch(/^STORAGE: .*recording\.jsonl could not be written to its end\n/);
  });

  test('when the file is there already, then it is left as it is', async () => {
    const user = await newUser();
    const file = await user.file('recording.jsonl', 'precious');
    const { code, stderr } = await user.run('inspect', '--record', file);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^STORAGE: .*recording\.jsonl is there already\nhint: .+\n$/);
    expect(await readFile(file, 'utf8')).toBe('precious');
  });
});

const recording = async (user: User, ...reports: object[]): Promise<string> =>
  user.file('recording.jsonl', [{ type: '@secure-registry.recording', version: 1, createdAt: '0' }, ...reports].map((report) => `${JSON.stringify(report)}\n`).join(''));

describe('given secure-registry inspect --replay', () => {
  const birth = { type: '@xstate.actor', name: 'verifier', sessionId: 'verifier/x:0', rootId: 'verifier/x:0', createdAt: '0', _version: '0.7.2', id: null };
  test('when a state is another one, then it says which, and ends with 1 where it only checks', async () => {
    const user = await newUser();
    const definition = toDisplayJson(verifierMachine.config);
    const context = { engine: 'noble', batches: [], served: 0, forged: 0 };
    const path = await recording(
      user,
      { ...birth, definition, snapshot: { status: 'active', value: 'idle', context } },
      { ...birth, type: '@xstate.actor', name: 'verdict', sessionId: 'verifier/x:1', parentId: 'verifier/x:0', definition: '{"id":"verdict"}', snapshot: { status: 'active' } },
      { ...birth, type: '@xstate.snapshot', event: { type: 'BATCH', batch: 1 }, snapshot: { status: 'active', value: 'idle', context } },
    );
    const { code, stdout } = await user.run('inspect', '--replay', path, '--check');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '1 events fed back to 1 actors: 1 other states\nreport 2: verifier/x:0 after BATCH: "idle" recorded, "verifying" now\n' });
  });

  test('then its page plays the recording as it stands in the file', async () => {
    const user = await newUser();
    const path = await recording(user, { ...birth, definition: '{"id":"mine","states":{}}', snapshot: { status: 'active' } });
    const { running, url } = await startInspector(user, '--replay', path);
    expect(await (await fetch(`${url}session.json`)).json()).toEqual({ mode: 'recording' });
    expect((await (await fetch(`${url}recording.jsonl`)).text()).trimEnd()).toBe((await readFile(path, 'utf8')).trimEnd());
    const page = await fetch(url);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    expect(await page.text()).toContain('<title>');
    const { code, stdout } = await running.end('SIGINT');
    expect(code).toBe(0);
    expect(stdout).toContain('nothing was fed back\nnot fed back, as this version does not know them to the letter: mine\n');
  });

  test.each([
    ['is not there', undefined, /^STORAGE: .* cannot be read\n$/],
    ['is none', 'no recording', /^INVALID_INPUT: line 1 of a recording must be .+\n$/],
  ])('when the file %s, then it says so', async (_what, content, message) => {
    const user = await newUser();
    const path = join(user.home, 'file');
    if (content !== undefined) await writeFile(path, content);
    const { code, stderr } = await user.run('inspect', '--replay', path);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });
});

test.each([[[]], [['--attach', '--replay', 'x']], [['--check', '--attach']], [['--record', '']], [['--attach', '--port', 'x']], [['--attach', '--origin', 'https://app.example/']], [['x']]])('secure-registry inspect %j is called wrongly', async (args) => {
  const { code, stderr } = await (await newUser()).run('inspect', ...args);
  expect(code).toBe(2);
  expect(stderr).toContain('usage: secure-registry inspect --attach');
});
