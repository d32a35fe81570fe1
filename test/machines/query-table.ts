import type { QueryEmitted, QueryEvent, QueryInput, QueryKind } from '../../machines/query.ts';
import type { Oracle, Table, Way } from '../../src/testing/model/index.ts';

export type QueryState = 'unasked' | 'asked.working' | 'asked.spreading' | 'open' | 'answered';

/** All that can happen to one query. */
export type QueryHappening =
  | QueryEvent
  /** `queryDeadline`, or `fanout`, passed. */
  | { readonly type: 'DEADLINE' | 'FANOUT' };

/** No two alike, so that a test can tell them apart. */
export const INPUT: QueryInput = { queryDeadline: 700, fanout: 200, late: 'TIMEOUT: no answer' };

/** What the machine has to remember, and what is to be seen of it. */
export interface QueryModel {
  readonly state: QueryState | 'dead';
  readonly method: string | undefined;
  readonly kind: QueryKind | undefined;
  readonly accepted: unknown;
  /** What it emitted, in order. */
  readonly told: readonly QueryEmitted[];
}

type Condition = 'it is a subscription';
type Ways = readonly Way<QueryState, Condition, Effect>[];

const answeredAsAccepted: Ways = [{ to: 'answered', does: ['what was accepted is answered'] }];
const refused: Ways = [{ to: 'answered', does: ['the reason is given'] }];

const queryTable: Table<QueryState, QueryHappening['type'], Condition, Effect> = {
  unasked: {
    ASKED: [{ to: 'asked.working', does: ['the question is noted'] }],
    OPENED: 'ignored',
    TOLD: 'ignored',
    ACCEPTED: 'ignored',
    DONE: 'ignored',
    FAILED: 'ignored',
    SPREAD: 'ignored',
    CLOSE: 'ignored',
    DEADLINE: 'cannot be',
    FANOUT: 'cannot be',
  },
  'asked.working': {
    ASKED: 'ignored',
    OPENED: [{ when: 'it is a subscription', to: 'open' }],
    TOLD: 'ignored',
    ACCEPTED: [{ to: 'asked.spreading', does: ['what was accepted is noted'] }],
    DONE: [{ to: 'answered', does: ['it is answered'] }],
    FAILED: refused,
    SPREAD: 'ignored',
    CLOSE: [{ when: 'it is a subscription', to: 'answered', does: ['it is closed'] }],
    DEADLINE: [{ to: 'answered', does: ['that it is late is the reason'] }],
    FANOUT: 'cannot be',
  },
  'asked.spreading': {
    ASKED: 'ignored',
    OPENED: 'ignored',
    TOLD: 'ignored',
    ACCEPTED: 'ignored',
    DONE: 'ignored',
    FAILED: 'ignored',
    SPREAD: answeredAsAccepted,
    CLOSE: 'ignored',
    DEADLINE: answeredAsAccepted,
    FANOUT: answeredAsAccepted,
  },
  open: {
    ASKED: 'ignored',
    OPENED: 'ignored',
    TOLD: [{ does: ['the news is told'] }],
    ACCEPTED: 'ignored',
    DONE: 'ignored',
    FAILED: refused,
    SPREAD: 'ignored',
    CLOSE: [{ to: 'answered', does: ['it is closed'] }],
    DEADLINE: 'cannot be',
    FANOUT: 'cannot be',
  },
  answered: {
    ASKED: 'ignored',
    OPENED: 'ignored',
    TOLD: 'ignored',
    ACCEPTED: 'ignored',
    DONE: 'ignored',
    FAILED: 'ignored',
    SPREAD: 'ignored',
    CLOSE: 'ignored',
    DEADLINE: 'cannot be',
    FANOUT: 'cannot be',
  },
};

const tell = (model: QueryModel, emitted: QueryEmitted): QueryModel => ({ ...model, told: [...model.told, emitted] });
const dataOf = (event: QueryHappening): unknown => ('data' in event ? event.data : undefined);
const reasonOf = (event: QueryHappening): string => ('reason' in event ? event.reason : '');

const effects = {
  'the question is noted': (model: QueryModel, event: QueryHappening): QueryModel => (event.type === 'ASKED' ? { ...model, method: event.method, kind: event.kind } : model),
  'what was accepted is noted': (model: QueryModel, event: QueryHappening): QueryModel => ({ ...model, accepted: dataOf(event) }),
  'what was accepted is answered': (model: QueryModel): QueryModel => tell(model, { type: 'ANSWERED', data: model.accepted }),
  'it is answered': (model: QueryModel, event: QueryHappening): QueryModel => tell(model, { type: 'ANSWERED', data: dataOf(event) }),
  'it is closed': (model: QueryModel): QueryModel => tell(model, { type: 'ANSWERED', data: { closed: true } }),
  'the news is told': (model: QueryModel, event: QueryHappening): QueryModel => tell(model, { type: 'UPDATED', data: dataOf(event) }),
  'the reason is given': (model: QueryModel, event: QueryHappening): QueryModel => tell(model, { type: 'REFUSED', reason: reasonOf(event) }),
  'that it is late is the reason': (model: QueryModel): QueryModel => tell(model, { type: 'REFUSED', reason: INPUT.late }),
};
type Effect = keyof typeof effects;

export const queryOracle: Oracle<QueryModel, QueryHappening, QueryState, Condition, Effect> = {
  table: queryTable,
  conditions: { 'it is a subscription': ({ kind }) => kind === 'subscription' },
  effects,
  stateOf: ({ state }) => state,
  enter: (model, state) => ({ ...model, state }),
};

export const beginQuery = (): QueryModel => ({ state: 'unasked', method: undefined, kind: undefined, accepted: undefined, told: [] });

/** How long each timer of the state was set for, the shortest first. */
export const waitsOf = ({ state }: QueryModel): readonly number[] => ({ 'asked.working': [INPUT.queryDeadline], 'asked.spreading': [INPUT.fanout, INPUT.queryDeadline] } as Readonly<Record<string, readonly number[]>>)[state] ?? [];
