import { describe, expect, it } from 'vitest';
import { connectionMachine } from '../../machines/connection.ts';
import { openConnectionBench } from './connection-bench.ts';
import { connectionWalk } from './connection-walk.ts';
import { walkTable } from './walk.ts';

walkTable('the connection machine', { machine: connectionMachine, walk: connectionWalk, open: openConnectionBench });

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
