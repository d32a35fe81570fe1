import { command, UsageError } from './command.ts';
import { ENTRY_OPTIONS, keyArguments, withProgress, withRuntime } from './entry-arguments.ts';
import { jsonOf, textOf } from './presentation.ts';

/** `secure-registry read`: an entry as it is now. */
export const readCommand = command({
  summary: 'read an entry',
  usage: 'PUBKEY DATAKEY --portal URL [--portal URL] [--name] [--max-staleness MS] [--state DIR] [--json]',
  positionals: [2, 2],
  options: {
    ...ENTRY_OPTIONS,
    'max-staleness': { type: 'string', help: 'how long ago, in milliseconds, a portal may have confirmed it (default 0: ask now)' },
  },
  async run({ portal, name = false, state, json = false, 'max-staleness': staleness = '0' }, [pubkey = '', datakey = '']) {
    const key = keyArguments(pubkey, datakey, name);
    if (!/^\d{1,15}$/.test(staleness)) throw new UsageError('--max-staleness must be a whole number of milliseconds');
    return withRuntime({ portal, state }, async (runtime) => {
      const result = await withProgress('asking portals', runtime.read(key, { maxStaleness: Number(staleness) }));
      console.log(json ? jsonOf(result) : textOf(result));
      return 0;
    });
  },
});
