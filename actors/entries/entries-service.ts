import { Observable } from 'rxjs';
import { conflate } from '../../src/link/index.ts';
import { takeSignedEntry, type CheckedEntry } from '../../src/registry/index.ts';
import type { Feed } from '../feed.ts';
import type { EntriesHost } from './host.ts';
import type { FullOversight } from './oversight.ts';
import { Readers } from './readers.ts';
import type { EntriesService } from './service.ts';
import type { Updating } from './updating.ts';

/** What the entries actor answers to, for the runtime. */
export function entriesService(host: EntriesHost<FullOversight>, updating: Updating): EntriesService {
  const { table, writing, floors, world } = host;
  const readers = new Readers(table, world.scheduler);
  /** Nobody's word is taken for a floor, not even the runtime's. */
  const recall = async (entries: readonly CheckedEntry[]): Promise<void> => {
    const verdicts = await Promise.all(entries.map((entry) => world.verify(entry)));
    await floors.raise(entries.filter((_, i) => verdicts[i]));
  };
  return {
    pipes: {
      reads: (commands) => {
        for (const command of commands) {
          if (command.kind === 'read') readers.begin(command);
          else readers.abandon(command.read);
        }
      },
      watches: (commands) => {
        for (const { kind, name } of commands) table[kind](name);
      },
    },
    calls: {
      write: ({ entry, ...rest }, { signal }) => writing.write({ ...rest, entry: takeSignedEntry(entry) }, signal),
      turn: (request, { signal }) => updating.turn(request, signal),
      endTurn: ({ update }) => updating.endTurn(update),
      base: (request, { signal }) => updating.base(request, signal),
      swap: ({ entry, replaces, ...rest }, { signal }) => updating.swap({ ...rest, entry: takeSignedEntry(entry), replaces: replaces && takeSignedEntry(replaces) }, signal),
      recall: (entries) => {
        const recalled = recall(entries.map((entry) => takeSignedEntry(entry)));
        floors.handOn(recalled);
        return recalled;
      },
      close: () => host.close(),
    },
    streams: {
      updates: () => conflate(streamOf(table.updates), ({ name }) => name),
      answers: () => streamOf(readers.answers),
      incidents: () => streamOf(table.oversight.incidents),
    },
  };
}

const streamOf = <T>(feed: Pick<Feed<T>, 'subscribe'>): Observable<T> =>
  new Observable((subscriber) => feed.subscribe((value) => subscriber.next(value), () => subscriber.complete()));
