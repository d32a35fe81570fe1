import type { VerifierTally } from '../../machines/verifier.ts';
import type { Oracle, Table, Way } from '../../src/testing/model/index.ts';

export type VerifierState = 'starting' | 'idle' | 'verifying';

/** All that can happen to the verifier machine. */
export type VerifierHappening =
  | { readonly type: 'BATCH'; readonly batch: number }
  /** The engine that will give the verdicts is chosen, or cannot be. */
  | { readonly type: 'CHOSEN'; readonly engine: string }
  | { readonly type: 'NOT CHOSEN' }
  /** The batch at hand is verified, or cannot be. */
  | { readonly type: 'VERIFIED'; readonly tally: VerifierTally }
  | { readonly type: 'NOT VERIFIED' };

/** What the machine has to remember, and what is to be seen of it. */
export interface VerifierModel {
  readonly state: VerifierState | 'dead';
  readonly engine: string | undefined;
  /** Batches that wait or are being verified, the oldest first. */
  readonly waiting: readonly number[];
  readonly served: number;
  readonly forged: number;
  /** The batches given to the verdict so far, in order. */
  readonly begun: readonly number[];
  /** What the machine has emitted. */
  readonly told: readonly VerifierTally[];
}

type Condition = 'a batch waits' | 'another batch waits';

/** The verdict may not be given up half-way: findings would be lost. A supervisor replaces the actor and all is asked anew. */
const lost = 'dies';
const verified: readonly Way<VerifierState, Condition, Effect>[] = [
  { when: 'another batch waits', to: 'verifying', does: ['it is told and counted', 'the oldest is begun'] },
  { to: 'idle', does: ['it is told and counted'] },
];

const verifierTable: Table<VerifierState, VerifierHappening['type'], Condition, Effect> = {
  starting: {
    BATCH: [{ does: ['it waits'] }],
    CHOSEN: [
      { when: 'a batch waits', to: 'verifying', does: ['the engine is noted', 'the oldest is begun'] },
      { to: 'idle', does: ['the engine is noted'] },
    ],
    'NOT CHOSEN': lost,
    VERIFIED: 'cannot be',
    'NOT VERIFIED': 'cannot be',
  },
  idle: {
    BATCH: [{ to: 'verifying', does: ['it waits', 'the oldest is begun'] }],
    CHOSEN: 'cannot be',
    'NOT CHOSEN': 'cannot be',
    VERIFIED: 'cannot be',
    'NOT VERIFIED': 'cannot be',
  },
  verifying: {
    BATCH: [{ does: ['it waits'] }],
    CHOSEN: 'cannot be',
    'NOT CHOSEN': 'cannot be',
    VERIFIED: verified,
    'NOT VERIFIED': lost,
  },
};

const effects = {
  'it waits': (model: VerifierModel, event: VerifierHappening): VerifierModel => (event.type === 'BATCH' ? { ...model, waiting: [...model.waiting, event.batch] } : model),
  'the oldest is begun': (model: VerifierModel): VerifierModel => ({ ...model, begun: [...model.begun, ...model.waiting.slice(0, 1)] }),
  'the engine is noted': (model: VerifierModel, event: VerifierHappening): VerifierModel => (event.type === 'CHOSEN' ? { ...model, engine: event.engine } : model),
  'it is told and counted': (model: VerifierModel, event: VerifierHappening): VerifierModel => {
    if (event.type !== 'VERIFIED') return model;
    const [, ...waiting] = model.waiting;
    const { served, forged } = event.tally;
    return { ...model, waiting, served: model.served + served, forged: model.forged + forged, told: [...model.told, { served, forged }] };
  },
};
type Effect = keyof typeof effects;

export const verifierOracle: Oracle<VerifierModel, VerifierHappening, VerifierState, Condition, Effect> = {
  table: verifierTable,
  conditions: {
    'a batch waits': ({ waiting }) => waiting.length > 0,
    'another batch waits': ({ waiting }) => waiting.length > 1,
  },
  effects,
  stateOf: ({ state }) => state,
  enter: (model, state) => ({ ...model, state }),
};

export const beginVerifier = (): VerifierModel => ({ state: 'starting', engine: undefined, waiting: [], served: 0, forged: 0, begun: [], told: [] });
