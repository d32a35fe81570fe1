import { describe, expect, it } from 'vitest';
import { ageText, clockText, eventText, readable, shortened, valueText } from '../../src/inspector/view/text.ts';

describe('how things are written', () => {
  it.each([
    ['idle', 'idle'],
    [{ live: 'settled' }, 'live.settled'],
    [{ connection: { live: 'settled' }, checks: { interval: 'resting' } }, 'connection.live.settled, checks.interval.resting'],
    [{ a: { b: 'c', d: 'e' } }, 'a(b.c, d.e)'],
    [undefined, ''],
    [7, ''],
  ])('a state %j is %s', (value, text) => expect(valueText(value)).toBe(text));

  it.each([
    ['PROVEN', 'PROVEN'],
    ['xstate.after.backoff.portal.connection.waiting', 'after backoff'],
    ['xstate.done.actor.check', 'check done'],
    ['xstate.error.actor.socket', 'socket failed'],
    ['xstate.init', 'started'],
    ['xstate.stop', 'stopped'],
  ])('an event %s is %s', (type, text) => expect(eventText(type)).toBe(text));

  it.each([
    ['0x68c3a9', 'hé'],
    ['0x', undefined],
    ['0xff', undefined],
    ['0x00', undefined],
    ['0x680', undefined],
    ['hello', undefined],
    ['0xe280ae', undefined],
  ])('bytes %s read %s', (hex, text) => expect(readable(hex)).toBe(text));

  it.each([
    [-5, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [3_600_000, '1 h'],
    [200_000_000, '2 d'],
  ])('%i ms ago are %s', (age, text) => expect(ageText(age)).toBe(text));

  it('a long word is its beginning and its end', () => {
    expect(shortened('0123456789abcdef')).toBe('01234567…cdef');
    expect(shortened('0123456789abc')).toBe('0123456789abc');
  });

  it('a time that is none is a dash', () => {
    expect(clockText(Number.NaN)).toBe('–');
    expect(clockText(0)).toMatch(/^\d\d:\d\d:00\.000$/);
  });
});
