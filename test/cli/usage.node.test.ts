import { describe, expect, test } from 'vitest';
import { newUser, PUBKEY } from './fixture.ts';

const KEYRING_COMMANDS = ['keyring new', 'keyring recover', 'keyring show', 'keyring export'];
const MODULE_COMMANDS = ['module build', 'module deploy'];
const COMMANDS = ['portal', 'portal-check', 'read', 'write', 'watch', ...KEYRING_COMMANDS, ...MODULE_COMMANDS, 'inspect', 'doctor'];
const DATAKEY = '00'.repeat(32);
const PORTAL = ['--portal', 'http://127.0.0.1:9'];

/** The commands that a help text lists. */
const listedIn = (text: string): string[] => text.split('\n').flatMap((line) => /^ {2}(\S+(?: \S+)?) {2,}\S/.exec(line)?.[1] ?? []);

describe('given somebody who asks for help', () => {
  test.each(['--help', '-h', 'help'])('when they say %s, then every command is listed with what it does', async (word) => {
    const { code, stdout, stderr } = await (await newUser()).run(word);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(listedIn(stdout)).toEqual(COMMANDS);
  });

  test.each(['--help', '-h', 'help'])('when they say keyring %s, or module %s, then its commands are listed', async (word) => {
    for (const [group, listed] of [['keyring', KEYRING_COMMANDS] as const, ['module', MODULE_COMMANDS] as const]) {
      const { code, stdout, stderr } = await (await newUser()).run(group, word);
      expect({ code, stderr, listed: listedIn(stdout) }).toEqual({ code: 0, stderr: '', listed });
    }
  });

  test.each(COMMANDS)('when they ask %s, then it tells its usage and every option in it', async (name) => {
    const { code, stdout, stderr } = await (await newUser()).run(...name.split(' '), '--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [usage = ''] = stdout.split('\n');
    expect(usage).toMatch(new RegExp(`^usage: secure-registry ${name} `));
    const explained = new Set(stdout.split('\n').flatMap((line) => /^ {2}--(\S+) .*\S/.exec(line)?.[1] ?? []));
    const inUsage = new Set([...usage.matchAll(/--([a-z-]+)/g)].map(([, option]) => option));
    expect(explained).toEqual(new Set([...inUsage, 'help']));
  });

  test('when they ask for help among arguments, then nothing is done but help', async () => {
    const user = await newUser();
    const { code, stdout } = await user.run('write', DATAKEY, '--data', 'x', ...PORTAL, '--help');
    expect([code, stdout.split(' ')[0]]).toEqual([0, 'usage:']);
  });
});

/** What is wrong with it, then how it is called. */
const MISUSES: readonly (readonly [fault: string, ...args: string[]])[] = [
  ['a command is missing'],
  ["unknown command 'no-such'", 'no-such'],
  ["unknown command 'constructor'", 'constructor'],
  ["unknown command '--json'", '--json'],
  ...COMMANDS.map((name): [string, ...string[]] => ["Unknown option '--no-such'", ...name.split(' '), '--no-such']),
  ['a command is missing', 'keyring'],
  ["unknown command 'keyring no-such'", 'keyring', 'no-such'],
  ["unknown command 'keyring --json'", 'keyring', '--json'],
  ...KEYRING_COMMANDS.map((name): [string, ...string[]] => ["unexpected argument 'stray'", ...name.split(' '), 'stray']),
  ['no terminal is there to show the mnemonic on; --mnemonic-file', 'keyring', 'new'],
  ['no terminal is there to show the mnemonic on; --mnemonic-file', 'keyring', 'new', '--password-file', '/no/such'],
  ['no terminal is there to ask for the password; --password-file', 'keyring', 'new', '--mnemonic-file', '/no/such'],
  ['no terminal is there to ask for the mnemonic; --mnemonic-file', 'keyring', 'recover', '--password-file', '/no/such'],
  ['no terminal is there to ask for the password; --password-file', 'keyring', 'recover', '--mnemonic-file', '/no/such'],
  ['no terminal is there to ask for the password; --password-file', 'keyring', 'show'],
  ['no terminal is there to ask for the password; --password-file', 'keyring', 'export', '--out', '/no/such'],
  ['--out is missing', 'keyring', 'export', '--password-file', '/no/such'],
  ['--words must be 12, 15, 18, 21 or 24', 'keyring', 'new', '--words', '13', '--mnemonic-file', '/no/such', '--password-file', '/no/such'],
  ['--vault must be a folder', 'keyring', 'show', '--vault', '', '--password-file', '/no/such'],
  ['a command is missing', 'module'],
  ["unknown command 'module no-such'", 'module', 'no-such'],
  ...MODULE_COMMANDS.map((name): [string, ...string[]] => ["unexpected argument 'stray'", ...name.split(' '), 'index.js', 'stray']),
  ...MODULE_COMMANDS.map((name): [string, ...string[]] => ['--portal must be an http: or https: URL', ...name.split(' '), '--portal', 'localhost:9980']),
  ...MODULE_COMMANDS.map((name): [string, ...string[]] => ['--portal must be another portal', ...name.split(' '), ...PORTAL, ...PORTAL]),
  ...MODULE_COMMANDS.map((name): [string, ...string[]] => ['--out must be a folder', ...name.split(' '), ...PORTAL, '--out', '']),
  ...MODULE_COMMANDS.map((name): [string, ...string[]] => ['--state must be a folder', ...name.split(' '), ...PORTAL, '--state', '']),
  ...MODULE_COMMANDS.map((name): [string, ...string[]] => ['BUNDLE must be a file', ...name.split(' '), '', ...PORTAL]),
  ['--portal is missing', 'module', 'deploy', '--password-file', '/no/such'],
  ['no terminal is there to ask for the password; --password-file', 'module', 'deploy', ...PORTAL],
  ...['portal-check', 'read', 'write', 'watch'].map((name): [string, ...string[]] => ['an argument is missing', name]),
  ['an argument is missing', 'read', PUBKEY, ...PORTAL],
  ["unexpected argument 'stray'", 'portal', 'stray'],
  ["unexpected argument 'stray'", 'doctor', 'stray'],
  ["unexpected argument 'stray'", 'read', PUBKEY, DATAKEY, 'stray', ...PORTAL],
  ["Option '--port <value>' argument missing", 'portal', '--port'],
  ['--port must be a number from 0 to 65535', 'portal', '--port', 'x'],
  ['--port must be a number from 0 to 65535', 'portal', '--port', '65536'],
  ['--port must be a number from 0 to 65535', 'portal', '--port=-1'],
  ['--host must be', 'portal', '--host', ''],
  ['--data must be', 'portal', '--data', ''],
  ['--generation must be A or B', 'portal', '--generation', 'C'],
  ['url must be an http or https URL', 'portal-check', 'localhost:9980'],
  ['PUBKEY must be 64 hex digits', 'read', 'xyz', DATAKEY, ...PORTAL],
  ['PUBKEY must be 64 hex digits', 'read', PUBKEY.slice(2), DATAKEY, ...PORTAL],
  ['PUBKEY must be 64 hex digits', 'watch', `ed25519:${PUBKEY}00`, DATAKEY, ...PORTAL],
  ['DATAKEY must be 64 hex digits', 'read', PUBKEY, 'a-name', ...PORTAL],
  ['DATAKEY must be 64 hex digits', 'write', 'a-name', '--data', 'x', '--key-file', '/no/such', ...PORTAL],
  ['--portal is missing', 'read', PUBKEY, DATAKEY],
  ['--portal is missing', 'watch', PUBKEY, DATAKEY],
  ['--portal must be an http: or https: URL', 'read', PUBKEY, DATAKEY, '--portal', 'localhost:9980'],
  ['--portal must be an http: or https: URL', 'watch', PUBKEY, DATAKEY, '--portal', 'ftp://127.0.0.1'],
  ['--portal must be an http: or https: URL', 'doctor', '--portal', 'nonsense'],
  ['--portal must be another portal', 'read', PUBKEY, DATAKEY, ...PORTAL, ...PORTAL],
  ['--state must be a folder', 'read', PUBKEY, DATAKEY, ...PORTAL, '--state', ''],
  ['--max-staleness must be a whole number', 'read', PUBKEY, DATAKEY, ...PORTAL, '--max-staleness', '1.5'],
  ['say who signs: --key of a vault, or --key-file', 'write', DATAKEY, '--data', 'x', ...PORTAL],
  ['--key is missing', 'write', DATAKEY, '--data', 'x', '--vault', '/no/such', ...PORTAL],
  ['--key is missing', 'write', DATAKEY, '--data', 'x', '--password-file', '/no/such', ...PORTAL],
  ...[['--key', 'developer'], ['--vault', '/no/such'], ['--password-file', '/no/such']].map((args): [string, ...string[]] => ['not both', 'write', DATAKEY, '--data', 'x', '--key-file', '/no/such', ...args, ...PORTAL]),
  ['no terminal is there to ask for the password; --password-file', 'write', DATAKEY, '--data', 'x', '--key', 'developer', ...PORTAL],
  ['--portal is missing', 'write', DATAKEY, '--data', 'x', '--key', 'developer', '--password-file', '/no/such'],
  ['say what to write', 'write', DATAKEY, '--key-file', '/no/such', ...PORTAL],
  ['say what to write', 'write', DATAKEY, '--data', 'x', '--delete', '--key-file', '/no/such', ...PORTAL],
  ['--data-hex must be hex digits', 'write', DATAKEY, '--data-hex', '0g', '--key-file', '/no/such', ...PORTAL],
  ['--data-hex must be hex digits', 'write', DATAKEY, '--data-hex', '000', '--key-file', '/no/such', ...PORTAL],
  ['at most 113 bytes', 'write', DATAKEY, '--data-hex', '00'.repeat(114), '--key-file', '/no/such', ...PORTAL],
  ['at most 113 bytes', 'write', DATAKEY, '--data', 'x'.repeat(114), '--key-file', '/no/such', ...PORTAL],
  ['at most 113 bytes', 'write', DATAKEY, '--data', 'ä'.repeat(57), '--key-file', '/no/such', ...PORTAL],
  ...['x', '-1', '1.5', '01', '1n', '', '18446744073709551616', '99999999999999999999'].map((revision): [string, ...string[]] => [
    '--revision must be a number from 0 to 18446744073709551615, or next',
    'write',
    DATAKEY,
    '--data',
    'x',
    `--revision=${revision}`,
    '--key-file',
    '/no/such',
    ...PORTAL,
  ]),
];

describe('given somebody who calls a command wrongly', () => {
  test.each(MISUSES.map(([fault, ...args]) => ({ fault, args, call: args.join(' ').slice(0, 60) })))(
    'when they say "$call", then they are told "$fault" and the usage, with exit code 2',
    async ({ fault, args }) => {
      const { code, stdout, stderr } = await (await newUser()).run(...args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      const group = args[0] === 'keyring' || args[0] === 'module' ? `${args[0]} ` : '';
      const name = COMMANDS.find((command) => command === (group === '' ? args[0] : `${group}${args[1]}`)) ?? `${group}COMMAND`;
      const [told, usage, ...rest] = stderr.split('\n');
      expect(told).toContain(fault);
      expect(usage).toMatch(new RegExp(`^usage: secure-registry ${name} `));
      expect(rest).toEqual(['']);
    },
  );
});
