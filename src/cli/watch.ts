import { once } from 'node:events';
import { distinctUntilChanged, filter, firstValueFrom, map, skip } from 'rxjs';
import type { Runtime } from '../runtime.ts';
import { command } from './command.ts';
import { ENTRY_OPTIONS, keyArguments, withProgress, withRuntime } from './entry-arguments.ts';
import { jsonOf, lineOf } from './presentation.ts';

/** `secure-registry watch`: an entry as it becomes, until it is told to stop. */
export const watchCommand = command({
  summary: 'print a line whenever an entry changes, until Ctrl-C',
  usage: 'PUBKEY DATAKEY --portal URL [--portal URL] [--name] [--status] [--state DIR] [--json]',
  positionals: [2, 2],
  options: { ...ENTRY_OPTIONS, status: { type: 'boolean', help: 'a line, too, when only the status changes' } },
  async run({ portal, name = false, state, json = false, status = false }, [pubkey = '', datakey = '']) {
    const key = keyArguments(pubkey, datakey, name);
    const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
    return withRuntime({ portal, state }, async (runtime) => {
      const failovers = followFailovers(runtime).subscribe((url) => console.error(`failed over to ${url}`));
      const updates = runtime.watch(key, { status }).subscribe((result) => console.log(json ? jsonOf(result) : lineOf(result)));
      await withProgress('waiting for a portal', Promise.race([firstValueFrom(runtime.watch(key)), stopped]));
      await stopped;
      updates.unsubscribe();
      failovers.unsubscribe();
      return 0;
    });
  },
});

/** The URL of every portal that is connected after another one. */
function followFailovers(runtime: Runtime) {
  return runtime.portals$.pipe(
    map((portals) => portals.find(({ state }) => state === 'live')?.url),
    filter((url) => url !== undefined),
    distinctUntilChanged(),
    skip(1),
  );
}
