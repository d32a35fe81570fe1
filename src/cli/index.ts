#!/usr/bin/env node
import { RegistryError, type ErrorCode } from '../error.ts';
import { UsageError, type Command } from './command.ts';
import { doctorCommand } from './doctor.ts';
import { exportCommand } from './keyring/export.ts';
import { newCommand } from './keyring/new.ts';
import { recoverCommand } from './keyring/recover.ts';
import { showCommand } from './keyring/show.ts';
import { portalCommand } from './portal.ts';
import { portalCheckCommand } from './portal-check.ts';
import { readCommand } from './read.ts';
import { Interrupted } from './terminal.ts';
import { watchCommand } from './watch.ts';
import { writeCommand } from './write.ts';

/** Every command, by its name of one word or two, in the order in which they are listed. */
const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['portal', portalCommand],
  ['portal-check', portalCheckCommand],
  ['read', readCommand],
  ['write', writeCommand],
  ['watch', watchCommand],
  ['keyring new', newCommand],
  ['keyring recover', recoverCommand],
  ['keyring show', showCommand],
  ['keyring export', exportCommand],
  ['doctor', doctorCommand],
]);

/** What somebody at a terminal can do about an error that does not say it itself. */
const HINTS: { readonly [code in ErrorCode]?: string } = {
  UNREACHABLE: 'see whether the portals run, and whether their URLs are right',
  TIMEOUT: 'try again, or name more portals',
  STALE: 'try again, or name more portals',
  WRONG_PASSWORD: 'try again; where it is lost, secure-registry keyring recover --replace makes the vault anew, of the mnemonic',
  UNKNOWN_KEY: 'secure-registry keyring show lists the keys',
  REJECTED: 'secure-registry portal-check URL tells whether the portal keeps to the protocol',
};

/** As shells tell of what SIGINT ended. */
const INTERRUPTED = 130;

const HELP_WORDS: ReadonlySet<string> = new Set(['--help', '-h', 'help']);

process.exitCode = await main(process.argv.slice(2));

/** @returns the exit code: 0 done, 1 failed, 2 called wrongly, 130 interrupted while something was asked */
async function main(words: readonly string[]): Promise<number> {
  const [first = '', second = ''] = words;
  const group = namesIn(`${first} `).length > 0 ? `${first} ` : '';
  const [asked, argv] = group === '' ? [first, words.slice(1)] : [second, words.slice(2)];
  if (HELP_WORDS.has(asked)) {
    console.log(overview(group));
    return 0;
  }
  const name = `${group}${asked}`;
  const command = COMMANDS.get(name);
  if (command !== undefined) return await runCommand(name, command, argv);
  console.error(asked === '' ? 'a command is missing' : `unknown command '${name}'`);
  console.error(`usage: secure-registry ${group}COMMAND [OPTIONS] (one of ${namesIn(group).join(', ')}; --help tells more)`);
  return 2;
}

async function runCommand(name: string, command: Command, argv: readonly string[]): Promise<number> {
  try {
    const result = await command.run(argv);
    if (result !== 'help') return result;
    console.log(command.help(name));
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message}\n${command.usage(name)}`);
      return 2;
    }
    if (error instanceof Interrupted) return INTERRUPTED; // who pressed the keys knows why
    console.error(failureText(error));
    return 1;
  }
}

function failureText(error: unknown): string {
  if (error instanceof RegistryError) {
    const { code, message, current } = error;
    const hint = error.hint ?? HINTS[code];
    return [`${code}: ${message}`, ...(current === undefined ? [] : [`newest known: revision ${current.revision}`]), ...(hint === undefined ? [] : [`hint: ${hint}`])].join('\n');
  }
  // Nothing that was foreseen; its stack would tell nobody anything who is not its author.
  return `FAILED: ${error instanceof Error ? error.message : String(error)}`;
}

/** The commands of a group, or all. */
function namesIn(group: string): readonly string[] {
  return [...COMMANDS.keys()].filter((name) => name.startsWith(group));
}

function overview(group: string): string {
  const names = namesIn(group);
  const width = Math.max(...names.map(({ length }) => length));
  const lines = names.map((name) => `  ${name.padEnd(width)}  ${COMMANDS.get(name)?.summary}`);
  return [`usage: secure-registry ${group}COMMAND [OPTIONS]`, '', ...lines, '', 'Each command has --help.'].join('\n');
}
