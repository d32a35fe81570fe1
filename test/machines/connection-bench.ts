import { fromCallback, sendTo, setup } from 'xstate';
import { connectionMachine, type ConnectionInput, type ConnectionNews, type SocketCommand } from '../../machines/connection.ts';
import type { Bench } from '../../src/testing/model/index.ts';
import { AlarmClock } from './alarm-clock.ts';
import { DEAD, hostMachine, type Seen } from './bench.ts';
import { deadlineOf, inWords, NUMBER, TIMES, waitsOf, type ConnectionHappening, type ConnectionModel } from './connection-table.ts';

const INPUT: ConnectionInput = { connection: NUMBER, url: 'https://a.example', times: TIMES };

export interface ConnectionSight {
  readonly actor: Seen;
  readonly commands: readonly SocketCommand['type'][];
  readonly isOpen: boolean;
  readonly news: readonly string[];
  /** How long each timer was set for, the shortest first. */
  readonly waits: readonly number[];
}

const NEWS: ReadonlySet<string> = new Set<ConnectionNews['type']>(['PROVEN', 'ANSWERED', 'TRUSTED', 'SLOW', 'LOST', 'RETIRED']);

/** The connection machine on a port, as the child of a machine that hands it every event and listens, with a socket that a test speaks for. */
export function openConnectionBench() {
  const commands: SocketCommand['type'][] = [];
  const news: string[] = [];
  const sockets: string[] = [];
  const socket = fromCallback<SocketCommand | { readonly type: 'THROW' }, ConnectionInput>(({ input, receive }) => {
    sockets.push(input.url);
    const leave = (): void => void sockets.splice(0);
    receive(({ type }) => {
      if (type !== 'THROW') return void commands.push(type);
      leave(); // whatever throws is not open
      throw new Error('the platform refuses');
    });
    return leave;
  });
  const parent = setup({
    actors: { connection: connectionMachine.provide({ actors: { socket: socket as never } }) },
    actions: {
      listen: ({ event }) => void news.push(inWords(event as ConnectionNews)),
      handOn: sendTo('connection', ({ event }) => event as never),
    },
    guards: { isNews: ({ event }) => NEWS.has(event.type) },
  }).createMachine({
    id: 'parent',
    invoke: { id: 'connection', src: 'connection', input: INPUT },
    on: {
      ...Object.fromEntries(connectionMachine.events.map((type) => [type, { actions: 'handOn' as const }])),
      '*': { guard: 'isNews', actions: 'listen' },
    },
  });
  const hosted = hostMachine(parent, { input: undefined, clock: new AlarmClock(), child: 'connection' });
  const stateNow = async (): Promise<string> => (await hosted.look()).state ?? '';
  return {
    clock: hosted.clock,
    taken: () => hosted.taken,
    close: hosted.close,
    async happen(event: ConnectionHappening): Promise<void> {
      if (event.type === 'SUSPICION') return hosted.clock.ring([TIMES.suspicion]);
      if (event.type === 'TIME UP') return hosted.clock.ring([deadlineOf(await stateNow()) ?? -1]);
      if (event.type === 'SOCKET THREW') return hosted.tellGrandchild('connection', 'socket', { type: 'THROW' });
      return hosted.send(event);
    },
    isPossible: ({ type }: ConnectionHappening): boolean =>
      type === 'SUSPICION'
        ? hosted.clock.waits.includes(TIMES.suspicion)
        : type === 'TIME UP'
          ? hosted.clock.waits.some((wait) => wait !== TIMES.suspicion)
          : type === 'SOCKET THREW'
            ? sockets.length > 0
            : true,
    look: async (): Promise<ConnectionSight> => ({ actor: await hosted.look(), commands: [...commands], isOpen: sockets.length > 0, news: [...news], waits: hosted.clock.waits }),
  } satisfies Bench<ConnectionHappening, ConnectionSight> & { clock: unknown };
}

/** What is to be seen of the machine where the oracle is right. */
export function showConnection(model: ConnectionModel): ConnectionSight {
  const { state, commands, news } = model;
  return { actor: state === 'dead' ? DEAD : { status: 'active', state, context: INPUT }, commands, isOpen: state.startsWith('open.'), news, waits: waitsOf(model) };
}
