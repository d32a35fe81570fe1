import type { EntriesEvent } from '../../machines/entries.ts';
import type { Oracle, Table } from '../../src/testing/model/index.ts';

export type EntriesState = 'ready' | 'closing' | 'closed';

/** All that can happen to the entries machine. */
export type EntriesHappening =
  | EntriesEvent
  /** No floor is being committed any more, or the storage failed meanwhile. */
  | { readonly type: 'DRAINED' }
  | { readonly type: 'NOT DRAINED' };

/** What the machine has to remember, and what its host was told to do. */
export interface EntriesModel {
  readonly state: EntriesState | 'dead';
  readonly entries: number;
  readonly watched: number;
  readonly connectedTo: string | undefined;
  readonly told: readonly string[];
}

/** Nothing of the table changes after the end: what waits was refused, and a finding that is not shown needs no floor. */
const entriesTable: Table<EntriesState, EntriesHappening['type'], never, Effect> = {
  ready: {
    FINDINGS: [{ does: ['absorb'] }],
    TICK: [{ does: ['sweep'] }],
    RELEASE: [{ does: ['release'] }],
    COUNTED: [{ does: ['count'] }],
    CLOSE: [{ to: 'closing', does: ['refuse', 'drain'] }],
    DRAINED: 'cannot be',
    'NOT DRAINED': 'cannot be',
  },
  closing: {
    FINDINGS: 'ignored',
    TICK: 'ignored',
    RELEASE: 'ignored',
    COUNTED: [{ does: ['count'] }],
    CLOSE: 'ignored',
    DRAINED: [{ to: 'closed' }],
    // What could not be committed was not shown either.
    'NOT DRAINED': [{ to: 'closed' }],
  },
  closed: {
    FINDINGS: 'ignored',
    TICK: 'ignored',
    RELEASE: 'ignored',
    COUNTED: 'ignored',
    CLOSE: 'ignored',
    DRAINED: 'cannot be',
    'NOT DRAINED': 'cannot be',
  },
};

const tells =
  (what: string) =>
  (model: EntriesModel): EntriesModel => ({ ...model, told: [...model.told, what] });

const effects = {
  absorb: (model: EntriesModel, event: EntriesHappening): EntriesModel => tells(`absorb ${event.type === 'FINDINGS' ? event.findings.join(', ') : ''}`)(model),
  sweep: tells('sweep'),
  release: (model: EntriesModel, event: EntriesHappening): EntriesModel => tells(`release ${event.type === 'RELEASE' ? event.pubkey.join('') : ''}`)(model),
  refuse: tells('refuse'),
  drain: tells('drain'),
  count: (model: EntriesModel, event: EntriesHappening): EntriesModel => {
    if (event.type !== 'COUNTED') return model;
    const { entries, watched, connectedTo } = event;
    return { ...model, entries, watched, connectedTo };
  },
};
type Effect = keyof typeof effects;

export const entriesOracle: Oracle<EntriesModel, EntriesHappening, EntriesState, never, Effect> = {
  table: entriesTable,
  conditions: {},
  effects,
  stateOf: ({ state }) => state,
  enter: (model, state) => ({ ...model, state }),
};

export const beginEntries = (): EntriesModel => ({ state: 'ready', entries: 0, watched: 0, connectedTo: undefined, told: [] });
