import type { Walk } from '../../src/testing/model/index.ts';
import { showConnection, type ConnectionSight } from './connection-bench.ts';
import { beginConnection, connectionOracle, type ConnectionHappening, type ConnectionModel } from './connection-table.ts';

export const connectionWalk: Walk<ConnectionModel, ConnectionHappening, ConnectionSight> = {
  oracle: connectionOracle,
  inputs: [undefined],
  begin: beginConnection,
  shows: showConnection,
  samples: (['SOCKET_OPENED', 'HEARD', 'SOCKET_CLOSED', 'SOCKET_GIVEN_UP', 'SOCKET THREW', 'SUSPICION', 'TIME UP', 'PROVE', 'FOLLOW', 'RETIRE'] as const).map((type) => ({ type })),
  situation: ({ state }) => state,
  leads: (_model, { type }) => type !== 'SUSPICION',
};
