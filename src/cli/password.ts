import { RegistryError } from '../error.ts';
import { UsageError } from './command.ts';
import { readPipedLine, readSecretLine, type SecretFile } from './secret-file.ts';
import { theTerminal, type Terminal } from './terminal.ts';

/** The option of every command that needs a password. */
export const PASSWORD_OPTION = {
  'password-file': { type: 'string', help: 'a file whose first line is the password, readable by nobody else; - for standard input, from a pipe (default: the terminal is asked)' },
} as const;

/** Somebody may take the option for the password's. */
const PASSWORD_FILE: SecretFile = { option: '--password-file', noun: 'password file', isSecret: () => true };
const PASSPHRASE_FILE: SecretFile = { option: '--passphrase-file', noun: 'passphrase file', isSecret: () => true };

/** How often somebody may mistype. */
const TRIES = 3;

/** How somebody at a terminal is asked. */
export interface PasswordPrompts {
  known(terminal: Terminal): Promise<string>;
  chosen(terminal: Terminal): Promise<string>;
}

/** Where a password comes from. */
export interface Passwords {
  /** The one it has. */
  known(): Promise<string>;
  /** The one it is to have. */
  chosen(): Promise<string>;
}

const VAULT_PROMPTS: PasswordPrompts = { known: (terminal) => terminal.ask('password of the vault: '), chosen: choosePassword };

/**
 * @param file what `--password-file` says
 * @param prompts where it says nothing; a vault's, unless told otherwise
 * @throws UsageError where nobody can be asked
 */
export function passwordsFrom(file: string | undefined, prompts = VAULT_PROMPTS): Passwords {
  if (file === '-') {
    if (process.stdin.isTTY) throw new UsageError('--password-file - reads from a pipe; without it the terminal is asked');
    const read = () => readPipedLine(process.stdin, PASSWORD_FILE);
    return { known: read, chosen: read };
  }
  if (file !== undefined) {
    const read = () => readSecretLine(file, PASSWORD_FILE);
    return { known: read, chosen: read };
  }
  const terminal = theTerminal();
  if (terminal === undefined) throw new UsageError('no terminal is there to ask for the password; --password-file names a file that holds it, or - for standard input');
  return { known: () => prompts.known(terminal), chosen: () => prompts.chosen(terminal) };
}

/**
 * @returns undefined for no file
 * @throws RegistryError as `readSecretLine`
 */
export async function readPassphrase(file: string | undefined): Promise<string | undefined> {
  return file === undefined ? undefined : readSecretLine(file, PASSPHRASE_FILE);
}

/**
 * Asks for a new password, twice.
 * @throws RegistryError `INVALID_INPUT` if they were never the same, and as `Terminal.ask`
 */
export async function choosePassword(terminal: Terminal): Promise<string> {
  for (let tries = TRIES; tries > 0; tries--) {
    const password = await terminal.ask('new password for the vault: ');
    if (password === '') terminal.say('A password has at least one character.');
    else if ((await terminal.ask('the same again: ')) === password) return password;
    else terminal.say('These were two different ones.');
  }
  throw new RegistryError('INVALID_INPUT', `no password was typed twice in ${TRIES} tries`, { hint: 'start again' });
}
