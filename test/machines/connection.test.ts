import type { AnyMachineSnapshot } from 'xstate';
import { describe, expect, it } from 'vitest';
import { connectionMachine } from '../../machines/connection.ts';
import { INPUT, openConnectionBench, showConnection } from './connection-bench.ts';
import { beginConnection, connectionOracle, type ConnectionHappening } from './connection-table.ts';
import { walkTable } from './walk.ts';

const deadlines: Readonly<Record<string, string>> = {
  connecting: 'connectDeadline',
  proving: 'proofDeadline',
  fresh: 'livenessInterval',
  testing: 'livenessDeadline',
  listening: 'livenessInterval',
  probing: 'livenessDeadline',
  retiring: 'handover',
};

/** XState's own name of the event that a timer of this state brings. */
function timer(snapshot: AnyMachineSnapshot, delay: (state: string) => string): { readonly type: string } | undefined {
  const state = Object.keys(deadlines).find((name) => snapshot.matches({ open: name }));
  return state === undefined ? undefined : { type: `xstate.after.${delay(state)}.connection.open.${state}` };
}

walkTable('the connection machine', {
  // That it tells somebody is seen on the bench; on the way through the machine there is nobody to be told.
  machine: connectionMachine.provide({ actions: Object.fromEntries(['tellProven', 'tellAnswered', 'tellTrusted', 'tellSlow', 'tellRetired', 'tellLost'].map((name) => [name, () => {}])) }),
  oracle: connectionOracle,
  inputs: [INPUT],
  begin: beginConnection,
  open: openConnectionBench,
  shows: showConnection,
  samples: (['SOCKET_OPENED', 'HEARD', 'SOCKET_CLOSED', 'SOCKET_GIVEN_UP', 'SOCKET THREW', 'SUSPICION', 'TIME UP', 'PROVE', 'FOLLOW', 'RETIRE'] as const).map((type) => ({ type })) satisfies ConnectionHappening[],
  raw: (event, snapshot) => {
    if (event.type === 'SUSPICION') return undefined; // it leads nowhere
    if (event.type === 'TIME UP') return timer(snapshot, (state) => deadlines[state] ?? '');
    return { ...event, type: event.type === 'SOCKET THREW' ? 'xstate.error.actor.socket' : event.type };
  },
  situation: (snapshot) => JSON.stringify(snapshot.value),
});

describe('a connection', () => {
  it('is lost at once where the platform refuses the socket, and its error goes no further', async () => {
    const bench = openConnectionBench();
    await bench.happen({ type: 'SOCKET THREW' });
    expect(await bench.look()).toMatchObject({ actor: { status: 'active', state: 'lost' }, news: ['LOST 7: did not open'], waits: [] });
    await bench.close();
  });

  it('refuses to be without a socket', () => {
    const { socket } = connectionMachine.implementations.actors as unknown as { readonly socket: { readonly config: () => void } };
    expect(() => socket.config()).toThrow('without a socket');
  });
});
