import { describe, expect, onTestFinished, test } from 'vitest';
import { createPortal, MemoryStore } from '../../src/portal/index.ts';
import { deadUrl, newUser, startPortal, withoutProgress } from './fixture.ts';

describe('given a portal of the command', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('when it runs until %s, then it says where it listens and nothing else, and ends with 0', async (signal) => {
    const user = await newUser();
    const portal = await startPortal(user);
    expect((await fetch(portal.url)).status).toBeLessThan(500);
    expect(await portal.end(signal)).toEqual({ code: 0, stdout: `portal listening on ${portal.url}\n`, stderr: '' });
    await expect(fetch(portal.url)).rejects.toThrow('fetch failed');
  });

  test('when its port is taken, then the second one fails with what to do', async () => {
    const user = await newUser();
    const { port } = await startPortal(user);
    const { code, stdout, stderr } = await user.run('portal', '--port', port, '--data', 'memory');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^INVALID_INPUT: port \d+ of 127\.0\.0\.1 is in use\nhint: .+\n$/);
  });
});

describe('given portal-check', () => {
  test('when it checks a portal of ours, then every check passes', async () => {
    const user = await newUser();
    const { url } = await startPortal(user);
    const { code, stdout } = await user.run('portal-check', url);
    const lines = stdout.trimEnd().split('\n');
    expect({ code, last: lines.at(-1) }).toEqual({ code: 0, last: `${lines.length - 1} passed, 0 failed` });
    expect(lines.slice(0, -1).filter((line) => !/^ok {6}\S/.test(line))).toEqual([]);
    expect(lines.length).toBeGreaterThan(40);
  });

  test('when it checks a portal that forgets what it stored, then it names what is wrong, with exit code 1', async () => {
    class Forgetful extends MemoryStore {
      override async get(): Promise<undefined> {
        return undefined;
      }
    }
    const portal = await createPortal({ store: new Forgetful() });
    onTestFinished(() => portal.close());
    const { code, stdout } = await (await newUser()).run('portal-check', portal.url);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^FAILED {2}a written entry is read back.*: .+$/m);
    expect(stdout).toMatch(/^\d+ passed, [1-9]\d* failed\n$/m);
  });

  test('when nobody answers, then it is UNREACHABLE', async () => {
    const { code, stdout, stderr } = await (await newUser()).run('portal-check', await deadUrl());
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^UNREACHABLE: .+ does not answer\nhint: see whether the portal runs, and whether the port is right\n$/);
  });

  test('when its key file is missing, then it is INVALID_INPUT with what to do', async () => {
    const { code, stderr } = await (await newUser()).run('portal-check', 'http://127.0.0.1:9', '--api-key-file', '/no/such');
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'INVALID_INPUT: the key file /no/such cannot be read\nhint: name a file that this user can read\n' });
  });
});

describe('given doctor', () => {
  const NAMES = ['node', 'signatures', 'state directory', 'main job'];

  test('when this machine has everything, then it says so of each thing, and ends with 0', async () => {
    const { code, stdout, stderr } = await (await newUser()).run('doctor');
    expect({ code, stderr: withoutProgress(stderr) }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trimEnd().split('\n').map((line) => /^ok {5}([^:]+): \S/.exec(line)?.[1])).toEqual(NAMES);
  });

  test('when asked for JSON, then it is one object with every finding', async () => {
    const user = await newUser();
    const { url } = await startPortal(user);
    const report = JSON.parse(await user.say('doctor', '--json', '--portal', url)) as { ok: boolean; findings: { name: string; ok: boolean; found: string }[] };
    expect(report.ok).toBe(true);
    expect(report.findings.map(({ name, ok }) => [name, ok])).toEqual([...NAMES, `portal ${url}`].map((name) => [name, true]));
  });

  test('when a portal does not answer, then the machine LACKS it, with advice and exit code 1', async () => {
    const url = await deadUrl();
    const { code, stdout } = await (await newUser()).run('doctor', '--portal', url);
    expect(code).toBe(1);
    expect(stdout).toMatch(new RegExp(`^LACKS {2}portal ${url}: UNREACHABLE: .+\n {7}\\S.+$`, 'm'));
    expect(stdout.match(/^ok /gm)?.length).toBe(NAMES.length);
  });

  test('when the state directory cannot be written, then the machine LACKS it, in JSON too', async () => {
    const user = await newUser();
    const { code, stdout } = await user.start(['doctor', '--json'], { XDG_STATE_HOME: await user.file('a-file', '') }).outcome;
    const report = JSON.parse(stdout) as { ok: boolean; findings: { name: string; ok: boolean; advice?: string }[] };
    expect([code, report.ok, report.findings.filter(({ ok }) => !ok)]).toEqual([1, false, [expect.objectContaining({ name: 'state directory', advice: expect.stringMatching(/./) })]]);
  });
});
