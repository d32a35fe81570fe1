import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Author } from '../../src/portal/conformance/author.ts';
import { PlainClient } from '../../src/portal/conformance/client.ts';
import { MemoryStore } from '../../src/portal/index.ts';
import { trickle } from './files/fixture.ts';
import { freshDirectory, openPortal } from './fixture.ts';

const folder = resolve('node_modules/.cache', `cli-test-${process.pid}`);
const program = join(folder, 'cli.js');

beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  await build({ entryPoints: ['src/cli/index.ts'], outfile: program, bundle: true, platform: 'node', format: 'esm', packages: 'external' });
});

afterAll(async () => rm(folder, { recursive: true, force: true }));

/** Runs the command to its end. */
async function run(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return await new Promise((done) => {
    execFile(process.execPath, [program, ...args], (error, stdout, stderr) => done({ code: error === null ? 0 : Number(error.code), stdout, stderr }));
  });
}

/** Starts the command and returns its first line. */
async function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<{ child: ChildProcess; line: string }> {
  const child = spawn(process.execPath, [program, ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, line };
}

const urlIn = (line: string): string => {
  expect(line).toMatch(/^portal listening on http:\/\/127\.0\.0\.1:\d+$/);
  return line.slice('portal listening on '.length);
};

test.each([
  ['one', [], 429],
  ['each its own, where the proxy is trusted', ['--trust-proxy'], 200],
])('who comes through a proxy has limits: %s', async (_, args, status) => {
  const { line } = await start(['portal', '--port', '0', '--data', 'memory', ...args]);
  const url = urlIn(line);
  const client = new PlainClient(url, undefined);
  const post = async (address: string) => (await client.send('POST', '/skynet/skyfile?filename=a', { 'Content-Type': 'a/b', 'X-Forwarded-For': address }, new Uint8Array(1))).status;
  for (let i = 0; i < 5; i++) await trickle({ url }, { 'X-Forwarded-For': '6.6.6.6' });
  expect([await post('6.6.6.6'), await post('7.7.7.7')]).toEqual([429, status]);
});

describe('the command', () => {
  test('tells its commands, and each of them its options', async () => {
    const overview = await run('--help');
    expect(overview.code).toBe(0);
    for (const name of ['portal', 'portal-check']) {
      expect(overview.stdout).toContain(`  ${name}`);
      const { code, stdout } = await run(name, '--help');
      expect([code, stdout.split('\n')[0]]).toEqual([0, expect.stringMatching(`^usage: secure-registry ${name} `)]);
    }
  });

  test.each([[], ['no-such'], ['portal', '--no-such'], ['portal', 'stray'], ['portal', '--port', 'x'], ['portal', '--port'], ['portal', '--generation', 'C'], ['portal-check'], ['portal-check', 'localhost:1'], ['portal-check', 'http://x', 'y']])(
    'ends with 2 and a usage line: %j %j %j',
    async (...args) => {
      const { code, stdout, stderr } = await run(...args.filter((arg) => arg !== undefined));
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/^usage: secure-registry /m);
      expect(stderr).not.toMatch(/^\s+at /m);
    },
  );
});

describe('portal', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('serves until %s, ends with 0, and keeps its entries', async (signal) => {
    const data = await freshDirectory();
    const author = new Author(signal);
    const first = await start(['portal', '--port', '0', '--data', data]);
    expect((await new PlainClient(urlIn(first.line), undefined).write(author.entry(1n))).status).toBe(204);
    const ended = once(first.child, 'exit');
    first.child.kill(signal);
    expect(await ended).toEqual([0, null]);
    const second = await start(['portal', '--port', '0', '--data', data]);
    expect((await new PlainClient(urlIn(second.line), undefined).read(author.entry(1n))).status).toBe(200);
  });

  test('keeps entries in the state directory, takes a key from a file, and speaks generation A', async () => {
    const state = await freshDirectory();
    const keyFile = join(state, 'key');
    await writeFile(keyFile, 'the-key\n');
    const { line } = await start(['portal', '--port', '0', '--generation', 'A', '--api-key-file', keyFile], { XDG_STATE_HOME: state });
    const client = new PlainClient(urlIn(line), 'the-key');
    expect((await client.write(new Author('state').entry(1n))).status).toBe(204);
    expect((await new PlainClient(urlIn(line), undefined).write(new Author('state').entry(2n))).status).toBe(401);
    const socket = await client.connect();
    socket.send('{"action":"ping"}');
    expect(await socket.nextText()).toContain('"datakey"');
    expect(await readdir(join(state, 'secure-registry', 'portal'))).toContain('data.mdb');
  });

  test('that cannot start ends with 1, a code, a hint and no stack', async () => {
    const { portal } = await openPortal();
    const data = await freshDirectory();
    const taken = await run('portal', '--data', data, '--port', new URL(portal.url).port);
    expect(taken.code).toBe(1);
    expect(taken.stderr).toMatch(/^INVALID_INPUT: port \d+ of 127\.0\.0\.1 is in use\nhint: .*another port.*\n$/);
    await start(['portal', '--port', '0', '--data', data]);
    const inUse = await run('portal', '--port', '0', '--data', data);
    expect(inUse.code).toBe(1);
    expect(inUse.stderr).toMatch(/^STORAGE: the data directory .* is in use by another portal\nhint: .*\n$/);
    expect((await run('portal', '--port', '0', '--api-key-file', '/no/such')).stderr).toMatch(/^INVALID_INPUT: the key file \/no\/such cannot be read\nhint: name a file that this user can read\n$/);
  });
});

describe('portal-check', () => {
  test('passes a portal of ours, line by line', async () => {
    const { portal } = await openPortal();
    const { code, stdout } = await run('portal-check', portal.url);
    expect(code).toBe(0);
    expect(stdout.match(/^ok {6}/gm)?.length).toBeGreaterThanOrEqual(40);
    expect(stdout).toMatch(/\n\d+ passed, 0 failed\n$/);
  });

  test('names what a portal does wrong, in JSON too', async () => {
    class Forgetful extends MemoryStore {
      override async get(): Promise<undefined> {
        return undefined;
      }
    }
    const { portal } = await openPortal({ store: new Forgetful(), apiKey: 'the-key' });
    const keyFile = join(await freshDirectory(), 'key');
    await writeFile(keyFile, 'the-key');
    const { code, stdout } = await run('portal-check', portal.url, '--json', '--api-key-file', keyFile);
    expect(code).toBe(1);
    const report = JSON.parse(stdout) as { failed: number; checks: { name: string; ok: boolean; reason?: string }[] };
    expect(report.failed).toBe(report.checks.filter(({ ok }) => !ok).length);
    const failure = report.checks.find(({ name }) => name.startsWith('a written entry is read back'));
    expect(failure?.ok).toBe(false);
    expect(failure?.reason).toMatch(/\(seed [0-9a-f]{16}\)$/);
  });

  test('of nobody is UNREACHABLE', async () => {
    const { portal } = await openPortal();
    await portal.close();
    const { code, stderr } = await run('portal-check', portal.url);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^UNREACHABLE: .* does not answer\nhint: .*\n$/);
  });
});
