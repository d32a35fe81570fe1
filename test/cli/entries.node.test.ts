import { describe, expect, test } from 'vitest';
import { hashDatakey, verifyEntry, type SignedEntry } from '../../src/index.ts';
import { newUser, PUBKEY, SEED, startMutePortal, startPortal, withoutProgress, type User } from './fixture.ts';

/** An entry as `--json` shows it. */
interface Shown {
  readonly exists: boolean;
  readonly deleted: boolean;
  readonly pubkey: string;
  readonly datakey: string;
  readonly data: string;
  readonly revision: string;
  readonly signature: string;
  readonly type: 1 | 2;
}

const bytes = (digits: string): Uint8Array => new Uint8Array(Buffer.from(digits, 'hex'));
const hex = (data: Uint8Array | string): string => Buffer.from(data).toString('hex');
const entryOf = ({ pubkey, datakey, data, revision, signature, type }: Shown): SignedEntry => ({
  pubkey: bytes(pubkey.replace(/^ed25519:/, '')),
  datakey: bytes(datakey),
  data: bytes(data),
  revision: BigInt(revision),
  signature: bytes(signature),
  type,
});

/** A user, portals, and what every call about the entry `greeting` has in common. */
async function setUp({ portals: count = 1 } = {}) {
  const user = await newUser();
  const portals = await Promise.all(Array.from({ length: count }, () => startPortal(user)));
  const options = portals.flatMap(({ url }) => ['--portal', url]);
  const key = await user.keyFile();
  return {
    user,
    portals,
    options,
    write: (...args: string[]) => user.run('write', 'greeting', '--name', '--key-file', key, ...options, ...args),
    read: (...args: string[]) => user.run('read', PUBKEY, 'greeting', '--name', ...options, ...args),
    async shown(...args: string[]): Promise<Shown> {
      return JSON.parse(await user.say('read', PUBKEY, 'greeting', '--name', ...options, '--json', ...args)) as Shown;
    },
  };
}

describe('given an entry that was written with the command', () => {
  test('when it is read, then its revision, data, status and floor are shown, a line each', async () => {
    const { write, read, portals } = await setUp();
    const written = await write('--data', 'good morning');
    expect(written.stdout).toBe(`wrote revision 0 of ed25519:${PUBKEY} ${hex(hashDatakey('greeting'))}\naccepted by ${portals[0]?.url}\n`);
    const { code, stdout } = await read();
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^revision   0\ndata       ${hex('good morning')}  "good morning"\nstatus     (?:live|cached), confirmed by ${portals[0]?.url}\nfloor      durable\n$`));
  });

  test('when it is read as JSON, then it is one object that holds the whole signed entry', async () => {
    const { write, shown } = await setUp();
    await write('--data', 'good morning');
    const entry = await shown();
    expect(entry).toMatchObject({ exists: true, deleted: false, pubkey: `ed25519:${PUBKEY}`, data: hex('good morning'), revision: '0', floor: 'durable' });
    expect(verifyEntry(entryOf(entry))).toBe(true);
  });

  test('when its datakey is given as hex in place of its name, and its key with ed25519: before it, then it is the same entry', async () => {
    const { write, user, options } = await setUp();
    await write('--data', 'good morning');
    expect(await user.say('read', `ed25519:${PUBKEY}`, hex(hashDatakey('greeting')), ...options)).toContain('"good morning"');
  });

  test('when the next revision is written, it follows the newest; a chosen one may leap, and a lower one is a CONFLICT', async () => {
    const { write, shown } = await setUp();
    expect(JSON.parse((await write('--data', 'a', '--json')).stdout)).toMatchObject({ revision: '0', pubkey: `ed25519:${PUBKEY}` });
    expect((await write('--data', 'b', '--revision', '41')).stdout).toMatch(/^wrote revision 41 /);
    expect((await write('--data', 'c', '--revision', 'next')).stdout).toMatch(/^wrote revision 42 /);
    const lower = await write('--data', 'd', '--revision', '41');
    expect({ code: lower.code, stdout: lower.stdout }).toEqual({ code: 1, stdout: '' });
    expect(withoutProgress(lower.stderr)).toMatch(/^CONFLICT: .+\nnewest known: revision 42\nhint: .+\n$/);
    expect(await shown()).toMatchObject({ revision: '42', data: hex('c') });
  });

  test('when somebody who never saw it writes a lower revision, then the portal tells them of the CONFLICT', async () => {
    const { write } = await setUp();
    await write('--data', 'a', '--revision', '7');
    const { home } = await newUser();
    const { code, stderr } = await write('--data', 'b', '--revision', '6', '--state', home);
    expect(code).toBe(1);
    expect(withoutProgress(stderr)).toMatch(/^CONFLICT: .+\nnewest known: revision 7\nhint: .+\n$/);
  });

  test('when it is deleted, then it reads as deleted and the next revision revives it', async () => {
    const { write, read, shown } = await setUp();
    await write('--data', 'a');
    await write('--delete');
    expect((await read()).stdout).toMatch(/^revision   1\ndata       deleted\n/);
    expect(await shown()).toMatchObject({ exists: true, deleted: true, revision: '1' });
    await write('--data', 'b');
    expect(await shown()).toMatchObject({ deleted: false, revision: '2' });
  });

  test('when it has the last revision there is, then it took --final, and nothing comes after it', async () => {
    const { write } = await setUp();
    const last = ['--revision', '18446744073709551615'];
    const leap = await write('--data', 'a', ...last);
    expect(leap.code).toBe(1);
    expect(withoutProgress(leap.stderr)).toMatch(/^REVISION_LIMIT: .+\nhint: .+\n$/);
    expect((await write('--data', 'a', ...last, '--final')).code).toBe(0);
    const beyond = await write('--data', 'b');
    expect(beyond.code).toBe(1);
    expect(withoutProgress(beyond.stderr)).toMatch(/^REVISION_LIMIT: .+\nnewest known: revision 18446744073709551615\nhint: .+\n$/);
  });
});

describe('given data of every kind', () => {
  test.each([
    { kind: 'hex digits', args: ['--data-hex', '00ff10'], shown: '00ff10' },
    { kind: 'no data', args: ['--data', ''], shown: 'empty' },
    { kind: '113 bytes', args: ['--data', 'x'.repeat(113)], shown: `${'78'.repeat(113)}  "${'x'.repeat(113)}"` },
    { kind: 'what a terminal would obey', args: ['--data', '\u001B[31mred'], shown: hex('\u001B[31mred') },
    { kind: 'what turns text around', args: ['--data', 'a\u202Eb'], shown: hex('a\u202Eb') },
  ])('when $kind is written, then it is read as it was written, and shown harmlessly', async ({ args, shown }) => {
    const { write, read } = await setUp();
    expect((await write(...args)).code).toBe(0);
    expect((await read()).stdout.split('\n')[1]).toBe(`data       ${shown}`);
  });
});

test('given an entry that does not exist, when it is read, then the answer says who claims so, with exit code 0', async () => {
  const { read, shown, portals } = await setUp();
  const { code, stdout } = await read();
  expect(code).toBe(0);
  expect(stdout).toMatch(new RegExp(`^does not exist, say ${portals[0]?.url} \\(\\w+\\)\n$`));
  expect(await shown()).toMatchObject({ exists: false, claimedBy: [portals[0]?.url] });
});

describe('given somebody who watches an entry through two portals', () => {
  test('when it changes and the live portal is killed, then there is a line per update, the failover is told, and Ctrl-C ends it with 0', async () => {
    const { user, write, options, portals } = await setUp({ portals: 2 });
    const [live, spare] = portals;
    await write('--data', 'zero');
    const watch = user.start(['watch', PUBKEY, 'greeting', '--name', ...options, '--state', `${user.home}/watch`]);
    await watch.line('stdout', /^revision 0 {2}7a65726f {2}"zero" {2}\(\w+\)$/);
    await write('--data', 'one');
    await watch.line('stdout', /^revision 1 {2}6f6e65 {2}"one" {2}\(\w+\)$/);
    await live?.end('SIGKILL');
    expect(await watch.line('stderr', /^failed over/)).toBe(`failed over to ${spare?.url}`);
    await write('--data', 'two');
    await watch.line('stdout', /^revision 2 {2}74776f {2}"two" {2}\(\w+\)$/);
    const { code, stdout, stderr } = await watch.end('SIGINT');
    expect({ code, lines: stdout.match(/^.+$/gm)?.length, stderr: withoutProgress(stderr) }).toEqual({ code: 0, lines: 3, stderr: `failed over to ${spare?.url}\n` });
  });

  test('when they want JSON, then every line is a whole signed entry, and SIGTERM ends it with 0', async () => {
    const { user, write, options } = await setUp();
    const watch = user.start(['watch', PUBKEY, 'greeting', '--name', ...options, '--json', '--state', `${user.home}/watch`]);
    expect(JSON.parse(await watch.line('stdout', /./))).toMatchObject({ exists: false });
    await write('--data', 'zero');
    const shown = JSON.parse(await watch.line('stdout', /"revision":"0"/)) as Shown;
    expect(verifyEntry(entryOf(shown))).toBe(true);
    expect((await watch.end('SIGTERM')).code).toBe(0);
  });
});

/** Calls that wait for a portal, and what they say of it. */
const waitingCalls = (user: User, url: string, key: string): readonly (readonly [said: string, ...args: string[]])[] => [
  ['asking portals …', 'read', PUBKEY, 'greeting', '--name', '--portal', url],
  ['writing …', 'write', 'greeting', '--name', '--data', 'x', '--revision', '0', '--key-file', key, '--portal', url],
  ['asking portals for the newest revision …', 'write', 'greeting', '--name', '--data', 'x', '--key-file', key, '--portal', url],
  ['waiting for a portal …', 'watch', PUBKEY, 'greeting', '--name', '--portal', url],
  [`examining portal ${url} …`, 'doctor', '--portal', url],
];

describe('given a portal that takes every connection and says nothing', () => {
  test('when something takes over a second, then stderr says what is waited for, and stdout stays clean', async () => {
    const user = await newUser();
    const { url } = await startMutePortal();
    for (const [said, ...args] of waitingCalls(user, url, await user.keyFile())) {
      const running = user.start(args);
      await running.line('stderr', new RegExp(`^${said}$`));
      const { stdout } = await running.end('SIGKILL');
      // Doctor says at once what it found before.
      expect(stdout.replaceAll(/^ok .*\n/gm, '')).toBe('');
    }
  });

  test('when it hangs up at last, then the command fails with what that means', async () => {
    const user = await newUser();
    const { url, cut } = await startMutePortal();
    const running = user.start(['write', 'greeting', '--name', '--data', 'x', '--revision', '0', '--key-file', await user.keyFile(), '--portal', url]);
    await running.line('stderr', /^writing …$/);
    cut();
    const { code, stdout, stderr } = await running.outcome;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(withoutProgress(stderr)).toMatch(/^(?:UNCONFIRMED|UNREACHABLE): .+\nhint: .+\n$/);
  });
});

const writeWith = async (user: User, file: string) => user.run('write', 'greeting', '--name', '--data', 'x', '--revision', '0', '--key-file', file, '--portal', 'http://127.0.0.1:9');

describe('given a key file', () => {
  test.each([0o644, 0o640, 0o604, 0o660, 0o622, 0o611])('when its mode is %o, then it is FORBIDDEN, with how to mend that', async (mode) => {
    const user = await newUser();
    const file = await user.file('seed', SEED, mode);
    const { code, stdout, stderr } = await writeWith(user, file);
    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: `FORBIDDEN: others may read the key file ${file}\nhint: chmod 600 ${file}\n` });
  });

  test.each([
    { kind: 'is no hex', content: `${SEED.slice(0, 63)}z` },
    { kind: 'is too short', content: SEED.slice(0, 62) },
    { kind: 'holds the key twice', content: `${SEED}${SEED}` },
    { kind: 'has 0x before it', content: `0x${SEED}` },
    { kind: 'is empty', content: '' },
  ])('when what it holds $kind, then it is INVALID_INPUT, and what it holds stays untold', async ({ content }) => {
    const user = await newUser();
    const file = await user.file('seed', content);
    const { code, stdout, stderr } = await writeWith(user, file);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^INVALID_INPUT: the key file ${file} does not hold 64 hex digits\nhint: .+\n$`));
    expect(stderr).not.toContain(SEED.slice(0, 16));
  });

  test.each(['no-such', '.'])('when there is none at %s, then it is INVALID_INPUT with its path', async (name) => {
    const user = await newUser();
    const { code, stderr } = await writeWith(user, `${user.home}/${name}`);
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`^INVALID_INPUT: the key file ${user.home}/\\S+ cannot be read\nhint: .+\n$`));
  });

  test('when somebody gives the seed itself in its place, then no message repeats it', async () => {
    const { code, stderr } = await writeWith(await newUser(), SEED);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^INVALID_INPUT: --key-file names no file that can be read\nhint: .+\n$/);
  });
});
