import { describe, expect, it } from 'vitest';
import { questionOf } from '../../../src/kernel/border/index.ts';
import { DATAKEY, entryOf, KEY, PUBKEY } from '../fixture.ts';

const ask = (method: string, data: unknown, isTrusted = false) => questionOf({ method, data }, () => isTrusted);
const inputFault = (field: string): unknown => ({ kind: 'fault', reason: expect.stringMatching(new RegExp(`^INVALID_INPUT: data\\.${field} must be `)) as string });

describe('given a method of the registry', () => {
  it.each([
    ['registryRead', { kind: 'read', key: KEY, style: 'registryRead' }],
    ['registrySubscribe', { kind: 'subscribe', key: KEY }],
  ])('when %s names an entry, then that is asked for, in bytes of its own', (method, question) => {
    const input = { pubkey: PUBKEY.slice(), datakey: DATAKEY.slice(), publicKey: 'of no use' };
    const asked = ask(method, input);
    input.pubkey.fill(0);
    expect(asked).toEqual(question);
  });

  it.each(['registryRead', 'registrySubscribe', 'registryWrite'])('when the input of %s is at fault, then the field is named', (method) => {
    for (const pubkey of [undefined, null, 'text', new Uint8Array(31), Array.from(PUBKEY)]) expect(ask(method, { ...entryOf(1n), pubkey })).toEqual(inputFault('pubkey'));
    expect(ask(method, { ...entryOf(1n), datakey: new Uint8Array(33) })).toEqual(inputFault('datakey'));
    for (const data of [undefined, null, 7, Object.create(entryOf(1n))]) expect(ask(method, data)).toEqual(inputFault('pubkey'));
  });

  it('when registryWrite brings a signed entry, then that is to be written, whoever signed it: what is genuine is not judged here', () => {
    const entry = entryOf(2n ** 64n - 1n);
    expect(ask('registryWrite', { ...entry, more: 1 })).toEqual({ kind: 'write', entry: { ...entry, type: 1 }, style: 'registryWrite' });
    const host = { ...entry, type: 2, data: new Uint8Array(20) };
    expect(ask('registryWrite', host)).toEqual({ kind: 'write', entry: host, style: 'registryWrite' });
  });

  it.each([
    ['data', new Uint8Array(114)],
    ['revision', 1],
    ['revision', -1n],
    ['revision', 2n ** 64n],
    ['signature', new Uint8Array(63)],
    ['type', 3],
  ])('when %s of a registryWrite is %s, then it is named', (field, value) => {
    expect(ask('registryWrite', { ...entryOf(1n), [field]: value })).toEqual(inputFault(field));
  });
});

describe('given setPortals', () => {
  const portals = ['https://a.example', 'https://b.example'];

  it('when the domain is not trusted, then it is FORBIDDEN, whatever it brings', () => {
    for (const data of [{ portals }, undefined, { portals: 7 }]) expect(ask('setPortals', data)).toEqual({ kind: 'fault', reason: 'FORBIDDEN: only a trusted domain may set portals' });
  });

  it('when it is trusted, then they are what is asked, in a list of its own', () => {
    const list = [...portals];
    const question = ask('setPortals', { portals: list }, true);
    list.length = 0;
    expect(question).toEqual({ kind: 'setPortals', portals });
  });

  it.each([[undefined], [[]], ['https://a.example'], [[7]], [[...portals, undefined]], [{ length: 1, 0: 'https://a.example' }], [Array.from({ length: 101 }, () => 'https://a.example')], [Reflect.construct(Array, [2 ** 32 - 1])]])('when the list is no list of URLs, then it is named', (list) => {
    expect(ask('setPortals', { portals: list }, true)).toEqual(inputFault('portals'));
  });

  it('when whether it is trusted cannot be told, then it is refused', () => {
    const refused = questionOf({ method: 'setPortals', data: { portals } }, () => {
      throw new Error('no list');
    });
    expect(refused).toEqual({ kind: 'fault', reason: 'WORKER_GONE: what was to answer this failed' });
  });
});

it('no-op asks nothing', () => {
  expect(ask('no-op', undefined)).toEqual({ kind: 'no-op' });
});

it.each(['', 'nothing', 'ReadEntry', 'readEntry ', 'constructor', '__proto__', 'toString', 'presentSeed', 'queryUpdate'])('a method that is none is told so, in the words of the original: %j', (method) => {
  expect(ask(method, {})).toEqual({ kind: 'fault', reason: `unrecognized method '${method}'` });
});

it('what every object inherits is nobody\'s input', () => {
  Object.assign(Object.prototype, { pubkey: PUBKEY, datakey: DATAKEY, portals: ['https://mallory.example'] });
  try {
    expect(ask('registryRead', {})).toEqual(inputFault('pubkey'));
    expect(ask('setPortals', {}, true)).toEqual(inputFault('portals'));
  } finally {
    for (const name of ['pubkey', 'datakey', 'portals']) Reflect.deleteProperty(Object.prototype, name);
  }
});
