import type { ConsentAnswer, ConsentEmitted, ConsentEvent, ConsentInput } from '../../machines/consent.ts';
import type { Oracle, Table, Way } from '../../src/testing/model/index.ts';

export type ConsentState = 'pending.asked' | 'pending.steadying' | 'pending.ready' | 'pending.opening' | ConsentAnswer;

/** All that can happen to one question. */
export type ConsentHappening =
  | ConsentEvent
  /** `steady`, or `patience`, passed. */
  | { readonly type: 'STEADY' | 'PATIENCE' };

/** No two alike, so that a test can tell them apart. */
export const INPUT: ConsentInput = { steady: 500, patience: 60_000 };

export interface ConsentModel {
  readonly state: ConsentState | 'dead';
  /** What it emitted, in order. */
  readonly told: readonly ConsentEmitted[];
}

type Ways = readonly Way<ConsentState, never, Effect>[];

const denied: Ways = [{ to: 'denied', does: ['it is denied'] }];
const withdrawn: Ways = [{ to: 'withdrawn', does: ['it is withdrawn'] }];
const expired: Ways = [{ to: 'expired', does: ['it is expired'] }];
const over = {
  SHOWN: 'ignored',
  HIDDEN: 'ignored',
  ALLOW: 'ignored',
  DENY: 'ignored',
  OPENED: 'ignored',
  FAILED: 'ignored',
  WITHDRAWN: 'ignored',
  STEADY: 'cannot be',
  PATIENCE: 'cannot be',
} as const;

const consentTable: Table<ConsentState, ConsentHappening['type'], never, Effect> = {
  'pending.asked': {
    SHOWN: [{ to: 'pending.steadying' }],
    HIDDEN: 'ignored',
    ALLOW: 'ignored',
    DENY: denied,
    OPENED: 'ignored',
    FAILED: 'ignored',
    WITHDRAWN: withdrawn,
    STEADY: 'cannot be',
    PATIENCE: expired,
  },
  'pending.steadying': {
    SHOWN: 'ignored',
    HIDDEN: [{ to: 'pending.asked' }],
    ALLOW: 'ignored',
    DENY: denied,
    OPENED: 'ignored',
    FAILED: 'ignored',
    WITHDRAWN: withdrawn,
    STEADY: [{ to: 'pending.ready' }],
    PATIENCE: expired,
  },
  'pending.ready': {
    SHOWN: 'ignored',
    HIDDEN: [{ to: 'pending.asked' }],
    ALLOW: [{ to: 'pending.opening', does: ['the vault is to be opened'] }],
    DENY: denied,
    OPENED: 'ignored',
    FAILED: 'ignored',
    WITHDRAWN: withdrawn,
    STEADY: 'cannot be',
    PATIENCE: expired,
  },
  'pending.opening': {
    SHOWN: 'ignored',
    HIDDEN: 'ignored',
    ALLOW: 'ignored',
    DENY: denied,
    OPENED: [{ to: 'granted', does: ['it is granted'] }],
    FAILED: [{ to: 'pending.asked' }],
    WITHDRAWN: withdrawn,
    STEADY: 'cannot be',
    PATIENCE: expired,
  },
  granted: over,
  denied: over,
  withdrawn: over,
  expired: over,
};

const tell = (model: ConsentModel, emitted: ConsentEmitted): ConsentModel => ({ ...model, told: [...model.told, emitted] });
const answer =
  (word: ConsentAnswer) =>
  (model: ConsentModel): ConsentModel =>
    tell(model, { type: 'ANSWERED', answer: word });

const effects = {
  'the vault is to be opened': (model: ConsentModel): ConsentModel => tell(model, { type: 'OPEN' }),
  'it is granted': answer('granted'),
  'it is denied': answer('denied'),
  'it is withdrawn': answer('withdrawn'),
  'it is expired': answer('expired'),
};
type Effect = keyof typeof effects;

export const consentOracle: Oracle<ConsentModel, ConsentHappening, ConsentState, never, Effect> = {
  table: consentTable,
  conditions: {},
  effects,
  stateOf: ({ state }) => state,
  enter: (model, state) => ({ ...model, state }),
};

export const beginConsent = (): ConsentModel => ({ state: 'pending.asked', told: [] });

/** How long each timer of the state was set for, the shortest first. */
export const waitsOf = ({ state }: ConsentModel): readonly number[] => (state === 'pending.steadying' ? [INPUT.steady, INPUT.patience] : state.startsWith('pending.') ? [INPUT.patience] : []);
