import { spawnSync } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { verifyEntry } from '../../src/index.ts';
import { Keyring, migrateKeyData, mnemonicToKeyData, type Key } from '../../src/keyring/index.ts';
import { newUser, startPortal, withoutProgress, type Outcome, type User } from './fixture.ts';

const PASSWORD = 'Tr0ub4dor & 3 pässwörd';
const WRONG = 'canary in a coal mine';
const MNEMONIC = 'legal winner thank year wave sausage worth useful legal winner thank yellow';

/** A key as `--json` shows it. */
interface Shown {
  readonly name: string;
  readonly type: string;
  readonly origin: string;
  readonly path?: string;
  readonly public: string;
  readonly address: string;
}
const keysIn = (stdout: string): readonly Shown[] => (JSON.parse(stdout) as { keys: Shown[] }).keys;
const keyNamed = (keys: readonly Shown[], name: string): Shown => keys.find((key) => key.name === name) ?? expect.unreachable();

const bytesIn = (digits: string): Uint8Array => new Uint8Array(Buffer.from(digits.replace(/^ed25519:/, ''), 'hex'));

/** A user with a password in a file, and everything that their commands said. */
async function setUp() {
  const user = await newUser();
  const password = await user.file('password', `${PASSWORD}\nwhat is below is not part of it\n`);
  const said: Outcome[] = [];
  const run = async (...args: readonly string[]): Promise<Outcome> => {
    const outcome = await user.run('keyring', ...args);
    said.push(outcome);
    return outcome;
  };
  return {
    user,
    password,
    said,
    run,
    at: (name: string) => join(user.home, name),
    folder: join(user.stateHome, 'secure-registry', 'vault'),
    /** Runs a command that must succeed. */
    async say(...args: readonly string[]): Promise<string> {
      const { code, stdout, stderr } = await run(...args, '--password-file', password);
      expect({ code, stderr: withoutProgress(stderr) }).toEqual({ code: 0, stderr: '' });
      return stdout;
    },
  };
}

type SetUp = Awaited<ReturnType<typeof setUp>>;

/** States of users that every test of a kind begins with. */
const KEPT = await mkdtemp(join(tmpdir(), 'cli-test-'));
afterAll(() => rm(KEPT, { recursive: true, force: true }));

/** A step that commands take once, for a user of their own; who takes it gets a copy of what they left. A second of a processor goes to every password that is stretched. */
function takenOnce<T>(step: (up: SetUp) => Promise<T>): (up: SetUp) => Promise<T> {
  let taken: Promise<{ readonly result: T; readonly copy: string }> | undefined;
  const take = async () => {
    const up = await setUp();
    const result = await step(up);
    const copy = await mkdtemp(join(KEPT, 'state-'));
    await cp(up.user.stateHome, copy, { recursive: true });
    return { result, copy };
  };
  return async ({ user }) => {
    const { result, copy } = await (taken ??= take());
    await cp(copy, user.stateHome, { recursive: true });
    return result;
  };
}

const mnemonicFile = ({ user }: SetUp): Promise<string> => user.file('mnemonic', `${MNEMONIC}\n`);

/** A vault, made of {@link MNEMONIC}. */
const makeVault = takenOnce(async (up) => keysIn(await up.say('recover', '--mnemonic-file', await mnemonicFile(up), '--json')));

/** The same with a vault, made of {@link MNEMONIC}. */
async function setUpVault() {
  const up = await setUp();
  return { ...up, mnemonic: await mnemonicFile(up), keys: await makeVault(up) };
}

/** All that stands in a user's home, by its path there. */
async function filesOf(user: User): Promise<ReadonlyMap<string, Buffer>> {
  const entries = await readdir(user.home, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(await Promise.all(paths.map(async (path) => [path.slice(user.home.length + 1), await readFile(path)] as const)));
}

const stands = (path: string): Promise<boolean> => stat(path).then(() => true, () => false);

/** How a secret may be spelled. */
function spellings(secret: string): readonly string[] {
  const bytes = /^0x[\da-f]+$/.test(secret) ? Buffer.from(secret.slice(2), 'hex') : Buffer.from(secret);
  return [secret, bytes.toString('latin1'), bytes.toString('hex'), bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url'), bytes.join(',')];
}

describe('given a user without a vault', () => {
  test('when a script makes one, then its mnemonic is in a file of their own, and leads to its keys', async () => {
    const { say, at, folder } = await setUp();
    const stdout = await say('new', '--mnemonic-file', at('words'));
    const mnemonic = await readFile(at('words'), 'utf8');
    expect(mnemonic).toMatch(/^(?:[a-z]+ ){11}[a-z]+\n$/);
    expect((await stat(at('words'))).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    const keyring = new Keyring(mnemonicToKeyData(mnemonic));
    const [told, , header, ...rows] = stdout.trimEnd().split('\n');
    expect([told, header]).toEqual([`a new keyring is in the vault in ${folder}`, expect.stringMatching(/^name +type +origin +path +public key +address$/)]);
    const shown = rows.map((row) => row.split(/ {2,}/));
    for (const name of ['programMod', 'developer']) {
      const { type, origin, path, public: publicKey, address } = keyring.get(name);
      expect(shown).toContainEqual([name, type, origin, path, publicKey, address]);
    }
    expect(shown).toContainEqual(['device', 'ed25519', 'device', '-', expect.stringMatching(/^0x[\da-f]{64}$/), expect.stringMatching(/^ed25519:[\da-f]{64}$/)]);
  });

  test.each([15, 18, 21, 24])('when they want %i words, then these are so many', async (words) => {
    const { say, at } = await setUp();
    await say('new', '--mnemonic-file', at('words'), '--words', String(words), '--vault', at('a/b'));
    expect((await readFile(at('words'), 'utf8')).split(' ')).toHaveLength(words);
  });

  test('when the mnemonic would go where something is, then nothing is written over, and no vault is made', async () => {
    const { user, run, at, folder } = await setUp();
    await user.file('precious', 'precious');
    await symlink(at('nowhere'), at('link'));
    for (const name of ['precious', 'link', '.']) {
      const { code, stdout, stderr } = await run('new', '--mnemonic-file', at(name), '--password-file', '/no/such'); // told before it is asked for
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/^INVALID_INPUT: \S+ is there already, and is not written over\nhint: .+\n$/);
    }
    expect(await readFile(at('precious'), 'utf8')).toBe('precious');
    expect(await stands(folder)).toBe(false);
  });

  test('when the mnemonic cannot be written, or the password is none, then no vault is made, and no mnemonic is left', async () => {
    const { user, run, password, at, folder } = await setUp();
    const nowhere = await run('new', '--mnemonic-file', at('no/such/folder'), '--password-file', password);
    expect([nowhere.code, nowhere.stderr]).toEqual([1, expect.stringMatching(/^INVALID_INPUT: \S+ cannot be made\nhint: .+\n$/)]);
    const long = await run('new', '--mnemonic-file', at('words'), '--password-file', await user.file('long', 'x'.repeat(1025)));
    expect([long.code, withoutProgress(long.stderr)]).toEqual([1, expect.stringMatching(/^INVALID_INPUT: password must be a string of 1 to 1024 characters\n/)]);
    const none = await run('new', '--mnemonic-file', at('words'), '--password-file', await user.file('empty', '\nsecond line\n'));
    expect([none.code, none.stderr]).toEqual([1, expect.stringMatching(/^INVALID_INPUT: --password-file must be a file whose first line is not empty\n/)]);
    expect(await readdir(folder)).not.toContain('vault');
    expect(await readdir(user.home)).not.toContain('words');
  });

  test('when they show, export or sign with it, then they are told that none is there, and no folder is made', async () => {
    const { user, run, password, at } = await setUp();
    const portal = await startPortal(user);
    const write = user.run('write', 'a', '--name', '--data', 'x', '--revision', '0', '--key', 'developer', '--vault', at('typo'), '--password-file', password, '--portal', portal.url);
    for (const outcome of [run('show', '--vault', at('typo'), '--password-file', password), run('export', '--out', at('keys'), '--vault', at('typo'), '--password-file', password), write]) {
      const { code, stdout, stderr } = await outcome;
      expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: `STORAGE: there is no vault in ${at('typo')}\nhint: name its folder with --vault; secure-registry keyring new makes one\n` });
    }
    expect(await readdir(user.home)).not.toContain('typo');
    await mkdir(at('typo'));
    expect((await run('show', '--vault', at('typo'), '--password-file', password)).stderr).toMatch(/^STORAGE: there is no vault in /);
  });
});

describe('given a mnemonic', () => {
  test('when it is brought back, then it is the same keys, and a new one of the device', async () => {
    const { say, mnemonic, keys, at } = await setUpVault();
    const again = keysIn(await say('recover', '--mnemonic-file', mnemonic, '--vault', at('elsewhere'), '--json'));
    const derived = new Keyring(mnemonicToKeyData(MNEMONIC));
    for (const name of ['programMod', 'developer']) expect([keyNamed(keys, name), keyNamed(again, name)]).toEqual(Array.from({ length: 2 }, () => expect.objectContaining({ public: derived.get(name).public }) as unknown));
    expect(keyNamed(again, 'device').public).not.toBe(keyNamed(keys, 'device').public);
  });

  test('when it has a passphrase, then that gives other keys', async () => {
    const { user, say, mnemonic, at } = await setUpVault();
    const passphrase = await user.file('passphrase', 'TREZOR\n');
    const keys = keysIn(await say('recover', '--mnemonic-file', mnemonic, '--passphrase-file', passphrase, '--vault', at('elsewhere'), '--json'));
    expect(keyNamed(keys, 'developer').public).toBe(new Keyring(mnemonicToKeyData(MNEMONIC, { passphrase: 'TREZOR' })).get('developer').public);
  });

  test('when a vault stands whose password is lost, then --replace puts another in its place, and nothing else does', async () => {
    const { user, run, say, password, mnemonic, folder, keys, at } = await setUpVault();
    const newPassword = await user.file('new-password', 'another one');
    const vault = await readFile(join(folder, 'vault'));
    for (const args of [['recover', '--mnemonic-file', mnemonic], ['new', '--mnemonic-file', at('words')]]) {
      const { code, stdout, stderr } = await run(...args, '--password-file', newPassword);
      expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(/^CONFLICT: there is a vault in \S+\nhint: .*--replace.*\n$/) as string });
    }
    expect([await readFile(join(folder, 'vault')), await readdir(user.home)]).toEqual([vault, expect.not.arrayContaining(['words'])]);
    const { code, stdout } = await run('recover', '--replace', '--mnemonic-file', mnemonic, '--password-file', newPassword);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/the key "device" is a new one/)]);
    expect((await run('show', '--password-file', password)).stderr).toMatch(/^(?:.* …\n)?WRONG_PASSWORD: /);
    const shown = keysIn((await run('show', '--json', '--password-file', newPassword)).stdout);
    expect(keyNamed(shown, 'developer')).toEqual(keyNamed(keys, 'developer'));
    expect(await say('recover', '--replace', '--mnemonic-file', mnemonic)).toContain('the keyring is back');
  });

  test.each([
    { fault: 'a word that is on no list', mnemonic: MNEMONIC.replace('sausage', 'canary'), told: /word 6 is not on it/ },
    { fault: 'a word too few', mnemonic: MNEMONIC.slice(6), told: /12, 15, 18, 21 or 24 words/ },
    { fault: 'a wrong checksum', mnemonic: MNEMONIC.replace('yellow', 'zoo'), told: /checksum/ },
    { fault: 'far too much', mnemonic: 'legal '.repeat(4000), told: /too long/ },
  ])('when it has $fault, then that is told, and no vault is made', async ({ mnemonic, told }) => {
    const { user, run, password, folder } = await setUp();
    const { code, stdout, stderr } = await run('recover', '--mnemonic-file', await user.file('words', mnemonic), '--password-file', password);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(told);
    expect(stderr).toMatch(/^INVALID_INPUT: /);
    expect(stderr).not.toMatch(/legal|canary|sausage/);
    expect(await readdir(user.home)).toEqual(['password', 'words']);
    expect(await stands(folder)).toBe(false);
  });

  test.each(['--mnemonic-file', '--passphrase-file', '--password-file'])('when %s names a file that others may read, or none, then no new folder is left, and those that were there stay', async (option) => {
    const { user, run, password, at } = await setUp();
    const files: Record<string, string> = { '--mnemonic-file': await user.file('mnemonic', MNEMONIC), '--passphrase-file': password, '--password-file': password };
    await mkdir(at('mine/too'), { recursive: true });
    for (const path of [await user.file('exposed', MNEMONIC, 0o644), '/no/such']) {
      const { code, stderr } = await run('recover', '--vault', at('mine/new/vault'), ...Object.entries({ ...files, [option]: path }).flat());
      expect([code, stderr]).toEqual([1, expect.stringMatching(/^(?:FORBIDDEN|INVALID_INPUT): /)]);
    }
    expect(await readdir(at('mine'))).toEqual(['too']);
    await run('recover', '--vault', at('mine/too'), ...Object.entries({ ...files, [option]: '/no/such' }).flat());
    expect(await readdir(at('mine'))).toEqual(['too']);
  });
});

describe('given a vault', () => {
  test('when its keys are shown, then each has a line, or is an object', async () => {
    const { say, keys, folder } = await setUpVault();
    expect(keys.map(({ name }) => name)).toEqual(['programMod', 'developer', 'device']);
    const rows = (await say('show')).trimEnd().split('\n').slice(1).map((row) => row.split(/ {2,}/));
    expect(rows).toEqual(keys.map(({ name, type, origin, path = '-', public: publicKey, address }) => [name, type, origin, path, publicKey, address]));
    expect(JSON.parse(await say('show', '--json'))).toEqual({ vault: folder, keys });
  });

  test('when the password comes through a pipe, then its first line is it', async () => {
    const { user, keys } = await setUpVault();
    for (const input of [PASSWORD, `${PASSWORD}\n`, `${PASSWORD}\r\nmore\n`, `${PASSWORD.normalize('NFD')}\n`]) {
      expect(keysIn((await user.pipe(input, 'keyring', 'show', '--json', '--password-file', '-')).stdout)).toEqual(keys);
    }
    const { code, stderr } = await user.pipe('', 'keyring', 'show', '--password-file', '-');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^INVALID_INPUT: --password-file must be /)]);
  });

  test('when the password comes through a pipe or in a file, then either is read alike', async () => {
    const { user, keys } = await setUpVault();
    const both = async (bytes: string | Uint8Array): Promise<readonly Outcome[]> => [
      await user.pipe(bytes, 'keyring', 'show', '--json', '--password-file', '-'),
      await user.run('keyring', 'show', '--json', '--password-file', await user.file('other', bytes)),
    ];
    for (const text of [`\uFEFF${PASSWORD}\nmore`, `${PASSWORD}\r\n`, new Uint8Array(Buffer.concat([Buffer.from(`${PASSWORD}\n`), Buffer.of(0xff)]))]) {
      for (const { stdout } of await both(text)) expect(keysIn(stdout)).toEqual(keys);
    }
    for (const { code, stdout, stderr } of await both(Uint8Array.of(0x41, 0xff, 0x0a))) expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(/^INVALID_INPUT: .+ is not text in UTF-8\nhint: /)]);
    for (const { code, stdout, stderr } of await both('x'.repeat(20_000))) expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(/^INVALID_INPUT: .+ is too long to be a password file\nhint: /)]);
  });

  test('when the password is wrong, then it is WRONG_PASSWORD, and after some of these THROTTLED, with how long to wait', async () => {
    const { user, run } = await setUpVault();
    const wrong = await user.file('wrong', `${WRONG}\n`);
    const first = await run('show', '--password-file', wrong);
    expect([first.code, first.stdout, withoutProgress(first.stderr)]).toEqual([1, '', expect.stringMatching(/^WRONG_PASSWORD: .+\nhint: .+ recover --replace .+\n$/)]);
    // The pause doubles, so that it outlasts a command at last.
    let last = first;
    for (let tries = 1; tries < 10 && last.stderr.includes('WRONG_PASSWORD'); tries++) last = await run('export', '--out', join(user.home, 'keys'), '--password-file', wrong);
    expect([last.code, withoutProgress(last.stderr)]).toEqual([1, expect.stringMatching(/^THROTTLED: .+ in \d+ s\nhint: .+\n$/)]);
    expect(await readdir(user.home)).not.toContain('keys');
  });

  test('when its keys are exported, then they are in a file of their own, with a warning, and make the same keyring', async () => {
    const { run, password, keys, at } = await setUpVault();
    const { code, stdout, stderr } = await run('export', '--out', at('keys'), '--password-file', password);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^wrote the keys of the vault in \S+ to \S+\n$/)]);
    expect(withoutProgress(stderr)).toBe('the secrets of all keys are in it, not encrypted: whoever reads it has the keys\n');
    expect((await stat(at('keys'))).mode & 0o777).toBe(0o600);
    const keyring = new Keyring(migrateKeyData(JSON.parse(await readFile(at('keys'), 'utf8'))));
    expect(keyring.names().map((name) => keyring.get(name).public)).toEqual(keys.map((key) => key.public));
    const again = await run('export', '--out', at('keys'), '--password-file', '/no/such'); // told before it is asked for
    expect([again.code, again.stderr]).toEqual([1, expect.stringMatching(/^INVALID_INPUT: \S+ is there already, and is not written over\n/)]);
    const piped = await run('export', '--out', '-', '--password-file', password);
    expect(piped.stdout).toBe(await readFile(at('keys'), 'utf8'));
  });

  test('when one of its keys signs an entry, then portals take it and readers verify it', async () => {
    const { user, password, keys } = await setUpVault();
    const portal = await startPortal(user);
    const write = (key: string, ...args: readonly string[]): Promise<Outcome> =>
      user.run('write', 'greeting', '--name', '--data', 'good morning', '--key', key, '--password-file', password, '--portal', portal.url, ...args);
    const { address } = keyNamed(keys, 'developer');
    expect((await write('developer')).stdout).toMatch(new RegExp(`^wrote revision 0 of ${address} `));
    expect(JSON.parse((await write('developer', '--json')).stdout)).toMatchObject({ revision: '1', pubkey: address });
    const read = JSON.parse(await user.say('read', address, 'greeting', '--name', '--portal', portal.url, '--json')) as Record<'pubkey' | 'datakey' | 'data' | 'revision' | 'signature', string>;
    const { pubkey, datakey, data, revision, signature } = read;
    expect(verifyEntry({ pubkey: bytesIn(pubkey), datakey: bytesIn(datakey), data: bytesIn(data), revision: BigInt(revision), signature: bytesIn(signature) })).toBe(true);
    const unknown = await write('no-such');
    expect([unknown.code, withoutProgress(unknown.stderr)]).toEqual([1, expect.stringMatching(/^UNKNOWN_KEY: .+\nhint: secure-registry keyring show lists the keys\n$/)]);
  });

  test('when its file is damaged, others may read it, or it is a link, then that is told before any password is asked for', async () => {
    const { run, folder } = await setUpVault();
    const file = join(folder, 'vault');
    // There is none to ask for.
    const show = (): Promise<Outcome> => run('show', '--password-file', '/no/such');
    await chmod(file, 0o640);
    expect(await show()).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^FORBIDDEN: others may read or redirect the vault\nhint: chmod 600 \S+\n$/) as string });
    await chmod(file, 0o600);
    await rename(file, join(folder, 'moved'));
    await symlink('moved', file);
    expect(await show()).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^FORBIDDEN: others may read or redirect the vault\nhint: .*link.*\n$/) as string });
    await rename(join(folder, 'moved'), file);
    await writeFile(file, (await readFile(file, 'latin1')).replace('"lanes":1', '"lanes":2'));
    expect(await show()).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^STORAGE: the vault is damaged\n/) as string });
    await rm(file);
    expect(await show()).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^STORAGE: the vault that was seen here is gone\n/) as string });
  });

  test('when an older copy of it was put back, then that is refused until it is accepted', async () => {
    const { user, run, say, mnemonic, folder } = await setUpVault();
    const file = join(folder, 'vault');
    const older = await readFile(file);
    await say('recover', '--replace', '--mnemonic-file', mnemonic);
    await writeFile(file, older);
    const password = join(user.home, 'password');
    expect(await run('show', '--password-file', password)).toMatchObject({ code: 1, stderr: expect.stringMatching(/^STORAGE: the vault .*not the newest .+\nhint: .+\n$/) as string });
    expect(await say('show', '--accept-older')).toContain('developer');
    expect(await say('show')).toContain('developer');
  });
});

/** What may have become of a vault, made of {@link MNEMONIC}: how it comes to be so, and how that is told. */
const LOSSES = [
  {
    loss: 'damaged',
    told: 'the vault is damaged',
    bring: async (file: string) => writeFile(file, (await readFile(file, 'latin1')).replace('"lanes":1', '"lanes":2')),
  },
  { loss: 'older than it was', told: 'the vault that stands here is not the newest one that was seen', bring: (file: string, older: Buffer) => writeFile(file, older) },
  { loss: 'gone', told: 'the vault that was seen here is gone', bring: (file: string) => rm(file) },
] as const;

/** A vault that took the place of another one, and that other one. */
const replaceVault = takenOnce(async (up) => {
  const keys = await makeVault(up);
  const older = await readFile(join(up.folder, 'vault'));
  await up.say('recover', '--replace', '--mnemonic-file', await mnemonicFile(up));
  return { keys, older };
});

async function setUpLoss(loss: (typeof LOSSES)[number]['loss']) {
  const up = await setUp();
  const mnemonic = await mnemonicFile(up);
  const { keys, older } = await replaceVault(up);
  const file = join(up.folder, 'vault');
  await LOSSES.find((other) => other.loss === loss)?.bring(file, older);
  return { ...up, mnemonic, keys, file };
}

describe.each(LOSSES)('given a vault that is $loss', ({ loss, told }) => {
  const refusal = { code: 1, stdout: '', stderr: expect.stringMatching(new RegExp(`^STORAGE: ${told}\nhint: .*secure-registry keyring recover --replace .*secure-registry keyring show --accept-older .*\n$`)) as string };

  test.each(['new', 'recover', 'show', 'export'])('when they call %s, then that is told before anything is asked, read or written, with the commands that help', async (name) => {
    const { user, run, mnemonic, at, file } = await setUpLoss(loss);
    const before = await filesOf(user);
    const args = { new: ['--mnemonic-file', at('words')], recover: ['--mnemonic-file', mnemonic], show: [], export: ['--out', at('keys')] }[name] ?? expect.unreachable();
    expect(await run(name, ...args, '--password-file', '/no/such')).toEqual(refusal);
    const after = await filesOf(user);
    expect([...after.keys()]).toEqual([...before.keys()]);
    expect(after.get(file.slice(user.home.length + 1))).toEqual(before.get(file.slice(user.home.length + 1)));
  });

  test('when they recover it with --replace, then the same keys are back', async () => {
    const { user, run, say, mnemonic, keys } = await setUpLoss(loss);
    const newPassword = await user.file('new-password', 'another one');
    expect((await run('recover', '--replace', '--mnemonic-file', mnemonic, '--password-file', newPassword)).code).toBe(0);
    const shown = keysIn((await run('show', '--json', '--password-file', newPassword)).stdout);
    expect(keyNamed(shown, 'developer')).toEqual(keyNamed(keys, 'developer'));
    expect(await say('recover', '--replace', '--mnemonic-file', mnemonic)).toContain('the keyring is back');
  });

  test('when they show it with --accept-older, then an older one is taken, one that is gone may be made anew, and a damaged one stays so', async () => {
    const { run, say, password, at } = await setUpLoss(loss);
    const accepted = await run('show', '--accept-older', '--password-file', password);
    const outcomes = { 'older than it was': { code: 0 }, gone: { code: 1, stderr: expect.stringMatching(/^STORAGE: there is no vault in \S+\n/) as string }, damaged: refusal };
    expect(accepted).toMatchObject(outcomes[loss]);
    if (loss === 'older than it was') expect(await say('show')).toContain('developer');
    if (loss === 'gone') expect(await say('new', '--mnemonic-file', at('words'))).toContain('a new keyring');
  });
});

describe('given secrets in files', () => {
  test.each([
    { option: '--password-file', command: ['show'], noun: 'password file' },
    { option: '--mnemonic-file', command: ['recover', '--replace'], noun: 'mnemonic file' },
    { option: '--passphrase-file', command: ['recover', '--replace', '--mnemonic-file', 'MNEMONIC'], noun: 'passphrase file' },
  ])('when the $noun is one that others may read, no file, or no text, then it is refused', async ({ option, command, noun }) => {
    const { user, run, password, mnemonic, at } = await setUpVault();
    const others = option === '--password-file' ? [] : ['--password-file', password];
    const runWith = (path: string): Promise<Outcome> => run(...command.map((word) => (word === 'MNEMONIC' ? mnemonic : word)), option, path, ...others);
    const exposed = await user.file('exposed', `${WRONG}\n`, 0o640);
    expect(await runWith(exposed)).toEqual({ code: 1, stdout: '', stderr: `FORBIDDEN: others may read the ${noun} ${exposed}\nhint: chmod 600 ${exposed}\n` });
    await writeFile(at('binary'), new Uint8Array([0xff, 0xfe, 0x41]), { mode: 0o600 });
    expect(await runWith(at('binary'))).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^INVALID_INPUT: the \w+ file \S+ is not text in UTF-8\nhint: /) as string });
    // Somebody may have given the secret itself.
    expect(spawnSync('mkfifo', [at('pipe')]).status).toBe(0);
    for (const path of [WRONG, user.home, '/dev/null', at('pipe')]) {
      expect(await runWith(path)).toMatchObject({ code: 1, stdout: '', stderr: `INVALID_INPUT: ${option} names no file that can be read\nhint: name a file that this user can read\n` });
    }
  });
});

test('given every command of a keyring, when each has run, well or badly, then no secret is anywhere but in the files that were asked for', async () => {
  const { user, run, say, said, password, at } = await setUp();
  const portal = await startPortal(user);
  await say('new', '--mnemonic-file', at('words'));
  const wrong = await user.file('wrong', `${WRONG}\n`);
  await run('show', '--password-file', wrong);
  await say('show');
  await say('show', '--json');
  await run('export', '--out', at('keys'), '--password-file', password);
  said.push(await user.run('write', 'greeting', '--name', '--data', 'x', '--revision', '0', '--key', 'device', '--password-file', password, '--portal', portal.url));
  await say('recover', '--replace', '--mnemonic-file', at('words'));
  await run('export', '--out', at('keys-after'), '--password-file', password);
  said.push(await user.pipe(`${WRONG}\n`, 'keyring', 'show', '--password-file', '-'), await portal.end('SIGTERM'));

  const mnemonic = (await readFile(at('words'), 'utf8')).trimEnd();
  const keyData = await Promise.all(['keys', 'keys-after'].map(async (name) => JSON.parse(await readFile(at(name), 'utf8')) as Record<string, Key | 1>));
  const secrets = keyData.flatMap((keys) => Object.values(keys).flatMap((key) => (key === 1 ? [] : [key.secret])));
  expect(secrets).toHaveLength(6);
  const canaries = [PASSWORD, WRONG, mnemonic, ...secrets].flatMap(spellings);
  const leaks = (text: string): boolean => canaries.some((canary) => text.includes(canary));
  const files = [...(await filesOf(user))].map(([path, bytes]) => [path, leaks(bytes.toString('latin1'))] as const);
  expect(files.map(([path]) => path)).toContain('state/secure-registry/vault/vault');
  expect(files.flatMap(([path, isLeaking]) => (isLeaking ? [path] : [])).toSorted()).toEqual(['keys', 'keys-after', 'password', 'words', 'wrong']);
  expect(said.filter(({ stdout, stderr }) => leaks(Buffer.from(stdout + stderr).toString('latin1')))).toEqual([]);
});
