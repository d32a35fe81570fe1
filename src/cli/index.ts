#!/usr/bin/env node
import { RegistryError, type ErrorCode } from '../error.ts';
import { UsageError, type Command } from './command.ts';
import { Interrupted } from './terminal.ts';

/** Every command, by its name of one word or two, in the order in which they are listed. Loaded when it is asked for: what the others need takes a multiple of the time. */
const COMMANDS: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['portal', async () => (await import('./portal.ts')).portalCommand],
  ['portal-check', async () => (await import('./portal-check.ts')).portalCheckCommand],
  ['read', async () => (await import('./read.ts')).readCommand],
  ['write', async () => (await import('./write.ts')).writeCommand],
  ['watch', async () => (await import('./watch.ts')).watchCommand],
  ['keyring new', async () => (await import('./keyring/new.ts')).newCommand],
  ['keyring recover', async () => (await import('./keyring/recover.ts')).recoverCommand],
  ['keyring show', async () => (await import('./keyring/show.ts')).showCommand],
  ['keyring export', async () => (await import('./keyring/export.ts')).exportCommand],
  ['module build', async () => (await import('./module/build.ts')).buildCommand],
  ['module deploy', async () => (await import('./module/deploy.ts')).deployCommand],
  ['inspect', async () => (await import('./inspect/inspect.ts')).inspectCommand],
  ['doctor', async () => (await import('./doctor.ts')).doctorCommand],
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
    console.log(await overview(group));
    return 0;
  }
  const name = `${group}${asked}`;
  const load = COMMANDS.get(name);
  if (load !== undefined) return await runCommand(name, await load(), argv);
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

async function overview(group: string): Promise<string> {
  const listed = await Promise.all([...COMMANDS].filter(([name]) => name.startsWith(group)).map(async ([name, load]) => ({ name, summary: (await load()).summary })));
  const width = Math.max(...listed.map(({ name }) => name.length));
  const lines = listed.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return [`usage: secure-registry ${group}COMMAND [OPTIONS]`, '', ...lines, '', 'Each command has --help.'].join('\n');
}
