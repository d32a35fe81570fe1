import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newUser, PUBKEY, startPortal, withoutProgress, type User } from './fixture.ts';

const read = (user: User, url: string, ...args: string[]) => user.run('read', PUBKEY, 'greeting', '--name', '--portal', url, ...args);

async function write(user: User, url: string, data: string, revision: number, ...args: string[]): Promise<void> {
  await user.say('write', 'greeting', '--name', '--data', data, '--revision', String(revision), '--key-file', await user.keyFile(), '--portal', url, ...args);
}

/** Nothing but the newest, or a failure that names it. */
function expectNotOlder({ code, stdout, stderr }: { code: number | null; stdout: string; stderr: string }, revision: number): void {
  if (code === 0) expect(stdout).toMatch(new RegExp(`^revision   ${revision}\n`));
  else expect({ code, stdout, told: /^[A-Z]+: .+\nnewest known: revision (\d+)\nhint: .+\n$/.exec(withoutProgress(stderr))?.[1] }).toEqual({ code: 1, stdout: '', told: String(revision) });
}

test('given an entry that was seen, when its portal is started again without it, then it is not taken for absent', async () => {
  const user = await newUser();
  const portal = await startPortal(user);
  await write(user, portal.url, 'six', 6);
  await portal.end('SIGKILL');
  const empty = await startPortal(user, portal.port);
  expect((await read(user, empty.url, '--state', join(user.home, 'newcomer'))).stdout).toMatch(/^does not exist/);
  expectNotOlder(await read(user, empty.url), 6);
});

test('given an entry that was seen, when its portal is started again with an older one, then the older one is not believed', async () => {
  const user = await newUser();
  const portal = await startPortal(user);
  await write(user, portal.url, 'six', 6);
  await portal.end('SIGKILL');
  const lagging = await startPortal(user, portal.port);
  const newcomer = ['--state', join(user.home, 'newcomer')];
  await write(user, lagging.url, 'five', 5, ...newcomer);
  expect((await read(user, lagging.url, ...newcomer)).stdout).toMatch(/^revision   5\n/);
  expectNotOlder(await read(user, lagging.url), 6);
});

test('given an entry that was only read, when it is read from a lagging portal later, then that it was seen is remembered', async () => {
  const user = await newUser();
  const portal = await startPortal(user);
  await write(user, portal.url, 'six', 6, '--state', join(user.home, 'author'));
  expect((await read(user, portal.url)).stdout).toMatch(/^revision   6\n/);
  await portal.end('SIGKILL');
  const empty = await startPortal(user, portal.port);
  expectNotOlder(await read(user, empty.url), 6);
});

test('given no portal that answers, when an entry is read that was seen, then UNREACHABLE comes with the newest known revision', async () => {
  const user = await newUser();
  const portal = await startPortal(user);
  await write(user, portal.url, 'six', 6);
  await portal.end('SIGTERM');
  const { code, stdout, stderr } = await read(user, portal.url);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(withoutProgress(stderr)).toMatch(/^UNREACHABLE: .+\nnewest known: revision 6\nhint: .+\n$/);
});

test('given no portal that answers, when an entry is read of any age, then what was seen is shown, as stale', async () => {
  const user = await newUser();
  const portal = await startPortal(user);
  await write(user, portal.url, 'six', 6);
  await portal.end('SIGTERM');
  const { code, stdout } = await read(user, portal.url, '--max-staleness', '999999999999999');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^revision   6\ndata       736978 {2}"six"\nstatus     stale\nfloor      durable\n$/);
});

test('given XDG_STATE_HOME, when an entry is written, then what was seen is kept there, for this user alone', async () => {
  const user = await newUser();
  const portal = await startPortal(user);
  await write(user, portal.url, 'six', 6);
  const floors = join(user.stateHome, 'secure-registry', 'floors');
  expect((await stat(join(floors, 'data.mdb'))).isFile()).toBe(true);
  expect((await stat(floors)).mode & 0o077).toBe(0);
  await expect(stat(join(user.home, '.local'))).rejects.toThrow('ENOENT');
});

test('given an XDG_STATE_HOME that is relative, when an entry is read, then it counts as none', async () => {
  const user = await newUser();
  const portal = await startPortal(user);
  await user.start(['read', PUBKEY, 'greeting', '--name', '--portal', portal.url], { XDG_STATE_HOME: 'relative' }).outcome;
  expect((await stat(join(user.home, '.local', 'state', 'secure-registry', 'floors', 'data.mdb'))).isFile()).toBe(true);
});

test('given a state directory that cannot be one, when an entry is read, then the answer says that it will not be remembered', async () => {
  const user = await newUser();
  const portal = await startPortal(user);
  await write(user, portal.url, 'six', 6);
  const { code, stdout } = await read(user, portal.url, '--state', await user.file('a-file', ''));
  expect(code).toBe(0);
  expect(stdout).toMatch(/^floor {6}volatile$/m);
});
