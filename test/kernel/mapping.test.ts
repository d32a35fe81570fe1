import { describe, expect, it } from 'vitest';
import { queryMachine, type QueryEvent } from '../../machines/query.ts';
import { eventOf, MAPPING, messageOf, readArrival, type Told } from '../../src/kernel/index.ts';

const arrivals = {
  moduleCall: { nonce: 1, domain: 'a', method: 'readEntry', data: {} },
  queryUpdate: { nonce: 1, method: 'queryUpdate', data: {} },
  presentSeed: { method: 'presentSeed', domain: 'root', data: {} },
  presentKey: { method: 'presentKey', domain: 'root', data: {} },
  response: { nonce: 1, method: 'response', data: {}, err: null },
  responseUpdate: { nonce: 1, method: 'responseUpdate', data: {} },
  responseNonce: { nonce: 1, method: 'responseNonce', data: {} },
} satisfies Record<keyof typeof MAPPING.arrives, object>;

const told = {
  UPDATED: [{ type: 'UPDATED', data: { revision: 1n } }, { nonce: 'n', method: 'responseUpdate', data: { revision: 1n } }],
  ANSWERED: [{ type: 'ANSWERED', data: { exists: false } }, { nonce: 'n', method: 'response', data: { exists: false }, err: null }],
  REFUSED: [{ type: 'REFUSED', reason: 'why' }, { nonce: 'n', method: 'response', data: null, err: 'why' }],
  NUMBERED: [{ type: 'NUMBERED', nonce: 'kernel' }, { nonce: 'n', method: 'responseNonce', data: { nonce: 'kernel' } }],
} satisfies Record<keyof typeof MAPPING.leaves, readonly [Told, object]>;

const asked = (method: string): QueryEvent | undefined => eventOf({ message: 'moduleCall', nonce: 1, domain: 'a', method, data: {} });

describe('the mapping of kernel messages and the events of a query', () => {
  it.each(Object.entries(arrivals))('%s becomes the event that its row names, or none', (name, message) => {
    const arrival = readArrival(message) ?? expect.unreachable();
    expect(arrival.message).toBe(name);
    expect(eventOf(arrival)?.type ?? null).toBe(MAPPING.arrives[arrival.message].event);
  });

  it('a query becomes ASKED, with its method and its kind', () => {
    expect(asked('writeEntry')).toEqual({ type: 'ASKED', method: 'writeEntry', kind: 'once' });
    expect(asked('registrySubscribe')).toEqual({ type: 'ASKED', method: 'registrySubscribe', kind: 'subscription' });
    expect(eventOf({ message: 'queryUpdate', nonce: 1 })).toEqual({ type: 'CLOSE' });
  });

  it.each(Object.values(told))('$type becomes the message that its row names, with all its keys and no other', (emitted, message) => {
    expect(messageOf('n', emitted)).toStrictEqual(message);
    expect((message as { method: string }).method).toBe(MAPPING.leaves[emitted.type].message);
  });

  it.each([[undefined], [null]])('Q5: what is answered is never %s, with which a kernel, or a caller, would wait for ever', (data) => {
    expect(messageOf('n', { type: 'ANSWERED', data })).toStrictEqual({ nonce: 'n', method: 'response', data: {}, err: null });
    expect(messageOf('n', { type: 'UPDATED', data })).toStrictEqual({ nonce: 'n', method: 'responseUpdate', data: {} });
  });

  it('is total: every event of the machine is a message\'s, or comes of what answers it', () => {
    const mapped = Object.values(MAPPING.arrives).flatMap(({ event }) => event ?? []);
    const ours = queryMachine.events.filter((type) => !type.startsWith('xstate.'));
    expect([...mapped, ...Object.keys(MAPPING.stays)].toSorted()).toEqual([...ours].toSorted());
  });
});
