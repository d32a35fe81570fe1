#!/usr/bin/env node
import { RegistryError, type ErrorCode } from '../error.ts';
import { UsageError, type Command } from './command.ts';
import { doctorCommand } from './doctor.ts';
import { portalCommand } from './portal.ts';
import { portalCheckCommand } from './portal-check.ts';
import { readCommand } from './read.ts';
import { watchCommand } from './watch.ts';
import { writeCommand } from './write.ts';

/** Every command, in the order in which they are listed. */
const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['portal', portalCommand],
  ['portal-check', portalCheckCommand],
  ['read', readCommand],
  ['write', writeCommand],
  ['watch', watchCommand],
  ['doctor', doctorCommand],
]);

/** What somebody at a terminal can do about it; where none stands here, the error's own says. */
const HINTS: { readonly [code in ErrorCode]?: string } = {
  UNREACHABLE: 'see whether the portals run, and whether their URLs are right',
  TIMEOUT: 'try again, or name more portals',
  STALE: 'try again, or name more portals',
  REJECTED: 'secure-registry portal-check URL tells whether the portal keeps to the protocol',
};

process.exitCode = await main(process.argv.slice(2));

/** @returns the exit code: 0 done, 1 failed, 2 called wrongly */
async function main([name, ...argv]: readonly string[]): Promise<number> {
  if (name === '--help' || name === '-h' || name === 'help') {
    console.log(overview());
    return 0;
  }
  const command = COMMANDS.get(name ?? '');
  if (name === undefined || command === undefined) {
    console.error(name === undefined ? 'a command is missing' : `unknown command '${name}'`);
    console.error(`usage: secure-registry COMMAND [OPTIONS] (one of ${[...COMMANDS.keys()].join(', ')}; --help tells more)`);
    return 2;
  }
  return await runCommand(name, command, argv);
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
    console.error(failureText(error));
    return 1;
  }
}

function failureText(error: unknown): string {
  if (error instanceof RegistryError) {
    const { code, message, current } = error;
    const hint = HINTS[code] ?? error.hint;
    return [`${code}: ${message}`, ...(current === undefined ? [] : [`newest known: revision ${current.revision}`]), ...(hint === undefined ? [] : [`hint: ${hint}`])].join('\n');
  }
  // Nothing that was foreseen; its stack would tell nobody anything who is not its author.
  return `FAILED: ${error instanceof Error ? error.message : String(error)}`;
}

function overview(): string {
  const width = Math.max(...[...COMMANDS.keys()].map(({ length }) => length));
  const lines = [...COMMANDS].map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return ['usage: secure-registry COMMAND [OPTIONS]', '', ...lines, '', 'Each command has --help.'].join('\n');
}
