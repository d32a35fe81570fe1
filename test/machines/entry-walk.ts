import type { Walk } from '../../src/testing/model/index.ts';
import type { Seen } from './bench.ts';
import { showEntry } from './entry-bench.ts';
import { beginEntry, entryOracle, type EntryBeginning, type EntryHappening, type EntryModel } from './entry-table.ts';

const [a, b] = ['https://a.example', 'https://b.example'];

/** An older, a middle and a newer entry, each from two portals; the newest of them early, so that a time which goes back shows. */
const served = [
  { rank: 2, floor: 'volatile', portal: a, at: 200 },
  { rank: 2, floor: 'durable', portal: b, at: 100 },
  { rank: 1, floor: 'durable', portal: b, at: 300 },
  { rank: 3, floor: 'durable', portal: b, at: 50 },
] as const;

export const entryWalk: Walk<EntryModel, EntryHappening, Seen, EntryBeginning> = {
  oracle: entryOracle,
  inputs: [undefined, { latest: 2, floor: 'durable', confirmedAt: 40, confirmedBy: [a] }],
  begin: beginEntry,
  shows: showEntry,
  samples: [
    { type: 'DEMANDED' },
    { type: 'RELEASED' },
    { type: 'RECALLED', rank: undefined, floor: 'volatile' },
    { type: 'RECALLED', rank: 2, floor: 'durable' },
    ...served.map((each) => ({ type: 'PUSHED', ...each }) as const),
    ...served.map((each) => ({ type: 'ANSWERED', ...each }) as const),
    ...served.map(({ rank, floor }) => ({ type: 'ADOPTED', rank, floor }) as const),
    { type: 'MISSING', portal: a, at: 60 },
    { type: 'MISSING', portal: b, at: 70 },
    { type: 'ABSENT', portals: [a, b], subscribed: true, at: 80 },
    { type: 'ABSENT', portals: [b], subscribed: false, at: 90 },
    { type: 'FAILED' },
    { type: 'DISCONNECTED' },
  ],
  situation: ({ state, latest, floor, confirmedBy, claimedBy }) => JSON.stringify([state, latest, floor, confirmedBy, claimedBy]),
};
