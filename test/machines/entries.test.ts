import { entriesMachine } from '../../machines/entries.ts';
import { openEntriesBench, showEntries } from './entries-bench.ts';
import { beginEntries, entriesOracle, type EntriesHappening } from './entries-table.ts';
import { walkTable } from './walk.ts';

const noted = { absorb: () => {}, sweep: () => {}, release: () => {}, refuse: () => {} };

walkTable('the entries machine', {
  machine: entriesMachine.provide({ actions: noted }),
  oracle: entriesOracle,
  inputs: [undefined],
  begin: beginEntries,
  open: openEntriesBench,
  shows: showEntries,
  samples: [
    { type: 'FINDINGS', findings: ['one', 'two'] },
    { type: 'TICK' },
    { type: 'RELEASE', pubkey: new Uint8Array([1, 2]), datakey: new Uint8Array([3]) },
    { type: 'COUNTED', entries: 2, watched: 1, connectedTo: 'https://a.example' },
    { type: 'CLOSE' },
    { type: 'DRAINED' },
    { type: 'NOT DRAINED' },
  ] satisfies EntriesHappening[],
  raw: (event, snapshot) => {
    if (event.type !== 'DRAINED' && event.type !== 'NOT DRAINED') return event;
    if (!snapshot.matches('closing')) return undefined;
    return { type: event.type === 'DRAINED' ? 'xstate.done.actor.drain' : 'xstate.error.actor.drain' };
  },
  situation: (snapshot) => JSON.stringify(snapshot.value),
});
