import { fromPromise } from 'xstate';
import { entriesMachine } from '../../machines/entries.ts';
import type { Finding } from '../report.ts';
import type { EntriesHost } from './host.ts';

/** The entries machine, with its host to do what it says. */
export const entriesLogic = (host: EntriesHost) =>
  entriesMachine.provide({
    actors: { table: fromPromise<never>(() => host.failed), drain: fromPromise<void>(() => host.drain()) },
    actions: {
      absorb: ({ event }) => {
        if (event.type === 'FINDINGS') host.absorb(event.findings as readonly Finding[]);
      },
      sweep: () => host.sweep(),
      release: ({ event }) => {
        if (event.type === 'RELEASE') host.release(event);
      },
      refuse: () => host.refuse(),
    },
  });
