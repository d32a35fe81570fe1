import type { Walk } from '../../src/testing/model/index.ts';
import { showEntries, type EntriesSight } from './entries-bench.ts';
import { beginEntries, entriesOracle, type EntriesHappening, type EntriesModel } from './entries-table.ts';

export const entriesWalk: Walk<EntriesModel, EntriesHappening, EntriesSight> = {
  oracle: entriesOracle,
  inputs: [undefined],
  begin: beginEntries,
  shows: showEntries,
  samples: [
    { type: 'FINDINGS', findings: ['one', 'two'] },
    { type: 'TICK' },
    { type: 'RELEASE', pubkey: new Uint8Array([1, 2]), datakey: new Uint8Array([3]) },
    { type: 'COUNTED', entries: 2, watched: 1, connectedTo: 'https://a.example' },
    { type: 'CLOSE' },
    { type: 'DRAINED' },
    { type: 'NOT DRAINED' },
  ],
  situation: ({ state }) => state,
};
