import { fromPromise } from 'xstate';
import { entriesMachine } from '../../machines/entries.ts';
import type { Bench } from '../../src/testing/model/index.ts';
import { DEAD, hostMachine, settling, type Seen } from './bench.ts';
import type { EntriesHappening, EntriesModel } from './entries-table.ts';

export interface EntriesSight {
  readonly actor: Seen;
  /** What the host was told to do, in order. */
  readonly told: readonly string[];
  /** The machine has no timer: its host has one for all deadlines (T4). */
  readonly waits: readonly number[];
}

/** The entries machine on a port, with a host that does nothing but note what it is told. */
export function openEntriesBench() {
  const told: string[] = [];
  const draining = settling<void>();
  const machine = entriesMachine.provide({
    actors: {
      drain: fromPromise<void>(() => {
        told.push('drain');
        return draining.promise;
      }),
    },
    actions: {
      absorb: ({ event }) => void told.push(`absorb ${event.type === 'FINDINGS' ? event.findings.join(', ') : event.type}`),
      sweep: () => void told.push('sweep'),
      release: ({ event }) => void told.push(`release ${event.type === 'RELEASE' ? event.pubkey.join('') : event.type}`),
      refuse: () => void told.push('refuse'),
    },
  });
  const hosted = hostMachine(machine, { input: undefined });
  return {
    taken: () => hosted.taken,
    close: hosted.close,
    async happen(event: EntriesHappening): Promise<void> {
      if (event.type === 'DRAINED') return draining.resolve();
      if (event.type === 'NOT DRAINED') return draining.reject(new Error('the disk is gone'));
      return hosted.send(event);
    },
    isPossible: ({ type }: EntriesHappening): boolean => (type === 'DRAINED' || type === 'NOT DRAINED' ? hosted.hasChild('drain') : true),
    look: async (): Promise<EntriesSight> => ({ actor: await hosted.look(), told: [...told], waits: hosted.clock.waits }),
  } satisfies Bench<EntriesHappening, EntriesSight>;
}

/** What is to be seen of the machine where the oracle is right. */
export function showEntries({ state, entries, watched, connectedTo, told }: EntriesModel): EntriesSight {
  const actor: Seen = state === 'dead' ? DEAD : { status: state === 'closed' ? 'done' : 'active', state, context: { entries, watched, connectedTo } };
  return { actor, told, waits: [] };
}
