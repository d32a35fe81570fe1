import { queryMachine, type QueryEmitted } from '../../machines/query.ts';
import type { Bench } from '../../src/testing/model/index.ts';
import { AlarmClock } from './alarm-clock.ts';
import { DEAD, hostMachine, type Seen } from './bench.ts';
import { INPUT, waitsOf, type QueryHappening, type QueryModel } from './query-table.ts';

export interface QuerySight {
  readonly actor: Seen;
  readonly told: readonly QueryEmitted[];
  /** How long each timer was set for, the shortest first. */
  readonly waits: readonly number[];
}

const durationOf = (type: 'DEADLINE' | 'FANOUT'): number => (type === 'FANOUT' ? INPUT.fanout : INPUT.queryDeadline);
const isTime = (event: QueryHappening): event is { readonly type: 'DEADLINE' | 'FANOUT' } => event.type === 'DEADLINE' || event.type === 'FANOUT';

/** The query machine on a port. */
export function openQueryBench() {
  const told: QueryEmitted[] = [];
  const hosted = hostMachine(queryMachine, { input: INPUT, clock: new AlarmClock() });
  hosted.link.emitted$.subscribe({ next: (event) => told.push(event as QueryEmitted), error: () => {} });
  return {
    taken: () => hosted.taken,
    close: hosted.close,
    async happen(event: QueryHappening): Promise<void> {
      if (!isTime(event)) return hosted.send(event);
      hosted.clock.ring([durationOf(event.type)]);
    },
    isPossible: (event: QueryHappening): boolean => !isTime(event) || hosted.clock.waits.includes(durationOf(event.type)),
    look: async (): Promise<QuerySight> => ({ actor: await hosted.look(), told: [...told], waits: hosted.clock.waits }),
  } satisfies Bench<QueryHappening, QuerySight>;
}

/** What is to be seen of the machine where the oracle is right. */
export function showQuery(model: QueryModel): QuerySight {
  const { state, method, kind, accepted, told } = model;
  const actor: Seen = state === 'dead' ? DEAD : { status: state === 'answered' ? 'done' : 'active', state, context: { ...INPUT, method, kind, accepted } };
  return { actor, told, waits: waitsOf(model) };
}
