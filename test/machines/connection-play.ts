import * as fc from 'fast-check';
import { expect } from 'vitest';
import type { ConnectionSight } from './connection-bench.ts';
import type { ConnectionHappening, ConnectionModel } from './connection-table.ts';
import { connectionWalk } from './connection-walk.ts';
import type { Play } from './play.ts';

const only = (...types: ConnectionHappening['type'][]): fc.Arbitrary<ConnectionHappening> => fc.constantFrom(...types.map((type) => ({ type })));
const happening = fc.oneof(
  { weight: 8, arbitrary: only('SOCKET_OPENED', 'HEARD') },
  { weight: 4, arbitrary: only('TIME UP', 'SUSPICION', 'FOLLOW', 'PROVE') },
  { weight: 1, arbitrary: only('RETIRE', 'SOCKET_CLOSED', 'SOCKET_GIVEN_UP', 'SOCKET THREW') },
);

const followsIn = ({ commands }: ConnectionSight): number => commands.filter((command) => command === 'FOLLOW').length;

function watch(event: ConnectionHappening, before: ConnectionSight, after: ConnectionSight): void {
  const { state } = after.actor;
  expect(after.isOpen, 'C3: a connection that is lost has no socket, another one has').toBe(state !== 'lost');
  if (after.isOpen) expect(after.waits.length, 'C1: every state of an open connection ends').toBeGreaterThan(0);
  else expect(after.waits, 'what is lost waits for nothing').toEqual([]);
  expect(followsIn(after) - followsIn(before), 'C2: it subscribes when it is told to, and else never').toBeLessThanOrEqual(event.type === 'FOLLOW' ? 1 : 0);
  expect(after.news.length - before.news.length, 'one event is one piece of news at most').toBeLessThanOrEqual(1);
  if (before.actor.state === 'lost') expect(after.news, 'what is lost tells nothing more').toEqual(before.news);
  else if (state === 'lost') expect(after.news.at(-1), 'its end is told').toMatch(/^(LOST 7: .+|RETIRED 7)$/);
}

export const connectionPlay: Play<ConnectionModel, ConnectionHappening, ConnectionSight> = {
  walk: connectionWalk,
  promise: 'and keeps C1–C3',
  lives: [{ weight: 1, happening: happening.map((event) => [event]), most: 40 }],
  watch: () => watch,
  after: ({ state }) => expect(state, 'nothing that happens is the end of it').not.toBe('dead'),
  runs: 150,
};
