import type { QueryInput } from '../../machines/query.ts';
import type { Walk } from '../../src/testing/model/index.ts';
import { showQuery, type QuerySight } from './query-bench.ts';
import { beginQuery, INPUT, queryOracle, type QueryHappening, type QueryModel } from './query-table.ts';

const asked = (kind: 'once' | 'subscription'): QueryHappening => ({ type: 'ASKED', method: kind === 'once' ? 'registryWrite' : 'registrySubscribe', kind });

export const queryWalk: Walk<QueryModel, QueryHappening, QuerySight, QueryInput> = {
  oracle: queryOracle,
  inputs: [INPUT],
  begin: beginQuery,
  shows: showQuery,
  samples: [
    asked('once'),
    asked('subscription'),
    { type: 'OPENED' },
    { type: 'TOLD', data: { revision: 1 } },
    { type: 'ACCEPTED', data: { success: true } },
    { type: 'DONE', data: { exists: false } },
    { type: 'FAILED', reason: 'UNREACHABLE: nobody' },
    { type: 'SPREAD' },
    { type: 'CLOSE' },
    { type: 'DEADLINE' },
    { type: 'FANOUT' },
  ],
  situation: ({ state, kind }) => JSON.stringify([state, kind]),
};
