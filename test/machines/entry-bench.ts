import { entryMachine, type EntryContext, type EntryEvent, type EntryInput } from '../../machines/entry.ts';
import { compareChecked } from '../../src/registry/index.ts';
import type { Bench } from '../../src/testing/model/index.ts';
import { DEAD, hostMachine, type Seen } from './bench.ts';
import type { EntryBeginning, EntryHappening, EntryModel } from './entry-table.ts';
import { entryOf } from './signed.ts';

/** The entry machine with the order of entries, as its host gives it. */
export const orderedEntry = entryMachine.provide({
  guards: {
    isNewer: ({ context, event }) => 'entry' in event && event.entry !== undefined && (context.latest === undefined || compareChecked(event.entry, context.latest) > 0),
    isSame: ({ context, event }) => 'entry' in event && event.entry !== undefined && context.latest !== undefined && compareChecked(event.entry, context.latest) === 0,
  },
});

const inputOf = (beginning: EntryBeginning): EntryInput => beginning && { ...beginning, latest: beginning.latest === undefined ? undefined : entryOf(beginning.latest) };

/** The event as the machine is given it. */
function eventOf(happening: EntryHappening): EntryEvent {
  if (!('rank' in happening)) return happening;
  const { rank, ...event } = happening;
  return { ...event, entry: rank === undefined ? undefined : entryOf(rank) } as EntryEvent;
}

/** The entry machine on a port. */
export function openEntryBench(beginning: EntryBeginning) {
  const hosted = hostMachine(orderedEntry, { input: inputOf(beginning) });
  return {
    taken: () => hosted.taken,
    close: hosted.close,
    happen: (event: EntryHappening): Promise<void> => hosted.send(eventOf(event)),
    isPossible: (): boolean => true,
    async look(): Promise<Seen> {
      const { context, ...seen } = await hosted.look();
      if (context === undefined) return seen;
      // In which order portals served or claimed is nobody's business.
      const { confirmedBy, claimedBy, ...rest } = context as EntryContext;
      return { ...seen, context: { ...rest, confirmedBy: [...confirmedBy].sort(), claimedBy: [...claimedBy].sort() } };
    },
  } satisfies Bench<EntryHappening, Seen>;
}

/** What is to be seen of the machine where the oracle is right. */
export function showEntry({ state, latest, confirmedBy, claimedBy, ...context }: EntryModel): Seen {
  if (state === 'dead') return DEAD;
  const portals = { confirmedBy: [...confirmedBy].sort(), claimedBy: [...claimedBy].sort() };
  return { status: state === 'released' ? 'done' : 'active', state, context: { ...context, ...portals, latest: latest === undefined ? undefined : entryOf(latest) } };
}
