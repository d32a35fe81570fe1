import { describe, expect, it } from 'vitest';
import { cloneMessage } from '../../src/testing/clone.ts';

class Point {
  readonly x = 1;
}

const cycle: { self?: unknown; list: unknown[] } = { list: [] };
cycle.self = cycle;

describe('a message that is cloned by hand', () => {
  it.each([
    ['a record', { a: 1n, b: 'two', c: undefined, d: null, e: [true, [NaN]], f: { g: {} } }],
    ['bytes', { whole: new Uint8Array([1, 2, 3]), part: new Uint8Array([1, 2, 3]).subarray(1), none: new Uint8Array() }],
    ['a Map, a Set, a Date', { map: new Map([[1n, { a: [1] }]]), set: new Set(['a']), date: new Date(7) }],
    ['an error', { error: new TypeError('it fails') }],
    ['an array with holes', [1, , 3]], // oxlint-disable-line no-sparse-arrays
    ['an object of a class', { point: new Point() }],
    ['other views and buffers', { words: new Uint16Array([1, 2]), buffer: new Uint8Array([4]).buffer }],
    ['what is called as prototypes are', JSON.parse('{"a":{"__proto__":1}}') as unknown],
  ])('%s is what structured clone makes of it, and nothing of the first', (_what, value) => {
    const cloned = cloneMessage(value);
    expect(cloned).toStrictEqual(structuredClone(value));
    expect(cloned).not.toBe(value);
  });

  it('bytes are copied when it is posted', () => {
    const bytes = new Uint8Array([1]);
    const cloned = cloneMessage({ bytes }) as { readonly bytes: Uint8Array };
    bytes[0] = 2;
    expect(cloned.bytes).toEqual(new Uint8Array([1]));
  });

  it('a cycle has an end', () => {
    let cloned = cloneMessage(cycle) as typeof cycle;
    for (let i = 0; i < 100; i++) cloned = cloned.self as typeof cycle;
    expect(cloned).not.toBe(cycle);
  });

  it.each([
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['a promise', Promise.resolve()],
    ['a WeakMap', new WeakMap()],
  ])('refuses %s, however deep', (_what, value) => {
    expect(() => cloneMessage({ a: [{ value }] })).toThrow(expect.objectContaining({ name: 'DataCloneError' }));
  });

  it('refuses bytes that were moved elsewhere', () => {
    const bytes = new Uint8Array([1]);
    structuredClone(bytes, { transfer: [bytes.buffer] });
    expect(() => cloneMessage({ bytes })).toThrow(expect.objectContaining({ name: 'DataCloneError' }));
  });
});
