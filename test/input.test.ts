import { describe, expect, it } from 'vitest';
import { hasMethods, isApiKey, LONGEST_TIMER, takeRecord } from '../src/input.ts';

const take = (value: unknown) => takeRecord(value, 'options', ['one', 'two']);

describe('an options object', () => {
  it('is taken as it is, and may be left out', () => {
    expect(take({ one: 1 })).toEqual({ one: 1 });
    expect(take(undefined)).toEqual({});
  });

  it.each([null, 7, 'text', true, [], () => {}])('is not %s', (value) => {
    expect(() => take(value)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', field: 'options' }) as Error);
  });

  it('has no other keys than the known', () => {
    for (const key of ['three', 'toString']) expect(() => take({ [key]: 1 })).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', field: `options.${key}` }) as Error);
  });
});

it('an API key is visible ASCII', () => {
  expect(['a', '!~', 'a b', '', 'a\n', 'é', '\x7f', 7, undefined].map(isApiKey)).toEqual([true, true, false, false, false, false, false, false, false]);
});

it('methods may be of a class', () => {
  expect(hasMethods(new Map(), ['get', 'set'])).toBe(true);
  for (const value of [{}, null, undefined, 7, { get: 1, set: () => {} }]) expect(hasMethods(value, ['get', 'set'])).toBe(false);
});

it('the longest timer is what 31 bits hold', () => {
  expect(LONGEST_TIMER).toBe(2_147_483_647);
});
