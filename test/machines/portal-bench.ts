import { fromCallback } from 'xstate';
import { portalMachine, type PortalContext, type SocketCommand } from '../../machines/portal.ts';
import { DEAD, hostMachine, type Bench, type Seen } from './bench.ts';
import { TIMES, URLS, type PortalHappening, type PortalModel } from './portal-table.ts';

export interface PortalSight {
  readonly actor: Seen;
  /** Every socket that was ever opened, by its portal, and those that are open. */
  readonly opened: readonly string[];
  readonly open: readonly string[];
  readonly proofs: number;
  /** How long until the next timer; there is never more than one. */
  readonly waits: readonly number[];
}

/** The portal machine on a port, with sockets that do only what a test tells them. */
export function openPortalBench() {
  const opened: string[] = [];
  const open: string[] = [];
  let proofs = 0;
  const socket = fromCallback<SocketCommand | { readonly type: 'THROW' }, { url: string }>(({ input, receive }) => {
    opened.push(input.url);
    open.push(input.url);
    const leave = (): void => void open.splice(open.indexOf(input.url), 1);
    receive(({ type }) => {
      if (type === 'PROVE') return void proofs++;
      leave(); // whatever throws is not open
      throw new Error('the platform refuses');
    });
    return leave;
  });
  const machine = portalMachine.provide({ actors: { socket: socket as never } });
  const hosted = hostMachine(machine, { input: { urls: URLS, times: TIMES } });
  return {
    clock: hosted.clock,
    taken: hosted.taken,
    close: hosted.close,
    async happen(event: PortalHappening): Promise<void> {
      const [left = 1_000_000] = hosted.clock.waits;
      if (event.type === 'TIME UP') return hosted.clock.pass(left);
      if (event.type === 'A MOMENT') return hosted.clock.pass(Math.floor(left / 2));
      if (event.type === 'SOCKET_THREW') return hosted.tellChild('socket', { type: 'THROW' });
      return hosted.send(event);
    },
    isPossible: ({ type }: PortalHappening): boolean => (type === 'TIME UP' ? hosted.clock.waits.length > 0 : type === 'SOCKET_THREW' ? hosted.hasChild('socket') : true),
    look: async (): Promise<PortalSight> => ({ actor: rounded(await hosted.look()), opened: [...opened], open: [...open], proofs, waits: hosted.clock.waits }),
  } satisfies Bench<PortalHappening, PortalSight> & { clock: unknown };
}

/** An average, as far as arithmetic agrees on it. */
const inShort = (milliseconds: number | undefined): number | undefined => (milliseconds === undefined ? undefined : Math.round(milliseconds * 1e6) / 1e6);

function rounded(seen: Seen): Seen {
  if (seen.context === undefined) return seen;
  const context = seen.context as PortalContext;
  return { ...seen, context: { ...context, portals: context.portals.map((portal) => ({ ...portal, latency: inShort(portal.latency) })) } };
}

/** What is to be seen of the machine where the oracle is right. */
export function showPortal({ state, current, round, rounds, failures, latency, opened, proofs, left }: PortalModel): PortalSight {
  const isOnline = state.startsWith('online.');
  const portals = URLS.map((url) => ({ url, failures: failures[url]?.count ?? 0, lastFailure: failures[url]?.last, latency: inShort(latency[url]) }));
  const context = { portals, current: URLS.findIndex((url) => url === current), tried: round.length, rounds, times: TIMES };
  return {
    actor: state === 'dead' ? DEAD : { status: 'active', state, context },
    opened,
    open: isOnline ? [current] : [],
    proofs,
    waits: left === undefined ? [] : [left],
  };
}
