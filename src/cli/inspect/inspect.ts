import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { RegistryError } from '../../error.ts';
import { readRecording, replayRecording, type Replay } from '../../inspect.ts';
import { command, UsageError } from '../command.ts';
import { portFrom } from '../port-argument.ts';
import { AttachedRuntimes } from './attached.ts';
import { InspectorServer } from './inspector-server.ts';
import { Pages } from './pages.ts';

const DEFAULT_PORT = 4411;

/** Differences that are printed. */
const MOST_SHOWN = 20;

const session = (mode: 'live' | 'recording') => [
  '/session.json',
  () => ({ type: 'application/json', body: [JSON.stringify({ mode })] }),
] as const;

/** `secure-registry inspect`: what happens in runtimes, in a page; recorded, or played back. */
export const inspectCommand = command({
  summary: 'show what happens in runtimes, record it, or play a recording',
  usage: '--attach | --record FILE | --replay FILE [--check] [--port N] [--origin ORIGIN]',
  positionals: [0, 0],
  options: {
    attach: { type: 'boolean', help: 'show the runtimes that report here, by connectInspector(runtime, { url }), until Ctrl-C' },
    record: { type: 'string', help: 'as --attach, and write what they report into a file each: this one, and for further ones this and .2, .3 …' },
    replay: { type: 'string', help: 'feed a recording back to the machines, say whether they come to the same states, and show it until Ctrl-C' },
    check: { type: 'boolean', help: 'with --replay: show nothing; exit code 1 where the states differ, or nothing can be fed back' },
    port: { type: 'string', help: `the port of the page and of runtimes, on this machine alone; 0 for any free one (default ${DEFAULT_PORT})` },
    origin: { type: 'string', multiple: true, help: 'a web page of this origin may report, too; those of this machine may anyhow' },
  },
  async run({ attach = false, record, replay, check = false, port, origin = [] }) {
    if (record === '' || replay === '') throw new UsageError('FILE must be the name of a file');
    const isAttached = attach || record !== undefined;
    if (isAttached === (replay !== undefined)) throw new UsageError('one of --attach, --record and --replay must be named');
    if (check && replay === undefined) throw new UsageError('--check needs --replay');
    const place = { port: portFrom(port, DEFAULT_PORT), origins: new Set(origin.map(originFrom)) };
    // Listened for before anything is open: a signal that comes meanwhile must not end it half open.
    const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
    return replay === undefined ? showAttached(place, record, stopped) : showRecording(place, replay, check, stopped);
  },
});

type Place = Pick<Parameters<typeof InspectorServer.start>[0], 'port' | 'origins'>;

async function showAttached(place: Place, record: string | undefined, stopped: Promise<unknown>): Promise<number> {
  if (record !== undefined && existsSync(record)) throw new RegistryError('STORAGE', `${record} is there already`, { hint: 'name another file, or remove it' });
  const pages = new Pages();
  const runtimes = new AttachedRuntimes({ pages, record, say: (line) => console.log(line) });
  const server = await InspectorServer.start({ ...place, files: new Map([session('live')]), onPage: (page) => pages.add(page, runtimes.standing()), onRuntime: (socket, name) => runtimes.add(socket, name) });
  console.log(`inspector at http://127.0.0.1:${server.port}/`);
  console.log(`a runtime reports by connectInspector(runtime, { url: 'ws://127.0.0.1:${server.port}' })`);
  try {
    await Promise.race([stopped, runtimes.failed]);
  } finally {
    await runtimes.close().finally(() => server.close());
  }
  return 0;
}

async function showRecording(place: Place, path: string, isCheck: boolean, stopped: Promise<unknown>): Promise<number> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new RegistryError('STORAGE', `${path} cannot be read`, { cause });
  });
  const lines = text.split('\n');
  const replayed = replayRecording(readRecording(lines));
  for (const line of summaryOf(replayed)) console.log(line);
  if (isCheck) return replayed.events > 0 && replayed.differences.length === 0 ? 0 : 1;
  const recording = () => ({ type: 'application/x-ndjson', body: lines.map((line) => `${line}\n`) });
  const server = await InspectorServer.start({ ...place, files: new Map([session('recording'), ['/recording.jsonl', recording]]), onPage: (page) => page.close() });
  console.log(`inspector at http://127.0.0.1:${server.port}/`);
  await stopped;
  server.close();
  return 0;
}

function summaryOf({ actors, events, unknown, differences }: Replay): readonly string[] {
  return [
    events === 0 ? 'nothing was fed back' : `${events} events fed back to ${actors} actors: ${differences.length === 0 ? 'the same states' : `${differences.length} other states`}`,
    ...(unknown.length === 0 ? [] : [`not fed back, as this version does not know them to the letter: ${unknown.join(', ')}`]),
    ...differences.slice(0, MOST_SHOWN).map(({ report, sessionId, event, recorded, replayed }) => `report ${report}: ${sessionId} after ${event}: ${JSON.stringify(recorded)} recorded, ${JSON.stringify(replayed)} now`),
    ...(differences.length > MOST_SHOWN ? [`and ${differences.length - MOST_SHOWN} more`] : []),
  ];
}

function originFrom(text: string): string {
  if (!URL.canParse(text) || new URL(text).origin !== text) throw new UsageError('--origin must be an origin as browsers spell it, like https://app.example');
  return text;
}
