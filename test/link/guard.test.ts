import { afterEach, describe, expect, it } from 'vitest';
import { connect, serve, type Port } from '../../src/link/index.ts';
import { channels, nextMessage } from './fixture/channels.ts';

const calls = { double: (value: number) => value * 2 };

const refusedWith = (code: string) => ({ id: 'i', type: 'RAW', value: { error: expect.objectContaining({ code }) as unknown } });

describe.each(channels)('a service on $kind', ({ open }) => {
  let near: Port;
  const start = (): void => {
    const [ours, theirs] = open();
    near = ours;
    serve(theirs, { calls, streams: {} });
  };
  const ask = async (message: object): Promise<unknown> => {
    const answer = nextMessage(near);
    near.postMessage({ id: 'i', ...message }, []);
    return answer;
  };
  const good = { type: 'APPLY', path: ['double'], argumentList: [{ type: 'RAW', value: { call: 1, input: 21 } }] };
  afterEach(() => near.close());

  it('answers a call of a named method (L2)', async () => {
    start();
    expect(await ask(good)).toMatchObject({ id: 'i', value: { value: 42 } });
  });

  it.each([
    ['reading a method', { type: 'GET', path: ['double'] }],
    ['reading the service', { type: 'GET', path: [] }],
    ['writing a method', { type: 'SET', path: ['double'], value: { type: 'RAW', value: 1 } }],
    ['constructing a method', { type: 'CONSTRUCT', path: ['double'], argumentList: [] }],
    ['constructing Function', { type: 'CONSTRUCT', path: ['double', 'constructor'], argumentList: [{ type: 'RAW', value: 'return 1' }] }],
    ['asking for another endpoint', { type: 'ENDPOINT' }],
    ['calling Function', { ...good, path: ['double', 'constructor'] }],
    ['calling a method of a method', { ...good, path: ['double', 'call'] }],
    ['calling the service itself', { ...good, path: [] }],
    ['calling constructor', { ...good, path: ['constructor'] }],
    ['calling __proto__', { ...good, path: ['__proto__'] }],
    ['calling toString', { ...good, path: ['toString'] }],
    ['calling bind', { ...good, path: ['bind'] }],
    ['a path that is no list', { ...good, path: 'double' }],
    ['a name that is no string', { ...good, path: [['double']] }],
    ['arguments that are no list', { ...good, argumentList: 5 }],
    ['an argument that makes Comlink run a handler', { ...good, argumentList: [{ type: 'HANDLER', name: 'proxy', value: 1 }] }],
    ['an argument of an unknown handler', { ...good, argumentList: [{ type: 'HANDLER', name: 'nope', value: 1 }] }],
    ['an argument that is nothing', { ...good, argumentList: [null] }],
    ['an unknown type', { type: 'EXPLODE' }],
    ['no type', {}],
  ])('answers %s with FORBIDDEN (L2, code execution through paths)', async (_what, message) => {
    start();
    expect(await ask(message)).toMatchObject(refusedWith('FORBIDDEN'));
    expect(await ask(good)).toMatchObject({ value: { value: 42 } });
  });

  it('answers an unknown method with UNSUPPORTED (L2)', async () => {
    start();
    expect(await ask({ ...good, path: ['treble'] })).toMatchObject(refusedWith('UNSUPPORTED'));
  });

  it.each([
    ['nothing', null],
    ['a number', 5],
    ['a list', [1, 2]],
    ['an id of a wrong kind', { id: 7, type: 'APPLY', path: ['double'] }],
    ['a path that is an object', { id: 'r', type: 'APPLY', path: { slice: 1 } }],
  ])('lives on after %s (L3)', async (_what, message) => {
    start();
    near.postMessage(message, []);
    await expect(connect<{ calls: typeof calls }>(near).call('double', 4)).resolves.toBe(8);
  });

  it.each([
    ['no request', undefined],
    ['a request without a number', { input: 1 }],
  ])('answers a call with %s with INVALID_INPUT (L3)', async (_what, value) => {
    start();
    expect(await ask({ ...good, argumentList: [{ type: 'RAW', value }] })).toMatchObject(refusedWith('INVALID_INPUT'));
  });

  it.each([
    ['without a port', { stream: 's' }],
    ['with a port that is none', { stream: 's', port: {} }],
    ['without a name', { port: 1 }],
    ['of nothing', null],
  ])('answers the opening of a stream %s with INVALID_INPUT (L3)', async (_what, input) => {
    start();
    expect(await ask({ ...good, path: ['$open'], argumentList: [{ type: 'RAW', value: { call: 1, input } }] })).toMatchObject(refusedWith('INVALID_INPUT'));
  });

  it('refuses to serve a method of a reserved name', () => {
    const [ours, theirs] = open();
    near = ours;
    for (const name of ['then', 'bind', '$open', '']) expect(() => serve(theirs, { calls: { [name]: () => 1 } })).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  });
});
