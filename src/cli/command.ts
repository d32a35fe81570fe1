import { parseArgs, type ParseArgsConfig } from 'node:util';

type Options = NonNullable<ParseArgsConfig['options']>;
type Values<O extends Options> = ReturnType<typeof parseArgs<{ options: O; allowPositionals: true; strict: true }>>['values'];

/** One command: what it is called with, what it says of itself, and what it does. */
export interface CommandSpec<O extends Options> {
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What follows the command's name: `URL [--json]`. */
  readonly usage: string;
  /** By option, as for `parseArgs`, with what it means. */
  readonly options: { readonly [name in keyof O]: O[name] & { readonly help: string } };
  /** How many arguments it takes besides options: the least and the most. */
  readonly positionals: readonly [least: number, most: number];
  /** @returns the exit code. What it throws is printed as `CODE: message`; a {@link UsageError} with the usage line. */
  run(values: Values<O>, positionals: readonly string[]): Promise<number>;
}

export interface Command {
  readonly summary: string;
  help(name: string): string;
  usage(name: string): string;
  /** @throws UsageError for arguments it does not take */
  run(argv: readonly string[]): Promise<number | 'help'>;
}

/** Arguments that cannot be used: exit code 2 and the usage line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Makes a command of its description; `--help` comes with it. */
export function command<const O extends Options>(spec: CommandSpec<O>): Command {
  const usage = (name: string) => `usage: secure-registry ${name} ${spec.usage}`.trimEnd();
  const options: Options = { ...spec.options, help: { type: 'boolean' } };
  return {
    summary: spec.summary,
    usage,
    help: (name) => [usage(name), '', spec.summary, '', ...optionLines(spec.options), '  --help  this text'].join('\n'),
    async run(argv) {
      const { values, positionals } = parse(argv, options);
      if (values['help'] === true) return 'help';
      const [least, most] = spec.positionals;
      if (positionals.length < least) throw new UsageError('an argument is missing');
      if (positionals.length > most) throw new UsageError(`unexpected argument '${positionals[most]}'`);
      return await spec.run(values as Values<O>, positionals);
    },
  };
}

function parse(argv: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    // The first sentence; what follows is advice on quoting.
    if (error instanceof TypeError) throw new UsageError(error.message.split('. ')[0]);
    throw error;
  }
}

function optionLines(options: Readonly<Record<string, { readonly type: string; readonly help: string }>>): string[] {
  return Object.entries(options).map(([name, { type, help }]) => `  --${name}${type === 'string' ? ` ${name.split('-').at(-1)?.toUpperCase()}` : ''}  ${help}`);
}
