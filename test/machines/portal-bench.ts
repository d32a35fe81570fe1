import { fromCallback, fromPromise } from 'xstate';
import type { ConnectionInput } from '../../machines/connection.ts';
import { portalMachine, type PortalContext } from '../../machines/portal.ts';
import type { Bench } from '../../src/testing/model/index.ts';
import { AlarmClock } from './alarm-clock.ts';
import { DEAD, hostMachine, settling, type Seen, type Settling } from './bench.ts';
import { BACKOFFS, QUARANTINES, TIMES, URLS, type PortalHappening, type PortalModel } from './portal-table.ts';

export interface PortalSight {
  readonly actor: Seen;
  /** Every connection that was ever begun, by its portal, and the numbers of those that were not stopped. */
  readonly begun: readonly string[];
  readonly running: readonly number[];
  readonly commands: readonly string[];
  /** The portals that are being checked. */
  readonly checks: readonly string[];
  /** How long each timer was set for, the shortest first. */
  readonly waits: readonly number[];
}

/** The portal machine on a port, with connections and checks that a test speaks for. */
export function openPortalBench() {
  const begun: string[] = [];
  const running = new Set<number>();
  const tellers = new Map<number, (event: never) => void>();
  const commands: string[] = [];
  const checks = new Map<string, Settling<void>>();
  const connection = fromCallback<{ readonly type: string }, ConnectionInput>(({ input, sendBack, receive }) => {
    begun.push(input.url);
    if (input.connection !== begun.length || input.times !== TIMES) throw new Error('a connection is not told what it is');
    running.add(input.connection);
    tellers.set(input.connection, sendBack);
    receive(({ type }) => void commands.push(`${type} ${input.connection}`));
    return () => void running.delete(input.connection);
  });
  const check = fromPromise<void, { readonly url: string }>(({ input, signal }) => {
    const settle = settling<void>();
    checks.set(input.url, settle);
    signal.addEventListener('abort', () => void checks.delete(input.url));
    return settle.promise.finally(() => checks.delete(input.url));
  });
  const hosted = hostMachine(portalMachine.provide({ actors: { connection: connection as never, check } }), { input: { urls: URLS, times: TIMES }, clock: new AlarmClock() });

  /** As the connection itself would tell it; where it was stopped, as if the word had been on its way. */
  const tell = (event: Extract<PortalHappening, { readonly age: number }>): void => {
    const { age, ...rest } = event;
    tellers.get(begun.length - age)?.({ ...rest, connection: begun.length - age } as never);
  };
  async function happen(event: PortalHappening): Promise<void> {
    switch (event.type) {
      case 'BACKOFF OVER':
        return hosted.clock.ring(BACKOFFS);
      case 'PAUSE OVER':
        return hosted.clock.ring([TIMES.hurryPause]);
      case 'RETURN DUE':
        return hosted.clock.ring([TIMES.returnInterval]);
      case 'PAROLE DUE':
        return hosted.clock.ring(QUARANTINES);
      case 'CHECK DUE':
        return hosted.clock.ring([TIMES.checkInterval]);
      case 'CHECK ENDED':
        return [...checks.values()].forEach(({ resolve }) => resolve());
      case 'CHECK FAILED':
        return [...checks.values()].forEach(({ reject }) => reject(new Error('no answer')));
      case 'PROVEN':
      case 'ANSWERED':
      case 'TRUSTED':
      case 'SLOW':
      case 'RETIRED':
      case 'LOST':
        if (running.has(begun.length - event.age)) return tell(event);
        // From one that is gone nothing comes but what was sent before: over the port it is the same.
        return hosted.send({ ...event, connection: begun.length - event.age } as never);
      default:
        return hosted.send(event);
    }
  }
  const rings = (durations: readonly number[]): boolean => hosted.clock.waits.some((wait) => durations.includes(wait));
  return {
    clock: hosted.clock,
    taken: () => hosted.taken,
    close: hosted.close,
    happen,
    isPossible: ({ type }: PortalHappening): boolean =>
      type === 'BACKOFF OVER' ? rings(BACKOFFS) : type === 'PAUSE OVER' ? rings([TIMES.hurryPause]) : type === 'RETURN DUE' ? rings([TIMES.returnInterval]) : true,
    look: async (): Promise<PortalSight> => ({
      actor: rounded(await hosted.look()),
      begun: [...begun],
      running: [...running],
      commands: [...commands],
      checks: [...checks.keys()],
      waits: hosted.clock.waits,
    }),
  } satisfies Bench<PortalHappening, PortalSight> & { clock: unknown };
}

/** An average, as far as arithmetic agrees on it. */
const inShort = (measured: number | undefined): number | undefined => (measured === undefined ? undefined : Math.round(measured * 1e6) / 1e6);
export const shortened = (portals: PortalContext['portals']): PortalContext['portals'] =>
  portals.map(({ latency, trouble, ...portal }) => ({ ...portal, trouble: inShort(trouble) ?? 0, ...(latency === undefined ? {} : { latency: inShort(latency) ?? 0 }) }));

function rounded(seen: Seen): Seen {
  if (seen.context === undefined) return seen;
  const context = seen.context as PortalContext;
  return { ...seen, context: { ...context, portals: shortened(context.portals) } };
}

/** What is to be seen of the machine where the oracle is right. */
export function showPortal(model: PortalModel): PortalSight {
  const { state, portals, connections, tried, rounds, preferred, isOffline, checked, isChecking, begun, commands, timers, paroles } = model;
  const context = { portals: shortened(portals), connections, numbered: begun.length, tried, rounds, preferred, checked, isOffline, times: TIMES };
  return {
    actor: state === 'dead' ? DEAD : { status: 'active', state: statesIn(model).join('+'), context },
    begun,
    running: connections.map(({ connection }) => connection),
    commands,
    checks: isChecking && checked !== undefined ? URLS.slice(checked, checked + 1) : [],
    waits: [...Object.values(timers), ...paroles.map(({ duration }) => duration), TIMES.checkInterval].sort((a, b) => a - b),
  };
}

/** The states that the machine is in, one for each of its sides. */
export const statesIn = ({ state, isChecking }: PortalModel): readonly string[] => [`connection.${state}`, `checks.interval.${isChecking ? 'checking' : 'resting'}`];
