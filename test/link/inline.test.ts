import { describe, expect, it } from 'vitest';
import { inlineChannel, type Port } from '../../src/link/index.ts';
import { FakeClock, turn } from './fixture/clock.ts';

function start(): { clock: FakeClock; left: Port; right: Port; received: unknown[] } {
  const clock = new FakeClock();
  const [left, right] = inlineChannel(clock);
  const received: unknown[] = [];
  right.addEventListener('message', ({ data }) => received.push(data));
  return { clock, left, right, received };
}

describe('an inline channel', () => {
  it('delivers through its clock, in order, and only once started (L18)', async () => {
    const { clock, left, right, received } = start();
    left.postMessage(1, []);
    await clock.advance(10);
    expect(received).toEqual([]);
    right.start();
    left.postMessage(2, []);
    await turn();
    expect(received).toEqual([]);
    await clock.advance(0);
    expect(received).toEqual([1, 2]);
  });

  it('delivers what was posted when it was posted: later changes are not seen', async () => {
    const { clock, left, right, received } = start();
    const value = { bytes: new Uint8Array([1]), map: new Map([[1n, 'one']]) };
    right.start();
    left.postMessage(value, []);
    value.bytes[0] = 2;
    value.map.clear();
    await clock.advance(0);
    expect(received).toEqual([{ bytes: new Uint8Array([1]), map: new Map([[1n, 'one']]) }]);
  });

  it.each([
    ['a function', () => 1],
    ['a Proxy', new Proxy({}, {})],
    ['a port that is not transferred', inlineChannel(new FakeClock())[0]],
  ])('refuses %s as a real port does (L5)', (_what, value) => {
    const { left } = start();
    expect(() => left.postMessage({ value }, [])).toThrow(expect.objectContaining({ name: 'DataCloneError' }));
  });

  it('moves bytes and ports inside a message, other inline ones too', async () => {
    const { clock, left, right, received } = start();
    right.start();
    const [near, far] = inlineChannel(clock);
    const bytes = new Uint8Array([5]);
    left.postMessage({ deep: [{ port: far }], list: [1n] }, [far]);
    left.postMessage(bytes, [bytes.buffer]);
    await clock.advance(0);
    const [first, second] = received as [{ deep: [{ port: Port }]; list: bigint[] }, Uint8Array];
    expect(first.list).toEqual([1n]);
    expect(second).toEqual(new Uint8Array([5]));
    expect(bytes.length).toBe(0);

    const heard: unknown[] = [];
    near.addEventListener('message', ({ data }) => heard.push(data));
    near.start();
    first.deep[0].port.postMessage('through the moved port', []);
    await clock.advance(0);
    expect(heard).toEqual(['through the moved port']);
  });

  it('tells the other end that it was closed, after what was posted before', async () => {
    const { clock, left, right, received } = start();
    right.addEventListener('close', () => received.push('closed'));
    right.start();
    left.postMessage('last words', []);
    left.close();
    left.postMessage('too late', []);
    await clock.advance(0);
    expect(received).toEqual(['last words', 'closed']);
  });

  it('delivers nothing after its own end was closed', async () => {
    const { clock, left, right, received } = start();
    right.start();
    left.postMessage(1, []);
    right.close();
    await clock.advance(0);
    expect(received).toEqual([]);
  });
});
